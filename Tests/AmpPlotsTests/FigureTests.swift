import AmpCore
import AmpPlots
import Foundation
import TestSupport
import Testing

struct FigureTests {
  /// A figure with one mark of each kind over values of all sorts.
  func wild(seed: UInt64) -> Figure {
    var rng = Philox(seed: seed, purpose: .other)
    let specials: [Double] = [
      .nan, .infinity, -.infinity, 0, -0.0, 1e308, -1e308, .leastNonzeroMagnitude, 1e-300, -1, 1,
    ]
    func values(_ count: Int) -> [Double] {
      (0..<count).map { _ in
        let u = rng.uniform()
        return u < 0.3 ? specials[Int(u / 0.3 * Double(specials.count))] : 10 * rng.normal()
      }
    }
    let n = Int(seed % 7)
    let axes: [Axis.Scale] = [.linear, .logarithmic]
    var figure = Figure(
      "wild <\(seed)>", x: Axis("x & y", axes[Int(seed) % 2]),
      y: Axis("\"y\"", axes[Int(seed / 2) % 2]))
    let x = values(n)
    figure.marks = [
      .histogram(Histogram(values(50), bins: 5, range: 0.5...9), label: "h", errors: true),
      .line(x: x, y: values(n), label: "l"),
      .band(x: x, low: values(n), high: values(n), label: "b"),
      .points(x: x, y: values(n), errors: values(n), label: "p"),
      .density(
        DensityGrid(x: x, y: values(n), xEdges: [0.1, 1, 10], yEdges: [0.1, 1, 10])),
      .vertical(at: specials[Int(seed) % specials.count]),
      .horizontal(at: specials[Int(seed / 3) % specials.count], label: "limit"), .note("note"),
    ]
    figure.marks.removeLast(Int(seed / 4) % 8)
    figure.lower = seed % 3 == 0 ? Figure.Panel(y: Axis("r"), marks: [.line(x: x, y: x)]) : nil
    return figure
  }

  @Test(arguments: 0..<128 as Range<UInt64>)
  func anyValuesGiveASoundDrawing(seed: UInt64) {
    let figure = wild(seed: seed)
    for theme in [Theme.adaptive, .light, .dark] { expectSound(figure.svg(theme: theme)) }
    #expect(figure.svg() == wild(seed: seed).svg())
  }

  @Test func twelveSeriesOfPointsAreToldApart() {
    var figure = Figure("many", x: Axis("x"), y: Axis("y"))
    figure.marks = (0..<12).map { .points(x: [1], y: [1], colour: .series($0)) }
    let dots = figure.svg().split(separator: "\n").filter { $0.contains("class=\"amp-dot-s") }
    #expect(dots.count == 12 && Set(dots).count == 12)
  }

