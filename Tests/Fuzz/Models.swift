// The readers of models, checkpoints, configurations and rows: those that need networks.

import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import Foundation

/// Points of any number of particles; what they are is nothing to a parser.
private func points(_ count: Int, particles: Int) -> Momenta {
  Momenta(
    (0..<count * particles * 4).map { Double($0 % 7) - Double($0 % 4) + 10 },
    particles: particles)
}

/// What every model that can be read must do.
private func use(_ surrogate: Surrogate) throws {
  let momenta = points(3, particles: surrogate.description.process.particles.count)
  _ = try surrogate.predict(momenta, samples: surrogate.samples > 4 ? nil : surrogate.samples)
  let copy = try Surrogate(file: surrogate.file(), place: "copy")
  precondition(copy == surrogate, "the model changes when it is written")
}

/// A model file; or its description alone, in JSON, to which the weights are made here.
private func model(_ path: String, _ bytes: UnsafeRawBufferPointer) {
  guard bytes.first == 0x7b else {
    return expectingAmpError { try use(try Surrogate(contentsOf: path)) }
  }
  var file = TensorFile(metadata: [
    "format": Surrogate.format, "surrogate": String(decoding: bytes, as: UTF8.self),
  ])
  // First without weights, which must not take those that the description promises.
  expectingAmpError { _ = try Surrogate(file: file, place: path) }
  guard let description = try? JSONDecoder().decode(Surrogate.Description.self, from: Data(bytes)),
    let network = try? description.network(), network.layout.count < 20_000,
    network.layout.views.count < 200, (1...4).contains(description.method.base.available ?? 1)
  else { return }
  for view in description.method.base.storedLayout(for: network).views {
    let values = (0..<view.count).map { Float($0 % 5) / 10 - 0.2 }
    file.append(view.name, StoredArray(values, shape: [view.rows, view.columns]))
  }
  expectingAmpError { try use(try Surrogate(file: file, place: path)) }
}

/// A checkpoint of a small perceptron; or its state alone, in JSON, to which tensors are made.
private func checkpoint(_ path: String, _ bytes: UnsafeRawBufferPointer) {
  let network = MLP(inputs: 2, hidden: [2], outputs: 1, activation: .gelu)
  expectingAmpError {
    var file: TensorFile
    if bytes.first == 0x7b {
      file = try Trainer<Float>(
        network, objective: SquaredError(), options: TrainingOptions(epochs: 2)
      ).start().file()
      file.metadata["state"] = String(decoding: bytes, as: UTF8.self)
    } else {
      file = try TensorFile(contentsOf: path)
    }
    let trainer = Trainer<Float>(
      network, objective: SquaredError(), options: TrainingOptions(epochs: 2, batch: 2))
    let state = try TrainingState<Float>(file: file, layout: network.layout)
    let set = TrainingSet<Float>(inputs: [0, 1, 1, 0], targets: [0, 1])
    do {
      _ = try trainer.run(from: state, training: set, validation: set, threads: 1)
    } catch is Divergence {}
  }
}

/// A configuration, all the way to the fit that it describes.
private func configuration(_ path: String, _ bytes: UnsafeRawBufferPointer) {
  expectingAmpError {
    let configuration = try RunConfiguration(contentsOf: path)
    let all = try configuration.resolved()
    let again = try RunConfiguration(yaml: try all.yaml(), place: path)
    precondition(again == all, "the configuration changes when it is written")
  }
}

/// All parsers by name.
let parsers: [String: Parser] = [
  "model": model, "checkpoint": checkpoint, "config": configuration,
]
