import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Trainings that go wrong are given up, and what was good until then is kept.
@Suite struct DivergenceTests {
  let data = DegenerateData.oneValidationPoint

  /// What a fit did: threw, and told of a last good surrogate.
  func outcome(_ fit: Fit) throws -> (Divergence, best: Surrogate?, history: [EpochRecord])? {
    var told: (Divergence, best: Surrogate?, history: [EpochRecord])?
    do {
      let result = try fit.run(data.training, validation: data.training) {
        if case .diverged(let divergence, let best, let history) = $0 {
          told = (divergence, best, history)
        }
      }
      try expectSound(result.surrogate, "best")
      try expectSound(result.last, "last")
      #expect(told == nil)
      return nil
    } catch let divergence as Divergence {
      #expect(told?.0 == divergence)
      return told
    }
  }

  @Test(arguments: UncertaintyChoice.all.map(\.name), [1.0, 1e3, 1e10, 1e30])
  func hugeRatesDivergeOrEndWell(uncertainty: String, rate: Double) throws {
    for optimizer in [OptimizerChoice.adam, .soap] {
      let fit = try smallFit(uncertainty, epochs: 30, rate: rate, optimizer: optimizer)
      guard let (divergence, best, history) = try outcome(fit) else {
        #expect(rate < 1e10, "\(optimizer)")
        continue
      }
      let text = divergence.description
      #expect(text.contains("epoch \(divergence.epoch) ") && text.contains("lower learning rate"))
      #expect((best == nil) == (divergence.bestEpoch == nil))
      #expect(history.count == divergence.epoch - 1)
      #expect(history.allSatisfy { $0.training.isFinite && $0.validation.isFinite })
      if let best { try expectSound(best, "best") }
    }
  }

  @Test(arguments: [0, -1e-3, .nan, .infinity])
  func ratesThatAreNoneAreRefused(rate: Double) throws {
    let error = #expect(throws: AmpError.self) {
      try smallFit("heteroscedastic", rate: rate).run(data.training, validation: data.training)
    }
    #expect(error?.description.contains("the learning rate is \(rate)") == true)
  }

  @Test func tinyRatesLeaveTheNetworkAsItIs() throws {
    let trained = try smallFit("heteroscedastic", epochs: 5, rate: 1e-30).run(
      data.training, validation: data.training)
    let untrained = try smallFit("heteroscedastic", epochs: 0).run(
      data.training, validation: data.training)
    #expect(trained.surrogate.weights == untrained.surrogate.weights)
  }

  /// A loss of which `poison` makes what is wanted, by the number of the call.
  private final class Poisoned: Objective, @unchecked Sendable {
    // Unchecked Sendable because the tests train on one thread.
    var calls = 0
    let poison: @Sendable (_ call: Int, _ loss: Double, _ gradient: inout Double) -> Double
    init(_ poison: @escaping @Sendable (Int, Double, inout Double) -> Double) {
      self.poison = poison
    }
    var outputs: Int { 1 }
    func loss(
      outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
      gradient: UnsafeMutablePointer<Double>?
    ) -> Double {
      let loss = SquaredError().loss(
        outputs: outputs, targets: targets, rows: rows, weight: weight, gradient: gradient)
      var slope = 0.0
      calls += gradient == nil ? 0 : 1
      let result = poison(calls, loss, &slope)
      if let gradient, slope != 0 { for row in 0..<rows { gradient[row] = slope } }
      return result
    }
  }

  /// A training of 20 epochs with one step and one shard each, so that calls are epochs.
  private func train(
    _ poison: @escaping @Sendable (Int, Double, inout Double) -> Double
  ) -> (error: Divergence?, best: Parameters<Float>?, kept: [Parameters<Float>], seen: Int) {
    let points = normalPoints(64, seed: 1, as: Float.self)
    var options = TrainingOptions(epochs: 20, batch: 64, rate: 1e-2, schedule: .constant)
    options.shards = 1
    let trainer = Trainer<Float>(
      MLP(inputs: 4, hidden: [8], outputs: 1, activation: .gelu), objective: Poisoned(poison),
      options: options)
    var (best, kept, seen): (Parameters<Float>?, [Parameters<Float>], Int) = (nil, [], 0)
    do {
      _ = try trainer.run(
        from: trainer.start(), training: points, validation: points, threads: 1
      ) {
        switch $0 {
        case .epoch(_, _, let state):
          kept.append(state().parameters)
          seen += 1
        case .diverged(_, let last, _): best = last
        case .progress: break
        }
      }
      return (nil, best, kept, seen)
    } catch {
      return (error as? Divergence, best, kept, seen)
    }
  }

  @Test func bestEpochBeforeANaNIsKept() {
    let (error, best, kept, seen) = train { call, loss, _ in call < 6 ? loss : .nan }
    #expect(error?.sign == .loss && error?.epoch == 6 && error?.bestEpoch == 5)
    #expect(seen == 5 && best == kept[4])
  }

  @Test func optimiserThatOverflowsIsADivergence() {
    // The square of the gradient is not a Float; the loss does not notice.
    let (error, best, kept, _) = train { call, loss, slope in
      if call == 4 { slope = 1e30 }
      return loss
    }
    #expect(error?.sign == .weights && error?.epoch == 4)
    #expect(best == kept[2])
  }

  @Test func lossesThatStayHighAreAnExplosion() {
    let (error, best, kept, seen) = train { call, loss, _ in call < 3 ? loss : 1e7 + loss }
    guard case .explosion(let loss, let untrained)? = error?.sign else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(loss > 1e4 && untrained < 10)
    // Ten in a row, of which the tenth is not told of.
    #expect(error?.epoch == 12 && error?.bestEpoch == 2 && seen == 11)
    #expect(best == kept[1])
  }

  @Test func jumpsOfTheLossAreNoExplosion() {
    let (error, _, _, seen) = train { call, loss, _ in call % 10 == 0 ? loss : 1e9 + loss }
    #expect(error == nil && seen == 20)
  }

  @Test func nothingIsKeptIfNoEpochWasGood() {
    let (error, best, _, seen) = train { call, loss, _ in call == 0 ? loss : 1e9 + loss }
    #expect(error?.bestEpoch == nil && best == nil && seen == 9)
  }

  @Test func checkpointsRememberTheLossBeforeTraining() throws {
    let trainer = ensembleTrainer(SingleNetwork(), epochs: 2, as: Float.self)
    let points = normalPoints(64, seed: 1, as: Float.self)
    let state = try trainer.run(
      from: trainer.start(), training: points, validation: points, threads: 1)
    let untrained = try #require(state.untrainedLoss)
    #expect(untrained > state.bestLoss)
    let read = try TrainingState<Float>(file: state.file(), layout: trainer.network.layout)
    #expect(read.untrainedLoss == untrained)
  }
}
