import AmpCore
import AmpData
import AmpNets
import AmpUncertainty
import Foundation
import Yams

// A configuration as a YAML file.
extension RunConfiguration {
  /// Reads a YAML (or JSON) file; throws an ``AmpError`` that names the key for what is unknown.
  init(contentsOf path: String) throws {
    let file = try MappedFile(path)
    guard file.bytes.count <= RunConfiguration.longest,
      let text = String(validating: file.bytes, as: UTF8.self)
    else {
      throw AmpError(
        "this is no configuration, but \(file.bytes.count) bytes of something else", in: path,
        remedy: "Give a text with options of amp-cli fit, one \"key: value\" a line.")
    }
    try self.init(yaml: text, place: path)
    do {
      _ = try fit()
    } catch var error as AmpError {
      // The option of the same name is a line of this file here.
      error.position = error.place.map { String($0.trimmingPrefix("--")) }
      error.place = path
      throw error
    }
  }

  init(yaml text: String, place: String) throws {
    do {
      let keys = CodingKeys.allCases.map(\.rawValue)
      let mapping = try RunConfiguration.words(text)
      for key in mapping.keys.sorted() where !keys.contains(key) {
        let known = try choose(key, among: keys, of: "configuration key") { $0 }
        throw AmpError("the key \"\(key)\" is not known", remedy: "Write \(known).")
      }
      try RunConfiguration.checkNames(mapping)
      self = try YAMLDecoder().decode(RunConfiguration.self, from: text)
    } catch var error as AmpError {
      error.place = place
      throw error
    } catch let error as DecodingError {
      throw explanation(of: error, in: place)
    } catch {
      let problem = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw AmpError(
        problem, in: place, remedy: "The file must be YAML, one \"key: value\" a line.")
    }
  }

  /// The longest text of a configuration, in bytes.
  private static let longest = 1 << 20

  /// The keys with their values, empty for lists; throws unless all are words, numbers or lists of
  /// them.
  ///
  /// Lists in lists that stand for others (`*name`) can grow without bound when they are written out,
  /// and Yams traps when it makes a value of a mapping with lists as keys: so neither gets that far.
  private static func words(_ text: String) throws -> [String: String] {
    guard let mapping = try Yams.compose(yaml: text)?.mapping, !mapping.isEmpty else {
      throw AmpError(
        "the configuration is empty, or not a list of \"key: value\"",
        remedy: "Write options of amp-cli fit, one per line, for example \"epochs: 20\".")
    }
    var words: [String: String] = [:]
    for (key, value) in mapping {
      let parts = value.sequence.map(Array.init) ?? [value]
      guard let name = key.scalar?.string, parts.allSatisfy({ $0.scalar != nil }) else {
        throw AmpError(
          "a key or value is neither a word, a number nor a list of them", at: key.scalar?.string,
          remedy: "See amp-cli fit --help for the values.")
      }
      words[name] = value.scalar?.string ?? ""
    }
    return words
  }

  /// Throws for a name that is none of its choices, with the nearest one.
  private static func checkNames(_ mapping: [String: String]) throws {
    func check<Value: RawRepresentable & CaseIterable>(_ key: CodingKeys, _: Value.Type) throws
    where Value.RawValue == String {
      guard let name = mapping[key.rawValue], !name.isEmpty else { return }
      do {
        let found = try choose(name, among: Array(Value.allCases), of: key.rawValue, by: \.rawValue)
        if found.rawValue != name {
          throw AmpError(
            "there is no \(key.rawValue) \"\(name)\"", remedy: "Write \(found.rawValue).")
        }
      } catch var error as AmpError {
        error.position = key.rawValue
        throw error
      }
    }
    try check(.recipe, Recipe.self)
    try check(.target, TargetTransform.Factor.self)
    try check(.precision, Fit.Precision.self)
    try check(.optimizer, OptimizerChoice.self)
    try check(.schedule, Schedule.self)
  }

  /// The configuration as YAML, keys in the order of ``CodingKeys``.
  func yaml() throws -> String { try YAMLEncoder().encode(self) }
}

/// A decoding error in words: which key, and what it should hold.
private func explanation(of error: DecodingError, in place: String) -> AmpError {
  let context: DecodingError.Context =
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context
    @unknown default: .init(codingPath: [], debugDescription: "\(error)")
    }
  let keys = context.codingPath.filter { $0.intValue == nil }.map(\.stringValue)
  let isElement = keys.count < context.codingPath.count
  let key = keys.joined(separator: ".")
  if var error = context.underlyingError as? AmpError {
    (error.place, error.position) = (place, key.isEmpty ? nil : key)
    return error
  }
  guard case .typeMismatch(let type, _) = error else {
    return AmpError(
      context.debugDescription, in: place, at: key,
      remedy: "See amp-cli fit --help for the values.")
  }
  let wanted =
    switch type {
    case is Int.Type: "a whole number"
    case is UInt64.Type: "a whole number from 0 up"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    default: "\(type)" == "Sequence" ? "a list such as [128, 128]" : "a single word or number"
    }
  return AmpError(
    "\(isElement ? "an element" : "the value") is not \(wanted)", in: place, at: key,
    remedy: "Write \(wanted).")
}
