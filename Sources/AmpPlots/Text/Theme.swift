// Colours as style classes, so that one drawing serves light and dark pages.

/// The page a drawing is made for.
public enum Theme: Sendable {
  /// Follows the reader's preference, light where there is none (paper, LaTeX).
  case adaptive
  /// Dark ink on white.
  case light
  /// Light ink on a dark ground.
  case dark

  /// The style sheet of the drawing's classes.
  package var css: String {
    switch self {
    case .light: Shades.light.css
    case .dark: Shades.dark.css
    case .adaptive:
      Shades.light.css + "@media (prefers-color-scheme: dark) {\n\(Shades.dark.css)}\n"
    }
  }
}

/// The colour of a mark.
public enum Colour: Sendable, Equatable {
  /// The n-th colour of the palette (Okabe and Ito's, told apart by colour-blind readers too);
  /// counts on from the beginning after six.
  case series(Int)
  /// The colour of text and frame.
  case ink
  /// A grey for what stands back.
  case muted

  var name: String {
    switch self {
    case .series(let index): "s\(((index % 6) + 6) % 6)"
    case .ink: "ink"
    case .muted: "muted"
    }
  }
}

/// The number of steps of the scale for densities.
let densityLevels = 9

private struct Shades {
  let ground: String
  let ink: String
  let muted: String
  let grid: String
  let series: [String]
  let density: [String]

  static let light = Shades(
    ground: "#ffffff", ink: "#1b1b1b", muted: "#767676", grid: "#e4e4e4",
    series: ["#0072b2", "#d55e00", "#008f68", "#b8578e", "#c98500", "#3b97cf"],
    density: [
      "#dbe9f6", "#c3daee", "#a3cbe3", "#7db8da", "#58a1cf", "#3787c0", "#1b6aaf", "#084d96",
      "#08306b",
    ])

  static let dark = Shades(
    ground: "#15181d", ink: "#e4e6ea", muted: "#9a9fa8", grid: "#2b3038",
    series: ["#56b0ea", "#f58b4c", "#35c79b", "#e39ac8", "#f0b945", "#9ad3f5"],
    density: [
      "#18314e", "#1b4470", "#215c94", "#2d77b5", "#4692ce", "#6dafdf", "#97caec", "#c2e1f6",
      "#eef7ff",
    ])

  var css: String {
    var css = """
      .amp-ground{fill:\(ground);stroke:none}
      .amp-text{fill:\(ink);stroke:none}
      .amp-quiet{fill:\(muted);stroke:none}
      .amp-frame{fill:none;stroke:\(ink);stroke-width:1}
      .amp-grid{fill:none;stroke:\(grid);stroke-width:1}
      .amp-veil{fill:\(ground);fill-opacity:.82;stroke:none}

      """
    let colours =
      series.enumerated().map { ("s\($0)", $1) } + [("ink", ink), ("muted", muted)]
    for (name, colour) in colours {
      css += """
        .amp-line-\(name){fill:none;stroke:\(colour);stroke-width:1.6;stroke-linejoin:round}
        .amp-dash-\(name){fill:none;stroke:\(colour);stroke-width:1.4;stroke-dasharray:6 4}
        .amp-thin-\(name){fill:none;stroke:\(colour);stroke-width:1}
        .amp-fill-\(name){fill:\(colour);fill-opacity:.2;stroke:none}
        .amp-dot-\(name){fill:\(colour);stroke:none}

        """
    }
    for (level, colour) in density.enumerated() {
      css += ".amp-density\(level){fill:\(colour);stroke:none;shape-rendering:crispEdges}\n"
    }
    return css
  }
}