  @Test func symbolsAtTheEndsKeepOffTheFrame() throws {
    var figure = Figure("ends", x: Axis("x", .logarithmic), y: Axis("y"))
    figure.marks = [.line(x: [1, 100], y: [1, 2]), .points(x: [1, 100], y: [1, 2])]
    let svg = figure.svg()
    let frame = try #require(
      svg.firstMatch(of: /<rect x="([0-9.]+)"[^>]*class="amp-frame"/)?.1)
    let symbol = try #require(svg.firstMatch(of: /M([0-9.]+) [^>]*class="amp-dot-s0"/)?.1)
    #expect(try #require(Double(symbol)) > Double(frame).map { $0 + 5 } ?? .infinity)
  }

  @Test func tinyFigureIsTheGoldenOne() throws {
    var figure = Figure("Tiny", x: Axis("x_{1} / GeV"), y: Axis("points"))
    figure.width = 240
    figure.height = 180
    figure.marks = [
      .histogram(Histogram([0.1, 0.4, 0.4, 0.9], bins: 3, range: 0...1), label: "data"),
      .line(x: [0, 1], y: [0, 2], colour: .series(1), dashed: true),
    ]
    let golden = fixture("figure-tiny.svg")
    // To accept a new look: AMP_ACCEPT=1 swift test --filter tinyFigure, and look at the file.
    if ProcessInfo.processInfo.environment["AMP_ACCEPT"] != nil {
      try figure.write(to: golden, theme: .light)
    }
    #expect(try String(contentsOfFile: golden, encoding: .utf8) == figure.svg(theme: .light))
  }

  @Test func emptyFigureIsAnEmptyFrame() {
    let svg = Figure(x: Axis("x"), y: Axis("y")).svg()
    expectSound(svg)
    #expect(labels(in: svg).contains("0.4") && !svg.contains("not shown"))
  }

  @Test func valuesWithoutAPlaceAreCountedInTheFoot() {
    var figure = Figure(x: Axis("x", .logarithmic), y: Axis("y"))
    figure.marks = [.points(x: [1, 2, -3, .nan], y: [1, .infinity, 1, 1])]
    #expect(labels(in: figure.svg()).contains("not shown: 3"))
  }

  @Test func markupInLabelsIsText() {
    let evil = "</text><script>alert('x')</script>&amp;"
    var figure = Figure(evil, x: Axis(evil), y: Axis(evil))
    figure.marks = [.line(x: [0, 1], y: [0, 1], label: evil), .note(evil)]
    figure.width = 1600
    figure.height = 900
    let svg = figure.svg()
    expectSound(svg)
    #expect(!svg.contains("<script"))
    #expect(labels(in: svg).contains(evil))
  }

  @Test func pixelsFollowTheAxes() throws {
    var figure = Figure(x: Axis("x", range: 0...10), y: Axis("y", .logarithmic, range: 1...100))
    figure.marks = [.line(x: [0, 5, 10], y: [1, 10, 100])]
    let svg = figure.svg()
    let match = try #require(
      svg.firstMatch(of: /<path d="M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)"/))
    let p = [match.1, match.2, match.3, match.4, match.5, match.6].compactMap { Double($0) }
    expectClose(p[2], (p[0] + p[4]) / 2, absolute: 0.011)
    expectClose(p[3], (p[1] + p[5]) / 2, absolute: 0.011)
    #expect(p[0] < p[4] && p[1] > p[5])
    // The frame's first tick and its label stand where the line begins.
    #expect(svg.contains("M\(fixed(p[0])) \(fixed(p[1]))v-6"))
  }

  @Test func legendLeavesTheDataFree() throws {
    // A zigzag over the whole frame leaves no corner: the frame has to grow upwards.
    var figure = Figure(x: Axis("x", range: 0...1), y: Axis("y"))
    let x = (0...100).map { Double($0) / 100 }
    let y = (0...100).map { Double($0 % 2) }
    figure.marks = [.line(x: x, y: y, label: "zigzag"), .note("a note above it")]
    let svg = figure.svg()
    let line = try #require(svg.firstMatch(of: /<path d="M([0-9.L ]+)" class="amp-line-s0"/))
    let heights = line.1.split(separator: "L").compactMap {
      $0.split(separator: " ").last.flatMap { Double($0) }
    }
    let box = try #require(
      svg.firstMatch(of: /y="([0-9.]+)" width="[0-9.]+" height="([0-9.]+)" class="amp-veil"/))
    let top = try #require(Double(box.1))
    let bottom = top + (try #require(Double(box.2)))
    #expect(heights.count == 101 && (heights.min() ?? 0) > bottom)
  }

  @Test func darkAndLightDifferOnlyInTheirStyles() {
    let figure = wild(seed: 5)
    func body(_ theme: Theme) -> Substring {
      let svg = figure.svg(theme: theme)
      return svg[(svg.range(of: "</style>")?.upperBound ?? svg.endIndex)...]
    }
    #expect(body(.dark) == body(.light) && body(.adaptive) == body(.light))
    #expect(figure.svg(theme: .dark) != figure.svg(theme: .light))
    #expect(figure.svg(theme: .adaptive).contains("prefers-color-scheme: dark"))
  }

  @Test func writingLeavesTheWholeFileOrNothing() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "amp-plots-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let figure = wild(seed: 1)
    let path = folder.appendingPathComponent("a.svg").path
    try figure.write(to: path)
    try figure.write(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == figure.svg())
    #expect(throws: (any Error).self) {
      try figure.write(to: folder.appendingPathComponent("none/a.svg").path)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.svg"])
  }
}
