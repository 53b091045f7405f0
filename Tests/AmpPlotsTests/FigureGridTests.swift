import AmpPlots
import Testing

struct FigureGridTests {
  private func figure(_ title: String, height: Double = 100) -> Figure {
    var figure = Figure(
      title, x: Axis("x"), y: Axis("y"), marks: [.line(x: [0, 1], y: [0, 2])])
    (figure.width, figure.height) = (200, height)
    return figure
  }

  @Test func figuresStandInRowsBelowTheTitle() {
    let grid = FigureGrid(
      "A < B", subtitle: "both", figures: [figure("a"), figure("b", height: 150), figure("c")],
      columns: 2)
    let svg = grid.svg()
    expectSound(svg)
    #expect(svg.contains("width=\"400\" height=\"300\" viewBox=\"0 0 400 300\""))
    for corner in [("0", "50"), ("200", "50"), ("0", "200")] {
      #expect(svg.contains("<svg x=\"\(corner.0)\" y=\"\(corner.1)\" width=\"200\""), "\(corner)")
    }
    let texts = labels(in: svg)
    for text in ["A < B", "both", "a", "b", "c"] { #expect(texts.contains(text), "\(text)") }
    #expect(svg.components(separatedBy: "<style>").count == 2)
    #expect(svg == grid.svg())
  }

  @Test func emptyGridsAndSingleFiguresAreDrawings() {
    expectSound(FigureGrid(figures: []).svg())
    expectSound(FigureGrid(figures: [figure("")]).svg(theme: .dark))
  }
}
