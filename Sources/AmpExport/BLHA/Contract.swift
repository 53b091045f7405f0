import AmpCore
import Foundation

/// An order of the Binoth Les Houches Accord with the answers to its lines.
///
/// arXiv:1001.1307 (accord 1) and 1308.3462 (accord 2). An order is a text of lines `Key value`,
/// `# comment` and `21 21 -> 22 22 21`; options hold for the processes below them. The contract is
/// the same text with ` | ` and an answer behind every line: `OK`, for a process the number of its
/// labels and the label, or `Error: …`. Reading a contract answers it again: a label stands as it is.
struct Contract: Equatable {
  /// What is wanted of a process and the order of its particles.
  struct Process: Equatable {
    /// The number by which the Monte Carlo program calls it.
    var label: Int
    /// PDG identifiers, two incoming ones first.
    var particles: [Int]
    /// Whether its values go where accord 2 has loop-induced amplitudes, as one number.
    var isLoopInduced: Bool
  }

  /// What an order says about the surrogate.
  struct Model: Equatable {
    /// The model file.
    var path: String?
    /// α_s of the amplitudes that the surrogate was trained on.
    var alphaS = 0.118
    /// α of the amplitudes that the surrogate was trained on.
    var alpha = 1 / 137.035999084
    /// The number of networks to average over; nil for the surrogate's own.
    var samples: Int?
  }

  private(set) var model = Model()
  /// The powers of α_s and α in |M|², from the order.
  private(set) var powers: (strong: Int?, electroweak: Int?)
  private(set) var processes: [Process] = []
  /// The lines with their answers; nil for a line that needs none.
  private(set) var lines: [(text: String, answer: String?)] = []
  private var isLoopInduced = false

  /// Whether no line is answered with an error.
  var isAccepted: Bool { !lines.contains { $0.answer?.hasPrefix("Error") ?? false } }

  /// The contract as a text.
  var text: String {
    lines.map { $0.text + ($0.answer.map { " | " + $0 } ?? "") + "\n" }.joined()
  }

  /// Answers an order, or a contract again.
  ///
  /// - Parameter offered: the process of the surrogate in a model file; asked for once.
  init(_ order: String, offered: (Model) throws -> ScatteringProcess) {
    var lines = order.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    var process: Result<ScatteringProcess, any Error>?
    for line in lines {
      let parts = line.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      let asked = String(parts.first ?? "")
      let content = asked.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      var text = asked
      if parts.count > 1 || !content.isEmpty { text = text.trimmed }
      if content.isEmpty {
        self.lines.append((String(line), nil))
      } else if content.contains("->") {
        let found = process ?? Result { try offered(model) }
        process = found
        let label = parts.count > 1 ? Contract.label(in: parts[1]) : nil
        self.lines.append((text, answer(content, found, label)))
      } else {
        self.lines.append((text, answer(content)))
      }
    }
  }

  static func == (a: Contract, b: Contract) -> Bool {
    a.text == b.text && a.processes == b.processes && a.model == b.model
  }

  /// The label in an answer `1 7`; labels are the C interface's `int`.
  private static func label(in answer: Substring) -> Int? {
    let words = answer.split(separator: " ").map { Int32($0) }
    return words.count == 2 && words[0] == 1 ? words[1].map(Int.init) : nil
  }
}

// MARK: - Answers

extension Contract {
  private static let unsupported = "Error: unsupported flag"
  private static let unknown = "Error: unknown option"

