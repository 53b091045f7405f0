import AmpNets
import TestSupport
import Testing

struct LGATrTests {
  static let small = LorentzWidth(blocks: 2, channels: 4, scalars: 6, heads: 2)
  static let networks: [(name: String, network: any Network)] = [
    ("lgatr", LGATr(particles: 5, width: small, outputs: 2)),
    ("slim", LGATrSlim(particles: 5, width: small, outputs: 2)),
  ]

  func outputs<S: Scalar>(
    _ network: any Network, _ parameters: Parameters<S>, _ x: [Double], as: S.Type = S.self
  ) -> [Double] {
    let tape = Tape(parameters, differentiates: false)
    let input = tape.input(Tensor(x.map { S($0) }, shape: [x.count / 20, 20]))
    return tape.value(of: network(input, on: tape)).elements.map { Double($0) }
  }

  @Test(arguments: 0..<2) func outputsAndGradientsAreThoseOfTheReference(which: Int) throws {
    let (name, network) = LGATrTests.networks[which]
    let reference = try ReferenceTensors("lgatr_reference.safetensors")
    var parameters = Parameters<Double>(network.layout)
    for view in network.layout.views {
      parameters[view] = Tensor(
        reference["\(name)/parameters/\(view.name)"], shape: [view.rows, view.columns])
    }
    let tape = Tape(parameters)
    let x = tape.input(Tensor(reference["\(name)/x"], shape: [7, 20]), needsGradient: true)
    let y = network(x, on: tape)
    expectClose(
      tape.value(of: y).elements, reference["\(name)/output"], absolute: 1e-10, "output")
    tape.setGradient(Tensor(reference["\(name)/seed"], shape: [7, 2]), of: y)
    let gradients = tape.backward(from: y)
    for view in network.layout.views {
      expectClose(
        gradients[view].elements, reference["\(name)/gradients/\(view.name)"], relative: 1e-10,
        absolute: 1e-10, view.name)
    }
    expectClose(
      tape.gradient(of: x).elements, reference["\(name)/gradient-x"], relative: 1e-10,
      absolute: 1e-10, "momenta")
  }

  @Test(arguments: 0..<2, 0..<4 as Range<UInt64>)
  func outputsAreInvariant(which: Int, seed: UInt64) {
    let network = LGATrTests.networks[which].network
    var rng = Philox(seed: seed, purpose: .other)
    let p = masslessMomenta(9, particles: 5, &rng)
    let weights: Parameters<Double> = network.initialParameters(seed: seed)
    let lambda = LorentzTransformation(using: &rng)
    let (here, there) = (outputs(network, weights, p), outputs(network, weights, lambda(p)))
    expectClose(there, here, absolute: 1e-9)
    #expect(abs(here[0] - here[2]) > 1e-6, "the output must depend on the point")
  }

  @Test(arguments: 0..<2) func exchangingParticlesOfATypeChangesNothing(which: Int) {
    let network = LGATrTests.networks[which].network
    var rng = Philox(seed: 1, purpose: .other)
    let p = masslessMomenta(1, particles: 5, &rng)
    let weights: Parameters<Double> = network.initialParameters(seed: 1)
    func exchanged(_ i: Int, _ j: Int) -> [Double] {
      var q = p
      for k in 0..<4 { q.swapAt(4 * i + k, 4 * j + k) }
      return outputs(network, weights, q)
    }
    let here = outputs(network, weights, p)
    expectClose(exchanged(2, 3), here, absolute: 1e-12)
    expectClose(exchanged(0, 4), here, absolute: 1e-12)
    #expect(abs(exchanged(1, 2)[0] - here[0]) > 1e-6)
  }

  @Test(arguments: 0..<2) func singleIsCloseToDoublePrecision(which: Int) {
    let network = LGATrTests.networks[which].network
    var rng = Philox(seed: 3, purpose: .other)
    let p = masslessMomenta(130, particles: 5, &rng)
    let weights: Parameters<Double> = network.initialParameters(seed: 3)
    let single: Parameters<Float> = weights.converted()
    expectClose(
      outputs(network, single, p, as: Float.self), outputs(network, weights, p), absolute: 1e-4)
  }

  @Test func theNumberOfParametersFollowsTheFormula() {
    func linear(_ c: (Int, Int), _ s: (Int, Int)) -> Int {
      10 * c.0 * c.1 + 2 * c.1 * (s.0 + 1) + s.1 * (2 * c.0 + 1) + s.0 * s.1
    }
    let (c, s, h) = (32, 32, 8)
    let block =
      linear((c, 3 * h * (c / h)), (s, 3 * h * max(s / h, 4)))
      + linear((c, c), (s, s)) + 2 * linear((c, 2 * c), (s, 0))
      + linear((2 * c, 2 * c), (s, 2 * s)) + linear((2 * c, c), (2 * s, s))
    let network = LGATr(
      particles: 5, width: LorentzWidth(blocks: 8, channels: c, scalars: s, heads: h), outputs: 2)
    // The head has the weights of two scalar components only.
    #expect(network.layout.count == linear((1, c), (2, s)) + 8 * block + 2 * (2 * c + s + 1))
  }

  @Test(arguments: 0..<2) func trainingDoesNotDependOnThreads(which: Int) throws {
    struct Square: Objective {
      let outputs = 2
      func loss(
        outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
        gradient: UnsafeMutablePointer<Double>?
      ) -> Double {
        (0..<rows).reduce(0) { sum, i in
          let d = outputs[2 * i] - targets[i]
          gradient?[2 * i] = 2 * d * weight
          gradient?[2 * i + 1] = 0
          return sum + d * d
        }
      }
    }
    var rng = Philox(seed: 4, purpose: .other)
    let p = masslessMomenta(300, particles: 5, &rng)
    let momenta = Momenta(p, particles: 5)
    let targets: [Double] = (0..<300).map { minkowski(momenta[$0, 0], momenta[$0, 1]) }
    let set = TrainingSet<Float>(inputs: p.map { Float($0) }, targets: targets)
    let trainer = Trainer<Float>(
      LGATrTests.networks[which].network, objective: Square(),
      options: TrainingOptions(epochs: 12, batch: 100, rate: 3e-3, schedule: .constant))
    func run(_ threads: Int) throws -> TrainingState<Float> {
      try trainer.run(from: trainer.start(), training: set, validation: set, threads: threads)
    }
    let (one, two) = (try run(1), try run(2))
    #expect(one.parameters == two.parameters)
    #expect(one.history[11].training < 0.9 * one.history[0].training)
  }

  @Test func featuresShareOneScaleInTheCentreOfMassFrame() throws {
    var rng = Philox(seed: 5, purpose: .other)
    let p = masslessMomenta(40, particles: 5, &rng)
    let momenta = Momenta(p, particles: 5)
    let map = try FeatureMap(
      FeatureSets.named("lorentz"), process: .diphotonGluon, fittedTo: momenta)
    #expect(Set(map.scale).count == 1 && map.mean.allSatisfy { $0 == 0 })
    let x: [Double] = try map(momenta)
    let moved = Momenta(x.map { $0 * map.scale[0] }, particles: 5)
    for row in 0..<40 {
      let total: SIMD4<Double> = moved[row, 0] + moved[row, 1]
      for k in 1..<4 { expectClose(total[k], 0, absolute: 1e-12) }
      for (i, j) in [(0, 1), (2, 4)] {
        expectClose(
          minkowski(moved[row, i], moved[row, j]), minkowski(momenta[row, i], momenta[row, j]),
          relative: 1e-10, absolute: 1e-12)
      }
    }
  }
}
