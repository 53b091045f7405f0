import Foundation
import TestSupport
import Testing

/// `amp-cli scan` and `amp-cli gather`.
struct ScanTests {
  private static let grid = """
    data: points.npz
    hidden: [4]
    epochs: 1
    batch: 32
    scan:
      architecture: [mlp, mlp-i]
      noise: [0, 0.1]
    """

  @Test func everyCombinationIsARunAndARow() throws {
    try withPoints(200) { amp in
      try write(Array(Self.grid.utf8), to: amp.path("scan.yaml"))
      let outcome = try amp("scan scan.yaml --output scan --quiet")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let csv = try Command.text(amp.path("scan/table.csv")).split(separator: "\n")
      #expect(csv.count == 5 && csv[0].hasPrefix("run,architecture,"), "\(csv)")
      #expect(csv[4].hasPrefix("architecture-mlp-noise-0.1,mlp,"), "\(csv)")
      let data = try Data(amp.contents("scan/table.json"))
      let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
      #expect(rows.map { $0["noise"] as? Double } == [0, 0.1, 0, 0.1])
      #expect(
        try Command.text(amp.path("scan/table.md")).contains("| architecture-mlp-i-noise-0 |"))
      // A run of the scan is the run of its configuration.
      let alone =
        "fit points.npz --hidden 4 --epochs 1 --batch 32 --architecture mlp-i --noise 0.1 --quiet"
      #expect(try amp(alone + " --output alone").code == 0)
      #expect(
        try amp.contents("alone/best.safetensors")
          == amp.contents("scan/architecture-mlp-i-noise-0.1/best.safetensors"))
      let again = try amp("scan scan.yaml --output scan")
      #expect(again.code == 0 && !again.errors.contains("epoch"), "\(again.errors)")
      #expect(again.output == outcome.output)
      // Any folder of runs can be gathered.
      let gathered = try amp("gather scan")
      #expect(gathered.code == 0 && gathered.output == outcome.output)
    }
  }

  @Test func oneRunAloneAndWhatIsMissing() throws {
    try withPoints(200) { amp in
      try write(Array(Self.grid.utf8), to: amp.path("scan.yaml"))
      let name = "architecture-mlp-noise-0"
      #expect(try amp("scan scan.yaml --output scan --only \(name) --quiet").code == 0)
      #expect(amp.has("scan/\(name)/metrics.json") && !amp.has("scan/architecture-mlp-i-noise-0"))
      #expect(try amp("scan scan.yaml --output scan --emit snakemake").code == 0)
      let script = try Command.text(amp.path("scan/Snakefile"))
      #expect(script.contains("--only {wildcards.job}") && !script.contains("rule prepare"))
      // Batch systems run it from another folder.
      try FileManager.default.createDirectory(
        atPath: amp.path("files"), withIntermediateDirectories: true)
      let text = Self.grid.replacing("points.npz", with: "../points.npz")
      try write(Array(text.utf8), to: amp.path("files/scan.yaml"))
      let other = try amp("scan files/scan.yaml --output elsewhere --only \(name) --quiet")
      #expect(other.code == 0, "\(other.errors)")
    }
  }

  @Test func badScansAreRefusedAndNothingIsWritten() throws {
    try withPoints(200) { amp in
      for (text, words) in [
        ("data: points.npz", "scan.yaml, scan: there is nothing to scan"),
        ("data: points.npz\nscan: {noise: 0.1}", "scan.noise: the value is not a list"),
        (
          "data: points.npz\nscan: {nose: [0]}",
          "there is no configuration key \"nose\". Did you mean noise?"
        ),
        ("data: points.npz\nscan: {noise: [0, 7]}", "the noise is 7.0"),
        ("data: points.npz\nscan: {noise: [0.1, 0.1]}", "two fits of the scan are the same"),
        ("scan: {noise: [0]}", "scan.yaml, data: there is no data"),
        ("data: [", "The file must be YAML"),
      ] {
        try write(Array(text.utf8), to: amp.path("scan.yaml"))
        let before = try amp.everything()
        let outcome = try amp("scan scan.yaml --output scan")
        #expect(outcome.code == 1 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(try amp.everything() == before)
      }
      for (folder, words) in [("none", "the folder cannot be read"), (".", "there are no runs")] {
        let outcome = try amp("gather \(folder)")
        #expect(outcome.code == 1 && outcome.errors.contains(words), "\(outcome.errors)")
      }
    }
  }
}
