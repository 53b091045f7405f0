/// A quantity of the outgoing particles whose distribution is of interest.
///
/// For g g → γ γ g: m(γ₁γ₂), p_T of each photon and of the jet, and ΔR of each pair. Other processes
/// have those of their first outgoing particles.
public struct Observable: Sendable, Equatable {
  /// What is computed, of outgoing particles counted from 0.
  private enum Kind: Sendable, Equatable {
    case mass(Int, Int)
    case transverse(Int)
    case distance(Int, Int)
  }

  private let kind: Kind

  /// The name in files: `m_a1a2`, `pt_a1`, `dr_a1g`.
  public let name: String

  /// What it is called in figures, `_{…}` for subscripts.
  public let label: String

  /// `GeV`, or empty.
  public var unit: String {
    if case .distance = kind { "" } else { "GeV" }
  }

  /// Whether bins of equal ratio suit it.
  public var isLogarithmic: Bool { !unit.isEmpty }

  /// Pairs of the first three outgoing particles.
  private static let pairs = [(0, 1), (0, 2), (1, 2)]

  /// The observables of a process.
  public static func all(of process: ScatteringProcess) -> [Observable] {
    let outgoing = process.particles.count - 2
    let symbols = Array(process.numberedSymbols.dropFirst(2))
    let words = symbols.map { symbol in
      String(
        symbol.replacing("γ", with: "a").map { letter in
          letter.wholeNumberValue.map { Character(String($0)) } ?? letter
        })
    }
    let pairs = pairs.filter { $0.0 < outgoing && $0.1 < outgoing }
    var all: [Observable] = []
    if outgoing > 1 {
      all.append(
        Observable(
          kind: .mass(0, 1), name: "m_" + words[0] + words[1],
          label: "m(\(symbols[0]), \(symbols[1]))"))
    }
    for i in 0..<min(4, outgoing) {
      all.append(
        Observable(kind: .transverse(i), name: "pt_" + words[i], label: "p_{T}(\(symbols[i]))"))
    }
    for (i, j) in pairs {
      all.append(
        Observable(
          kind: .distance(i, j), name: "dr_" + words[i] + words[j],
          label: "ΔR(\(symbols[i]), \(symbols[j]))"))
    }
    return all
  }

  /// The value at every point; traps if there are too few particles.
  public func values(_ momenta: Momenta) -> [Double] {
    let width = 4 * momenta.particles
    return momenta.components.withUnsafeBufferPointer { components in
      (0..<momenta.count).map { row in
        components.baseAddress.map { value($0 + row * width + 8) } ?? 0
      }
    }
  }

  /// The value for outgoing momenta.
  private func value(_ p: UnsafePointer<Double>) -> Double {
    switch kind {
    case .mass(let i, let j):
      let (a, b) = (p + 4 * i, p + 4 * j)
      let sum = SIMD4(a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])
      return max(0, minkowski(sum, sum)).squareRoot()
    case .transverse(let i):
      let q = p + 4 * i
      return (q[1] * q[1] + q[2] * q[2]).squareRoot()
    case .distance(let i, let j):
      return Direction(p + 4 * i).squaredDistance(Direction(p + 4 * j)).squareRoot()
    }
  }
}
