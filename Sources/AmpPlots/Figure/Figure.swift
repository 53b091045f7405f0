import Foundation

/// A scientific figure: marks in a frame with axes, as self-contained SVG text.
///
/// The same values always give the same text. Values that cannot be drawn are left out and
/// counted in the figure's foot; no data at all give an empty frame.
///
///     var figure = Figure(
///       "Accuracy", x: Axis("|Δ|", .logarithmic), y: Axis("points"))
///     figure.marks.append(.histogram(Histogram(deltas, bins: 50, range: 0...1)))
///     try figure.write(to: "accuracy.svg")
public struct Figure: Sendable {
  /// A frame below the main one, on the same x axis: ratios, differences.
  public struct Panel: Sendable {
    /// The axis of the frame.
    public var y: Axis

    /// What is drawn into it, first things first.
    public var marks: [Mark]

    /// Creates a frame.
    public init(y: Axis, marks: [Mark] = []) {
      self.y = y
      self.marks = marks
    }
  }

  /// The title, empty for none.
  public var title: String

  /// The horizontal axis.
  public var x: Axis

  /// The vertical axis.
  public var y: Axis

  /// What is drawn, first things first.
  public var marks: [Mark]

  /// A frame below the main one, if any.
  public var lower: Panel?

  /// The width in pixels.
  public var width = 480.0

  /// The height in pixels.
  public var height = 350.0

  /// Creates a figure.
  public init(
    _ title: String = "", x: Axis, y: Axis, marks: [Mark] = [], lower: Panel? = nil
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
    self.lower = lower
  }

  /// Writes the SVG document to `path`, all of it or nothing.
  public func write(to path: String, theme: Theme = .adaptive) throws {
    try writeWhole(svg(theme: theme), to: path)
  }

  /// The figure as an SVG document, its style sheet included; also an element for HTML pages.
  public func svg(theme: Theme = .adaptive) -> String {
    document(
      width: width, height: height,
      name: title.isEmpty ? "\(y.label) against \(x.label)" : title, theme: theme,
      body: Drawing(self).text)
  }
}

/// Writes `text` to a temporary file beside `path`, syncs it and moves it into place.
func writeWhole(_ text: String, to path: String) throws {
  let target = URL(fileURLWithPath: path)
  let temporary = target.deletingLastPathComponent().appendingPathComponent(
    ".\(target.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).part")
  do {
    try Data(text.utf8).write(to: temporary)
    let handle = try FileHandle(forWritingTo: temporary)
    try handle.synchronize()
    try handle.close()
    guard rename(temporary.path, target.path) == 0 else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
    }
  } catch {
    try? FileManager.default.removeItem(at: temporary)
    throw error
  }
}
