import Foundation
import Testing

/// Expects |value − reference| ≤ absolute + relative · |reference|, and says by how much it fails.
public func expectClose<S: BinaryFloatingPoint>(
  _ value: S, _ reference: S, relative: Double = 0, absolute: Double = 0, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = abs(Double(value) - Double(reference))
  let allowed = absolute + relative * abs(Double(reference))
  #expect(
    difference <= allowed,
    "\(label) \(value) against \(reference): off by \(difference), allowed \(allowed)",
    sourceLocation: sourceLocation)
}

/// Expects two arrays to agree element by element; reports the worst element only.
public func expectClose<S: BinaryFloatingPoint>(
  _ values: [S], _ references: [S], relative: Double = 0, absolute: Double = 0,
  _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == references.count, "\(label)", sourceLocation: sourceLocation)
  var worst = (excess: -Double.infinity, index: -1)
  for (i, (value, reference)) in zip(values, references).enumerated() {
    let excess =
      abs(Double(value) - Double(reference)) - absolute - relative * abs(Double(reference))
    if !(excess <= worst.excess) { worst = (excess, i) }
  }
  guard worst.index >= 0 else { return }
  expectClose(
    values[worst.index], references[worst.index], relative: relative, absolute: absolute,
    "\(label)[\(worst.index)]", sourceLocation: sourceLocation)
}

/// The path of a file in Tests/Fixtures.
public func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").appendingPathComponent(name).path
}
