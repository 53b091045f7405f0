import AmpPlots
import Foundation
import Testing

struct HTMLReportTests {
  var report: HTMLReport {
    var report = HTMLReport("A <fit> & more", subtitle: "'quoted' \"twice\"")
    report.section("<Numbers>")
    report.paragraph("a < b && c > d\u{0}")
    report.table(
      header: ["name", "<value>"], rows: [["median", "0.1"], ["short"], ["</td>", "−3", "x"]],
      caption: "&c.")
    var figure = Figure("F", x: Axis("x"), y: Axis("y"))
    figure.marks = [.line(x: [0, .nan, 2], y: [1, 2, 3], label: "<line>")]
    report.figure(figure, caption: "a <figure>")
    report.figures([])
    return report
  }

  @Test func pageIsSound() {
    for theme in [Theme.adaptive, .light, .dark] { expectSound(report.html(theme: theme)) }
    expectSound(HTMLReport("").html())
  }

  @Test func stringsAreShownAsTheyAre() {
    let html = report.html()
    for text in ["<fit>", "<Numbers>", "<value>", "a <figure", "</td>,", "<line>"] {
      #expect(!html.contains(text), "\(text)")
    }
    #expect(html.contains("&lt;value&gt;") && html.contains("a &lt; b &amp;&amp; c &gt; d"))
  }

  @Test func pageNeedsNothingFromElsewhere() {
    let html = report.html().replacing("http://www.w3.org/2000/svg", with: "")
    for word in ["http", "src=", "href=", "@import", "url(", "<script"] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  @Test func shortRowsAreFilledUp() throws {
    let html = report.html()
    let row = try #require(
      html.split(separator: "\n").first { $0.contains("<td>short</td>") })
    #expect(row.components(separatedBy: "<td").count == 4)
    #expect(html.contains("<td class=\"number\">−3</td>"))
  }

  @Test func columnsOfNumbersStandToTheRight() {
    var report = HTMLReport("t")
    report.table(header: ["a", "b"], rows: [["x", "1 ± 2"], ["3", "–"], ["y"]])
    let html = report.html()
    #expect(html.contains("<tr><th>a</th><th class=\"number\">b</th></tr>"))
    #expect(html.contains("<tr><td>3</td><td class=\"number\">–</td></tr>"))
  }

  @Test func figuresCanBeCutOut() {
    let html = report.html(theme: .dark)
    for part in html.components(separatedBy: "px\">\n").dropFirst() {
      let svg = part.components(separatedBy: "<figcaption>")[0]
      expectSound(svg)
      #expect(svg.contains("<style>") && svg.contains(".amp-frame{"))
    }
  }
}
