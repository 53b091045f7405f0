import AmpData
import Foundation
import TestSupport
import Testing

/// Points and events from one format into another, as a user asks for it.
struct ConvertTests {
  private let events = fixture("events/sherpa.hepmc3.gz")

  @Test func eventsBecomePointsAndAreLabelled() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let outcome = try amp("convert \(events) points.npz --process 21,21->22,22,21")
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains("4 events of other processes were passed over"))
      #expect(outcome.errors.contains("20 of 20 points without amplitudes"))
      for (file, out) in [(events, "a.npz"), (amp.path("points.npz"), "b.npz")] {
        #expect(try amp("amplitude \(file) --output \(out) --tolerance 1").code == 0)
      }
      let labelled = try AmplitudeTable(contentsOf: amp.path("a.npz"))
      #expect(try labelled == AmplitudeTable(contentsOf: amp.path("b.npz")))
      #expect(labelled.count == 20)
    }
  }

  @Test func badRowsStopOrAreLeftOut() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      var table = try AmplitudeTable(contentsOf: fixture("points/points.npz"))
      table.amplitudes[11] = -1
      try table.write(to: amp.path("in.csv"))
      let stopped = try amp("convert in.csv out.lhe --process 21,21->22,22,21")
      #expect(stopped.code != 0 && stopped.errors.contains("in.csv, line 13"))
      #expect(try amp.everything() == ["in.csv"])
      let skipped = try amp("convert in.csv out.txt --bad-rows skip")
      #expect(skipped.code == 0)
      #expect(skipped.errors.contains("amplitudes that are not positive: 1\n    line 13"))
      #expect(skipped.errors.contains("19 of 20 points"))
      #expect(try AmplitudeTable(contentsOf: amp.path("out.txt")).count == 19)
      #expect(try amp("convert in.csv out.txt --bad-rows ignore").code != 0)
    }
  }

  @Test(arguments: [
    ("--process 21,21", "--process"), ("--pdg 21,21", "--pdg"), ("--pdg x,y,z", "--pdg"),
    ("--pdg 21,21,\(Int.min)", "--pdg"),
    ("--unit tev", "--unit"), ("--process 21,21->22,22", "fixtures"), ("--columns E1", "fixtures"),
  ])
  func optionsThatMeanNothingAreNamed(options: String, place: String) throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let outcome = try amp("convert \(fixture("points/points.csv")) out.npz \(options)")
      #expect(outcome.code != 0)
      #expect(outcome.errors.lowercased().contains(place), "\(outcome.errors)")
      #expect(try amp.everything().isEmpty)
    }
  }

  @Test func inspectNamesProcessesAndDuplicatesAndDraws() throws {
    try withScratchFolder { folder in
      let amp = Command(folder: folder)
      let outcome = try amp("inspect \(events) --picture events.svg")
      #expect(outcome.code == 0)
      #expect(outcome.output.contains("21 21 -> 22 22 21 (20), 21 2 -> 22 22 2 (4)"))
      #expect(outcome.output.contains("duplicates    4 rows: row "))
      let picture = try Command.text(amp.path("events.svg"))
      #expect(picture.hasPrefix("<svg") && picture.contains("√s in GeV"))
      let refused = try amp("inspect \(events) --picture events.png")
      #expect(refused.code != 0 && refused.errors.contains(".svg"))
      let json = try amp("inspect \(events) --json -")
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      let duplicates = (object as? [String: Any])?["duplicates"] as? [String: Any]
      #expect(duplicates?["count"] as? Int == 4)
    }
  }
}
