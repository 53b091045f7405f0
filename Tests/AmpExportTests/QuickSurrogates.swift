import AmpData
import AmpNets
import AmpUncertainty

/// A surrogate of each kind, trained for one epoch: what it predicts is poor, but its own.
struct QuickSurrogate: CustomStringConvertible, Sendable {
  let description: String
  private let change: @Sendable (inout Fit) throws -> Void
  private let architecture: String

  private init(
    _ architecture: String, _ name: String = "",
    _ change: @escaping @Sendable (inout Fit) throws -> Void = { _ in }
  ) {
    self.architecture = architecture
    description = architecture + (name.isEmpty ? "" : " " + name)
    self.change = change
  }

  static let all = [
    QuickSurrogate("mlp"),
    QuickSurrogate("mlp-i", "silu, ln") {
      ($0.activation, $0.target) = (.silu, .logarithm)
    },
    QuickSurrogate("ds", "leaky ReLU") { $0.activation = .leakyReLU() },
    QuickSurrogate("dsi"),
    QuickSurrogate("kan"),
    QuickSurrogate("groupkan"),
    QuickSurrogate("lgatr") { $0.lorentz = small },
    QuickSurrogate("lgatr-slim") { $0.lorentz = small },
    QuickSurrogate("mlp", "ensemble") { try $0.learn("ensemble") { $0.members = 3 } },
    QuickSurrogate("kan", "ensemble") { try $0.learn("ensemble") { $0.members = 2 } },
    QuickSurrogate("mlp", "repulsive") {
      try $0.learn("repulsive") { ($0.members, $0.likelihood) = (3, "none") }
    },
    QuickSurrogate("mlp", "bayesian") { try $0.learn("bayesian") { $0.samples = 4 } },
    QuickSurrogate("mlp", "laplace") { try $0.learn("laplace") { $0.samples = 3 } },
    QuickSurrogate("mlp", "mixture") { try $0.learn("mixture") { $0.components = 2 } },
    QuickSurrogate("mlp", "student-t") { try $0.learn("student-t") },
    QuickSurrogate("mlp", "evidential") { try $0.learn("evidential") },
    QuickSurrogate("mlp", "none") { try $0.learn("none") },
  ]

  private static let small = LorentzWidth(blocks: 1, channels: 4, scalars: 8, heads: 2)

  /// Points for training and, others, for predictions.
  static let points = Result {
    try DiphotonGenerator().generate(points: 400, seed: 1, threads: 2).table
  }

  func fit(_ precision: Precision, epochs: Int = 1) throws -> Surrogate {
    var fit = try Fit(.fast, architecture: architecture, epochs: epochs, seed: 1)
    fit.hidden = fit.hidden.isEmpty ? [] : [64, 72, 40]
    fit.precision = precision
    fit.training.batch = 128
    (fit.refitsHead, fit.finishing) = (false, .none)
    if fit.gridUpdates != nil { fit.gridUpdates = [] }
    try change(&fit)
    let table = try QuickSurrogate.points.get()
    return try fit.run(table.rows(0..<300), validation: table.rows(300..<400), threads: 2).surrogate
  }
}

extension Fit {
  /// Chooses an uncertainty as `amp-cli fit --uncertainty` does.
  fileprivate mutating func learn(
    _ uncertainty: String, _ change: (inout UncertaintyOptions) -> Void = { _ in }
  ) throws {
    var options = UncertaintyOptions()
    change(&options)
    (likelihood, method) = try UncertaintyChoice(named: uncertainty).resolve(
      options, hidden: hidden)
  }
}
