import Foundation

// Text that ends up in a drawing: escaped, of fixed number format, free of surprises.

/// `text` with the characters that XML reserves replaced, and those that it forbids left out.
package func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n", "\r": result += " "
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": continue
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// `value` with a fixed number of decimals, whatever the locale; never "-0", never an exponent.
///
/// With `trimmed`, zeros at the end go. Values that are not finite, or too large for the
/// decimals asked for, are the caller's mistake and print as 0 or as the largest that fits.
package func fixed(_ value: Double, decimals: Int = 2, trimmed: Bool = true) -> String {
  var scale = 1
  for _ in 0..<min(max(decimals, 0), 15) { scale *= 10 }
  let product = (value * Double(scale)).rounded()
  let clamped = min(max(product.isNaN ? 0 : product, -9e17), 9e17)
  let digits = Int(abs(clamped))
  var text = String(digits / scale)
  if scale > 1 {
    let fraction = String(digits % scale)
    let places = String(scale).count - 1
    text += "." + String(repeating: "0", count: places - fraction.count) + fraction
    if trimmed {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
  }
  return clamped < 0 ? "-" + text : text
}

/// A run of a label: plain, raised or lowered.
package struct Run: Equatable {
  package enum Level: Equatable { case plain, raised, lowered }
  package var text: String
  package var level: Level
}

/// Splits `σ_{syst}` and `10^{-3}` into runs; braces without their partner stay as they are.
package func runs(_ label: String) -> [Run] {
  var result: [Run] = []
  var plain = ""
  var rest = Substring(label)
  while let first = rest.first {
    let level: Run.Level? = rest.hasPrefix("_{") ? .lowered : rest.hasPrefix("^{") ? .raised : nil
    if let level, let end = rest.firstIndex(of: "}") {
      if !plain.isEmpty { result.append(Run(text: plain, level: .plain)) }
      plain = ""
      let start = rest.index(rest.startIndex, offsetBy: 2)
      if start < end { result.append(Run(text: String(rest[start..<end]), level: level)) }
      rest = rest[rest.index(after: end)...]
    } else {
      plain.append(first)
      rest = rest.dropFirst()
    }
  }
  if !plain.isEmpty { result.append(Run(text: plain, level: .plain)) }
  return result
}

/// An estimate, on the generous side, of the width of `label` in pixels at font size `size`.
func width(of label: String, size: Double) -> Double {
  var total = 0.0
  for run in runs(label) {
    let scale = run.level == .plain ? 1 : 0.72
    for character in run.text {
      let ems: Double =
        switch character {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!": 0.33
        case " ", "f", "t", "r", "(", ")", "[", "]", "/", "-": 0.42
        case "m", "w", "M", "W", "@", "%": 0.94
        case "A"..."Z", "±", "×", "√": 0.72
        default: character.unicodeScalars.allSatisfy { $0.value < 0x2E80 } ? 0.62 : 1.05
        }
      total += ems * scale * size
    }
  }
  return total
}

/// `label`, cut with an ellipsis where it would be wider than `limit` pixels.
func shortened(_ label: String, size: Double, limit: Double) -> String {
  guard width(of: label, size: size) > limit else { return label }
  var kept = label
  while !kept.isEmpty, width(of: kept + "…", size: size) > limit { kept.removeLast() }
  return kept + "…"
}
