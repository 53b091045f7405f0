import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Model files and checkpoints that lie: refused at once, and without the memory they promise.
struct HostileModelTests {
  private static func table(_ count: Int) -> AmplitudeTable {
    var random = Philox(seed: 5, purpose: .other)
    let momenta = (0..<count * 5).flatMap { _ -> [Double] in
      let p = (0..<3).map { _ in 50 * random.normal() }
      return [p.reduce(0) { $0 + $1 * $1 }.squareRoot()] + p
    }
    return AmplitudeTable(
      momenta: Momenta(momenta, particles: 5),
      amplitudes: (0..<count).map { _ in exp(random.normal()) })
  }

  private static func surrogate(
    _ architecture: String = "mlp", _ method: UncertaintyMethod = .deterministic
  ) throws -> Surrogate {
    var fit = try Fit(.paper, architecture: architecture, epochs: 1, seed: 2)
    fit.hidden = [4]
    fit.method = method
    if architecture.hasPrefix("lgatr") {
      fit.lorentz = LorentzWidth(blocks: 1, channels: 2, scalars: 4, heads: 1)
    }
    return try fit.run(table(64), validation: table(64), threads: 1).surrogate
  }

  /// What reading says when `old` in the description is replaced by `new`.
  private func complaint(
    _ surrogate: Surrogate, _ old: String, _ new: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> AmpError {
    var file = try surrogate.file()
    let text = try #require(file.metadata["surrogate"])
    try #require(text.contains(old), "\(text)", sourceLocation: sourceLocation)
    file.metadata["surrogate"] = text.replacing(old, with: new)
    let error = #expect(throws: AmpError.self, "\(new)", sourceLocation: sourceLocation) {
      try Surrogate(file: file, place: "model")
    }
    let found = try #require(error, sourceLocation: sourceLocation)
    #expect(found.place == "model", "\(found)", sourceLocation: sourceLocation)
    return found
  }

  /// Each of these would take gigabytes, or minutes, if the description were believed.
  @Test func whatADescriptionPromisesIsNotTaken() throws {
    let plain = try HostileModelTests.surrogate()
    let wide = [String](repeating: "65536", count: 12).joined(separator: ",")
    for hidden in [wide, [String](repeating: "1", count: 100_000).joined(separator: ",")] {
      _ = try complaint(plain, #""hidden":[4]"#, #""hidden":["# + hidden + "]")
    }
    for method in [
      #"{"kind":"ensemble","members":1000000000}"#, #"{"kind":"ensemble","members":-1}"#,
      #"{"kind":"ensemble","members":9223372036854775807}"#,
      #"{"kind":"laplace","priorWidth":1,"samples":0,"seed":0}"#,
    ] {
      _ = try complaint(plain, #"{"kind":"deterministic"}"#, method)
    }
    // The uncertain layers of a Bayesian network are found by running it.
    let bayesian = try HostileModelTests.surrogate("mlp", .bayesian())
    let error = try complaint(bayesian, #""hidden":[4]"#, #""hidden":[65536,65536,65536]"#)
    #expect(error.problem.contains("more weights than the file holds"), "\(error)")
  }

  @Test func shapesThatNoNetworkHasAreRefused() throws {
    let sets = try HostileModelTests.surrogate("ds")
    for (key, value) in [
      ("embedding", "9223372036854775807"), ("embedding", "0"), ("types", "[0,0,1,1,999999999999]"),
      ("types", "[0,0,-1,1,2]"),
    ] {
      _ = try complaint(sets, #""hidden":[4]"#, #""hidden":[4],"\#(key)":\#(value)"#)
    }
    let lorentz = try HostileModelTests.surrogate("lgatr-slim")
    for (old, new, word) in [
      (#""channels":2"#, #""channels":4096"#, "head"), (#""heads":1"#, #""heads":0"#, "heads"),
      (#""blocks":1"#, #""blocks":1000"#, "more weights"),
      (#""name":"lorentz""#, #""name":"momenta+invariants""#, "do not fit"),
    ] {
      let error = try complaint(lorentz, old, new)
      #expect(error.problem.contains(word), "\(error)")
    }
  }

  @Test func numbersWithoutMeaningAreRefused() throws {
    let surrogate = try HostileModelTests.surrogate()
    let scale = surrogate.description.target.scale
    _ = try complaint(surrogate, #""scale":\#(scale)}"#, #""scale":-1}"#)
    var weights = surrogate.weights
    if case .float32(var values) = weights {
      values[3] = .nan
      weights = .float32(values)
    }
    // Neither written nor read.
    let refusal = #expect(throws: AmpError.self) {
      try Surrogate(surrogate.description, weights: weights).file()
    }
    #expect(refusal?.problem.contains("not finite") == true)
    let good = try surrogate.file()
    var file = TensorFile(metadata: good.metadata)
    for (i, (name, entry)) in good.tensors.enumerated() {
      var values = entry.doubles().map(Float.init)
      if i == 0 { values[3] = .nan }
      file.append(name, StoredArray(values, shape: entry.shape))
    }
    let error = #expect(throws: AmpError.self) { try Surrogate(file: file, place: "model") }
    #expect(error?.problem.contains("not finite") == true)
  }

  @Test func checkpointsThatDoNotFitAreRefused() throws {
    let network = MLP(inputs: 2, hidden: [2], outputs: 1, activation: .gelu)
    let trainer = Trainer<Float>(
      network, objective: SquaredError(), options: TrainingOptions(epochs: 2, batch: 2))
    let set = TrainingSet<Float>(inputs: [0, 1, 1, 0], targets: [0, 1])
    let state = try trainer.run(
      from: trainer.start(), training: set, validation: set, threads: 1, until: 1)
    let good = try state.file()
    #expect(throws: Never.self) {
      let read = try TrainingState<Float>(file: good, layout: network.layout)
      _ = try trainer.run(from: read, training: set, validation: set, threads: 1)
    }
    for (old, new) in [
      (#""epoch":1,"step""#, #""epoch":-1,"step""#), (#""step":1"#, #""step":-5"#),
      (#""bestEpoch":1"#, #""bestEpoch":7"#), (#""step":1"#, #""step":9223372036854775807"#),
    ] {
      var file = good
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let object = try JSONSerialization.jsonObject(with: Data((file.metadata["state"] ?? "").utf8))
      let sorted = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
      let text = String(decoding: sorted, as: UTF8.self)
      let changed = text.replacing(old, with: new)
      // Keys stand in the order of the alphabet: epoch is followed by the history.
      file.metadata["state"] =
        changed == text
        ? text.replacing(#""epoch":1,"history""#, with: #""epoch":-1,"history""#)
        : changed
      #expect(throws: AmpError.self, "\(new)") {
        try TrainingState<Float>(file: file, layout: network.layout)
      }
    }
    var other = TensorFile(metadata: good.metadata)
    for (name, entry) in good.tensors {
      other.append(
        name, name == "optimizer.m" ? StoredArray([Float](repeating: 0, count: 3)) : entry)
    }
    let read = try TrainingState<Float>(file: other, layout: network.layout)
    let error = #expect(throws: AmpError.self) {
      try trainer.run(from: read, training: set, validation: set, threads: 1)
    }
    #expect(error?.problem.contains("optimizer.m") == true)
  }
}
