/// Which column of a table or array goes where.
struct PointColumns: Equatable {
  /// The columns' names, or their numbers if the file names none.
  var names: [String]

  /// For each column its place in a row (E₁ = 0, px₁ = 1, …, the amplitude last); −1: not used.
  var slots: [Int]

  /// The number of particles; 0 for a file with amplitudes only.
  var particles: Int

  /// Whether there is a column of amplitudes.
  var hasAmplitude: Bool

  /// Whether every column is where it belongs already.
  var isIdentity: Bool { slots.elementsEqual(0..<slots.count) }

  /// Columns by their names; nil if no name means anything here.
  init?(names: [String], amplitudeName: String?) {
    self.names = names
    slots = names.map { PointColumns.slot($0) ?? -1 }
    particles = ((slots.max() ?? -1) + 4) / 4
    hasAmplitude = false
    for (column, name) in names.enumerated() where PointColumns.isAmplitude(name, amplitudeName) {
      slots[column] = 4 * particles
      hasAmplitude = true
    }
    if particles == 0 && !hasAmplitude { return nil }
  }

  /// Columns by their number; nil unless that is 4n or 4n + 1.
  init?(count: Int) {
    if count == 0 || count % 4 > 1 { return nil }
    self.init(particles: count / 4, values: count % 4, amplitude: count % 4 == 1 ? 0 : nil)
  }

  /// The momenta of `particles`, then `values`, of which the one numbered `amplitude` is that.
  init(particles: Int, values: Int, amplitude: Int?) {
    let width = 4 * particles
    names = (0..<width + values).map { $0 < width ? "\($0 + 1)" : "value\($0 - width + 1)" }
    slots = (0..<width + values).map { $0 < width ? $0 : $0 - width == amplitude ? width : -1 }
    self.particles = particles
    hasAmplitude = amplitude != nil
  }

  /// Columns as the user names them, for a file with `count` columns of which the last may be the
  /// amplitude.
  init(option names: [String], count: Int, amplitudeName: String?) throws {
    var all = names
    let order = Set(names.prefix(4).map { $0.lowercased() })
    if names.count < 6, order == ["e", "px", "py", "pz"] {
      // The order within each particle; what is left over are values.
      all = (0..<count / 4).flatMap { i in names.prefix(4).map { "\($0)\(i + 1)" } }
      let rest = count - all.count
      let last = names.count == 5 ? names[4] : "amplitude"
      all += (0..<rest).map { $0 == 0 && rest == 1 ? last : "value\($0 + 1)" }
    }
    guard all.count == count else {
      throw AmpError(
        "\(names.count) columns are named, but there are \(count)",
        remedy: "Name all columns with --columns; a name like '-' passes over one.")
    }
    guard let columns = PointColumns(names: all, amplitudeName: amplitudeName) else {
      throw AmpError(
        "none of the columns named is a momentum or an amplitude",
        remedy: "Call them E1,px1,py1,pz1,E2,…,amplitude.")
    }
    if let complaint = columns.complaint {
      throw AmpError(complaint, remedy: "Call the columns E1,px1,py1,pz1,E2,…,amplitude.")
    }
    self = columns
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

  /// Takes rows of numbers apart into momenta and amplitudes.
  func records(_ rows: [Double]) -> PointRecords {
    if isIdentity && !hasAmplitude {
      return PointRecords(momenta: Momenta(rows, particles: particles), amplitudes: nil)
    }
    let count = rows.count / slots.count
    let width = 4 * particles
    var momenta = [Double](repeating: 0, count: count * width)
    var amplitudes = [Double](repeating: 0, count: hasAmplitude ? count : 0)
    rows.withUnsafeBufferPointer { rows in
      momenta.withUnsafeMutableBufferPointer { momenta in
        amplitudes.withUnsafeMutableBufferPointer { amplitudes in
          if isIdentity, let from = rows.baseAddress, let to = momenta.baseAddress {
            for row in 0..<count {
              (to + row * width).update(from: from + row * slots.count, count: width)
              amplitudes[row] = rows[row * slots.count + width]
            }
            return
          }
          for (column, slot) in slots.enumerated() where slot >= 0 {
            if slot == width {
              for row in 0..<count { amplitudes[row] = rows[row * slots.count + column] }
            } else {
              for row in 0..<count {
                momenta[row * width + slot] = rows[row * slots.count + column]
              }
            }
          }
        }
      }
    }
    return PointRecords(
      momenta: particles > 0 ? Momenta(momenta, particles: particles) : nil,
      amplitudes: hasAmplitude ? amplitudes : nil)
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
