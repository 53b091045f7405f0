import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Expects `text` to be well-formed XML without a trace of values that are not numbers.
func expectSound(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let parser = XMLParser(data: Data(text.utf8))
  let reader = NumberReader()
  parser.delegate = reader
  let parsed = parser.parse()
  #expect(
    parsed, "\(String(describing: parser.parserError)), line \(parser.lineNumber)",
    sourceLocation: sourceLocation)
  #expect(reader.unsound.isEmpty, "\(reader.unsound.prefix(5))", sourceLocation: sourceLocation)
}

/// The character data of all `text` elements, one string each.
func labels(in svg: String) -> [String] {
  let parser = XMLParser(data: Data(svg.utf8))
  let reader = NumberReader()
  parser.delegate = reader
  _ = parser.parse()
  return reader.labels
}

private final class NumberReader: NSObject, XMLParserDelegate {
  var unsound: [String] = []
  var labels: [String] = []
  private var inside = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if name == "text" {
      inside = true
      labels.append("")
    }
    for (key, value) in attributes where key != "aria-label" {
      let words = value.lowercased()
      // A path's commands may hold no letters that spell nan or inf, nor an exponent.
      if ["d", "x", "y", "width", "height", "viewBox", "font-size", "dy"].contains(key),
        words.contains("n") || words.contains("i") || words.contains("e")
      {
        unsound.append("\(name) \(key)=\(value.prefix(60))")
      }
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    if name == "text" {
      inside = false
      let words = labels[labels.count - 1].lowercased()
      if words == "nan" || words.contains("-nan") || words == "inf" || words == "−inf" {
        unsound.append(words)
      }
    }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if inside { labels[labels.count - 1] += text }
  }
}
