/// The element of `choices` called `name`.
///
/// Throws an ``AmpError`` that names the nearest spelling and lists all choices otherwise.
package func choose<Choice>(
  _ name: String, among choices: [Choice], of kind: String, by label: (Choice) -> String
) throws -> Choice {
  if let found = choices.first(where: { label($0) == name.lowercased() }) { return found }
  let names = choices.map(label)
  let nearest = names.min { distance($0, name) < distance($1, name) }
  let hint = nearest.flatMap { distance($0, name) <= 2 ? "Did you mean \($0)? " : nil } ?? ""
  throw AmpError.unknownName(
    "there is no \(kind) \"\(name)\"",
    remedy: hint + "Choose one of: " + names.joined(separator: ", ") + ".")
}

/// The number of insertions, deletions and replacements between two words (Levenshtein).
private func distance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b.lowercased()))
  var row = Array(0...b.count)
  for i in 0..<a.count {
    var diagonal = row[0]
    row[0] = i + 1
    for j in 0..<b.count {
      let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
