/// Which column of a CSV file goes where.
struct CSVColumns {
  /// The columns' names, or their numbers if the file names none.
  var names: [String]

  /// For each column its place in a row (E₁ = 0, px₁ = 1, …, the amplitude last); −1: not used.
  var slots: [Int]

  /// The number of particles; 0 for a file with amplitudes only.
  var particles: Int

  /// Whether there is a column of amplitudes.
  var hasAmplitude: Bool

  /// Columns by their names; nil if no name means anything here.
  init?(header: String, amplitudeName: String?) {
    names = header.split(separator: ",", omittingEmptySubsequences: false).map { name in
      let plain = String(name).trimmingBlanks
      let isQuoted = plain.count >= 2 && plain.hasPrefix("\"") && plain.hasSuffix("\"")
      return isQuoted ? String(plain.dropFirst().dropLast()).trimmingBlanks : plain
    }
    slots = names.map { CSVColumns.slot($0) ?? -1 }
    particles = ((slots.max() ?? -1) + 4) / 4
    hasAmplitude = false
    for (column, name) in names.enumerated() where CSVColumns.isAmplitude(name, amplitudeName) {
      slots[column] = 4 * particles
      hasAmplitude = true
    }
    if particles == 0 && !hasAmplitude { return nil }
  }

  /// Columns by their number; nil unless that is 4n or 4n + 1.
  init?(count: Int) {
    if count == 0 || count % 4 > 1 { return nil }
    names = (1...count).map { "\($0)" }
    slots = Array(0..<count)
    particles = count / 4
    hasAmplitude = count % 4 == 1
  }

  /// What is missing or there twice; nil if nothing is.
  var complaint: String? {
    var found = Set<Int>()
    for (name, slot) in zip(names, slots) where slot >= 0 {
      if !found.insert(slot).inserted { return "the column '\(name)' occurs twice" }
    }
    for slot in 0..<4 * particles where !found.contains(slot) {
      return "the column '\(["E", "px", "py", "pz"][slot % 4])\(slot / 4 + 1)' is missing"
    }
    return nil
  }

  static func isAmplitude(_ name: String, _ wanted: String?) -> Bool {
    if let wanted { return name == wanted }
    return ["amplitude", "amplitudes"].contains(name.lowercased())
  }

  /// The place of `E1`, `px1`, …, `pz99`.
  private static func slot(_ name: String) -> Int? {
    let lower = name.lowercased()
    for (component, prefix) in ["e", "px", "py", "pz"].enumerated() where lower.hasPrefix(prefix) {
      let digits = lower.dropFirst(prefix.count)
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let particle = Int(digits),
        (1...99).contains(particle)
      else { continue }
      return 4 * (particle - 1) + component
    }
    return nil
  }
}
