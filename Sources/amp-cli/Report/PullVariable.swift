import AmpCore
import AmpNets
import AmpUncertainty
import Foundation

/// A quantity by which pulls are put into bins: the amplitude, or an invariant like `s34`.
package enum PullVariable: Equatable, Sendable {
  /// The true amplitude.
  case amplitude
  /// s_ij = 2 p_i·p_j of two particles, counted from 0; |t| if one comes in and one goes out.
  case invariant(Int, Int)

  /// The variable called `name` for points of `particles`; throws an ``AmpError`` otherwise.
  package init(_ name: String, particles: Int) throws {
    if name == "amplitude" {
      self = .amplitude
      return
    }
    let digits = name.dropFirst().compactMap(\.wholeNumberValue)
    guard name.hasPrefix("s"), name.count == 3, digits.count == 2,
      digits.allSatisfy({ (1...particles).contains($0) }), digits[0] != digits[1]
    else {
      throw AmpError.unknownName(
        "\(name) is nothing to bin in", in: "--bins",
        remedy: "Give amplitude, or invariants of two of the \(particles) particles, "
          + "such as s12 or s34, joined by commas.")
    }
    self = .invariant(min(digits[0], digits[1]) - 1, max(digits[0], digits[1]) - 1)
  }

  /// The variables in a list of names joined by commas, each once.
  package static func list(_ text: String, particles: Int) throws -> [PullVariable] {
    try text.split(separator: ",", omittingEmptySubsequences: false).reduce(into: []) {
      let variable = try PullVariable(
        $1.trimmingCharacters(in: .whitespaces), particles: particles)
      if !$0.contains(variable) { $0.append(variable) }
    }
  }

  /// The name in options and JSON.
  package var name: String {
    switch self {
    case .amplitude: "amplitude"
    case .invariant(let i, let j): "s\(i + 1)\(j + 1)"
    }
  }

  /// The label of an axis.
  package var axis: String {
    switch self {
    case .amplitude: "A"
    case .invariant(let i, let j): "s_{\(i + 1)\(j + 1)} in GeV²"
    }
  }

  /// The value at each point.
  package func values(_ momenta: Momenta, truth: [Double]) -> [Double] {
    guard case .invariant(let i, let j) = self else { return truth }
    precondition(
      i < momenta.particles && j < momenta.particles, "\(name) of \(momenta.particles) particles")
    let width = 4 * momenta.particles
    return momenta.components.withUnsafeBufferPointer { components in
      guard let base = components.baseAddress else { return [] }
      return (0..<momenta.count).map { exp(logInvariant(base + $0 * width, i, j)) }
    }
  }
}

extension PullSet.Kind {
  /// The pull as a letter, for tables.
  var symbol: String {
    switch self {
    case .systematic: "t_syst"
    case .probability: "z"
    case .toExpectation: "t_⟨A⟩"
    case .toTruth: "t_A"
    case .total: "t_tot"
    }
  }

  /// The pull as a letter, for figures.
  var label: String {
    switch self {
    case .systematic: "t_{syst}"
    case .probability: "z"
    case .toExpectation: "t_{⟨A⟩}"
    case .toTruth: "t_{A}"
    case .total: "t_{tot}"
    }
  }

  /// The pull in words.
  var title: String {
    switch self {
    case .systematic: "Systematic pull"
    case .probability: "Pull by probability"
    case .toExpectation: "Statistical pull to expectation"
    case .toTruth: "Statistical pull to truth"
    case .total: "Total pull"
    }
  }
}