  /// The answer to a process line.
  private mutating func answer(
    _ line: String, _ offered: Result<ScatteringProcess, any Error>, _ label: Int?
  ) -> String {
    let sides = line.components(separatedBy: "->")
    let particles = sides.map { $0.split(separator: " ").map { Int($0) } }
    guard particles.count == 2, particles[0].count == 2,
      let wanted = (particles[0] + particles[1]) as? [Int]
    else { return "Error: process cannot be read" }
    switch offered {
    case .failure(let error): return "Error: \(error)".replacingOccurrences(of: "\n", with: " ")
    case .success(let process):
      guard Assignment(of: wanted, to: process) != nil else {
        return "Error: process not available"
      }
      let isDiphoton = process == .diphotonGluon
      guard let strong = powers.strong ?? (isDiphoton ? 3 : nil),
        let electroweak = powers.electroweak ?? (isDiphoton ? 2 : nil),
        !isDiphoton || (strong, electroweak) == (3, 2)
      else { return "Error: coupling powers not available" }
      powers = (strong, electroweak)
      let next = label ?? (processes.map(\.label).max() ?? 0) + 1
      guard next <= Int32.max, !processes.contains(where: { $0.label == next }) else {
        return "Error: label \(next) is not free"
      }
      processes.append(
        Process(label: next, particles: wanted, isLoopInduced: isLoopInduced))
      return "1 \(next)"
    }
  }

  /// The answer to a line `Key value`.
  private mutating func answer(_ line: String) -> String {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    let (key, value) = (words[0].lowercased(), words.dropFirst().joined(separator: " "))
    func among(_ accepted: String...) -> String {
      accepted.contains(value.lowercased()) ? "OK" : Contract.unsupported
    }
    switch key {
    case "interfaceversion": return among("blha1", "blha2")
    case "model": return among("sm", "smdiag")
    case "matrixelementsquaretype": return among("chsummed")
    case "correctiontype": return among("qcd")
    // A loop-induced amplitude of lowest order has no poles: all schemes agree.
    case "irregularisation", "irregularization": return among("cdr", "dred", "thv")
    case "amplitudetype":
      isLoopInduced = value.lowercased() == "loopinduced"
      return isLoopInduced ? "OK" : Contract.unsupported
    case "alphaspower": return power(value, \.strong)
    case "alphapower": return power(value, \.electroweak)
    case "couplingpower":
      let parts = words.dropFirst().map { $0.lowercased() }
      guard parts.count == 2 else { return Contract.unsupported }
      if parts[0] == "qcd" { return power(parts[1], \.strong) }
      return parts[0] == "qed" ? power(parts[1], \.electroweak) : Contract.unsupported
    case "accuracytarget": return (Double(value) ?? -1) > 0 ? "OK" : Contract.unsupported
    case "subdividesubprocess", "debugunstable": return among("no")
    // What to set to one, g or α, is read in two ways: better none than a factor of (4π)³.
    case "operationmode": return Contract.unsupported
    // Nothing in the amplitude resonates or has a mass but quarks in loops, which are massless.
    case "resonancetreatment", "ewscheme", "ewrenormalisationscheme": return "OK"
    case "massiveparticles", "lightmassiveparticles":
      let massless: Set<UInt> = [1, 2, 3, 4, 5, 21, 22]
      let named = words.dropFirst().map { Int($0)?.magnitude }
      return named.allSatisfy { $0.map { !massless.contains($0) } ?? false }
        ? "OK" : Contract.unsupported
    case "extra": return extra(words.dropFirst().map { $0 })
    default:
      return key.hasPrefix("amp") ? extra(words) : Contract.unknown
    }
  }

  private mutating func power(
    _ value: String, _ path: WritableKeyPath<(strong: Int?, electroweak: Int?), Int?>
  ) -> String {
    guard let power = Int(value), (0...32).contains(power) else { return Contract.unsupported }
    powers[keyPath: path] = power
    return "OK"
  }

  /// The options of this provider, `Extra AmpModel run/best.safetensors`, or without `Extra`.
  private mutating func extra(_ words: [String]) -> String {
    guard words.count >= 2 else { return Contract.unknown }
    let value = words.dropFirst().joined(separator: " ")
    let number = Double(value).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    switch words[0].lowercased() {
    case "ampmodel": model.path = value
    case "ampalphas":
      guard let number else { return Contract.unsupported }
      model.alphaS = number
    case "ampalpha":
      guard let number else { return Contract.unsupported }
      model.alpha = number
    case "ampsamples":
      guard let count = Int(value), count > 0 else { return Contract.unsupported }
      model.samples = count
    default: return Contract.unknown
    }
    return "OK"
  }
}

extension String {
  /// Without blanks at the end.
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}
