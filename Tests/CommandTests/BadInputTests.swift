import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Mistakes of users: each is refused with place and remedy, and leaves nothing behind.
struct BadInputTests {
  /// Expects `arguments` to fail with one line that names `words`, and the folder unchanged.
  private func expectRefusal(
    _ amp: Command, _ arguments: String, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try amp.everything()
    let outcome = try amp(arguments)
    #expect(outcome.code == 1 || outcome.code == 64, "\(arguments)", sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    let error = outcome.errors.split(separator: "\n").first { $0.hasPrefix("Error: ") } ?? ""
    for word in words {
      #expect(
        error.contains(word), "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    }
    #expect(!outcome.errors.contains("Fatal"), sourceLocation: sourceLocation)
    #expect(try amp.everything() == before, "\(arguments)", sourceLocation: sourceLocation)
  }

  @Test func valuesOfOptions() throws {
    try withPoints(40) { amp in
      for (option, word) in [
        ("--architecture mpl", "mean mlp?"), ("--features ratio", "mean ratios?"),
        ("--activation glu", "mean gelu?"), ("--optimizer adm", "mean adam?"),
        ("--recipe fats", "mean fast?"), ("--schedule cosin", "mean cosine?"),
        ("--precision float16", "mean float32?"), ("--target log", "mean ln?"),
        ("--uncertainty heteroscedastik", "mean heteroscedastic?"), ("--epochs -1", "from 0 up"),
        ("--batch 0", "from 1 up"), ("--noise 2", "0 to 1"), ("--noise nan", "0 to 1"),
        ("--split 0.5,0.1,0.1", "add up to 1"), ("--split 0.5,0,0.5", "validation"),
        ("--split 0.5,0.5", "three"), ("--split 1.2,-0.1,-0.1", "add up"), ("--hidden 0", "widths"),
        ("--hidden 8,x", "not a number"), ("--learning-rate 0", "positive"),
        ("--learning-rate nan", "positive"), ("--weight-decay -1", "positive"),
        ("--patience 0", "from 1 up"), ("--train-fraction 0", "up to 1"), ("--threads 0", "1024"),
        ("--seed -1", "invalid"), ("--epochs many", "invalid"), ("--epchs 3", "mean '--epochs'?"),
      ] {
        let name = String(option.split(separator: " ")[0])
        try expectRefusal(amp, "fit points.npz --output run \(option)", name, word)
      }
    }
  }

  @Test func optionsOfGenerate() throws {
    try withPoints(20) { amp in
      for (option, word) in [
        ("--points 0", "--points"), ("--points -5", "--points"), ("--points 1e5", "--points"),
        ("--points 4000000000", "GB"), ("--points 9 --sqrt-s 80", "--sqrt-s"),
        ("--points 9 --sqrt-s nan", "--sqrt-s"), ("--points 9 --pdf ct19", "mean ct18?"),
        ("--points 9 --noise 2", "--noise"), ("--points 9 --tolerance 0", "--tolerance"),
        ("--points 9 --pt-jet 0", "p_T"), ("--points 9 --eta-jet -1", "cut"),
        ("--points 9 --threads 0", "--threads"),
      ] { try expectRefusal(amp, "generate \(option) --output new.npz", word) }
      for (output, word) in [
        ("nowhere/a.npz", "mkdir -p nowhere"), ("points.npz/a.npz", "folder"),
        (".", "known format"),
        ("a.root", ".csv.gz"),
      ] { try expectRefusal(amp, "generate --points 9 --output \(output)", output, word) }
    }
  }

  @Test func dataThatCannotBeUsed() throws {
    try withPoints(40) { amp in
      let whole = try amp.contents("points.npz")
      try write(Array(whole.prefix(whole.count / 2)), to: amp.path("half.npz"))
      try write([], to: amp.path("none.npy"))
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      try table.write(to: amp.path("rows.npy"))
      try write(Array(try amp.contents("rows.npy").dropLast(9)), to: amp.path("short.npy"))
      try StoredArray([1.0, 2, 3, 4, 5, 6], shape: [2, 3]).writeNumpy(to: amp.path("shape.npy"))
      try StoredArray([Double](), shape: [0, 21]).writeNumpy(to: amp.path("zero.npy"))
      try table.momenta.write(to: amp.path("momenta.npy"))
      for (name, value) in [("nan", Double.nan), ("negative", -1), ("null", 0)] {
        var bad = table
        bad.amplitudes[17] = value
        try bad.write(to: amp.path("\(name).npz"))
        try expectRefusal(amp, "fit \(name).npz --output run", "\(name).npz, row 17", "skip")
      }
      try table.write(to: amp.path("bad.csv"))
      let lines = try Command.text(amp.path("bad.csv")).split(separator: "\n")
      let broken = lines.prefix(9) + ["1,2,x"] + lines.dropFirst(10)
      try write(Array(broken.joined(separator: "\n").utf8), to: amp.path("bad.csv"))
      for (name, word) in [
        ("nowhere.npz", "no such file"), (".", "folder"), ("half.npz", "cut off"),
        ("none.npy", "empty"),
        ("short.npy", "bytes"), ("shape.npy", "shape [2, 3]"), ("zero.npy", "no points"),
        ("momenta.npy", "no amplitudes"), ("bad.csv", "line 10"),
      ] {
        let place = name == "." ? "/" : name
        try expectRefusal(amp, "fit \(name) --output run", place, word)
        try expectRefusal(amp, "fit \(name) --output new/run", place, word)
        if name == "momenta.npy" { continue }
        try expectRefusal(amp, "amplitude \(name) --output new.npz", name, word)
      }
      try expectRefusal(amp, "fit --output run", "no data", "amp-cli fit points.npz")
      try expectRefusal(amp, "fit points.npz", "--output")
    }
  }

  @Test func runsThatCannotBeUsed() throws {
    try withPoints(200) { amp in
      #expect(try amp("fit points.npz --epochs 1 --hidden 4 --output run").code == 0)
      try expectRefusal(amp, "fit points.npz --output run", "run: ", "--resume run")
      try expectRefusal(amp, "fit points.npz --output points.npz/run", "points.npz is a file")
      try expectRefusal(amp, "fit --resume nowhere", "nowhere: ", "config.yaml")
      try expectRefusal(amp, "fit --resume .", "config.yaml")
      try expectRefusal(amp, "fit --resume run --epochs 9", "--resume alone")
      try expectRefusal(amp, "pulls run --data points.npz --json no/a.json", "no/a.json", "mkdir")
      try expectRefusal(
        amp, "pulls run --data points.npz --report points.npz/a", "points.npz is a file")
      try expectRefusal(amp, "pulls run --data nowhere.npz --report report", "nowhere.npz: ")
      try expectRefusal(amp, "predict run points.npz --output a.npy", ".csv.gz")
      try expectRefusal(amp, "predict nowhere points.npz --output a.npz", "nowhere: ")

      // Killed before its first checkpoint.
      try FileManager.default.createDirectory(
        atPath: amp.path("begun"), withIntermediateDirectories: true)
      try write(try amp.contents("run/config.yaml"), to: amp.path("begun/config.yaml"))
      try expectRefusal(amp, "pulls begun --data points.npz", "begun: ", "--resume begun")
      try expectRefusal(amp, "predict begun points.npz --output a.npz", "--resume begun")
      try amp("generate --points 200 --seed 2 --output points.npz")
      try expectRefusal(amp, "fit --resume begun", "points.npz: the data has changed", "Restore")
    }
  }

  /// A loss that overflows stops the fit, of which nothing could be used.
  @Test func divergenceLeavesNoRun() throws {
    try withPoints(200) { amp in
      try expectRefusal(
        amp, "fit points.npz --learning-rate 1e30 --epochs 3 --hidden 4 --output run",
        "not finite in epoch", "lower learning rate")
    }
  }

  @Test func modelsThatCannotBeUsed() throws {
    try withPoints(200) { amp in
      #expect(try amp("fit points.npz --epochs 1 --hidden 4 --output run").code == 0)
      let whole = try amp.contents("run/best.safetensors")
      var damaged = whole
      damaged[200] = 0x22
      let text = String(decoding: whole, as: UTF8.self)
      #expect(text.contains("\\\"hidden\\\":[4]"))
      // The same length, another network.
      let other = Data(whole).replacing(Array("hidden\\\":[4]".utf8), with: "hidden\\\":[0]".utf8)
      for (name, bytes) in [
        ("half", Array(whole.prefix(whole.count / 2))), ("few", Array(whole.prefix(5))),
        ("none", []), ("damaged", damaged), ("long", whole + [0]), ("other", Array(other)),
      ] {
        try write(bytes, to: amp.path("\(name).safetensors"))
        for command in ["predict %@ points.npz --output a.npz", "pulls %@ --data points.npz"] {
          let file = "\(name).safetensors"
          try expectRefusal(amp, command.replacing("%@", with: file), file)
        }
        let inspection = try amp("inspect \(name).safetensors")
        #expect(inspection.code == 1 && inspection.errors.hasPrefix("Error: \(name)"))
      }
      try expectRefusal(
        amp, "predict points.npz points.npz --output a.npz", "points.npz")
    }
  }

  @Test func pointsOfAnotherProcess() throws {
    try withPoints(200) { amp in
      let momenta = (0..<60).flatMap { i -> [Double] in
        let (energy, angle) = (100 + Double(i), 0.3 + 0.04 * Double(i))
        let (x, z) = (energy * sin(angle), energy * cos(angle))
        return [energy, 0, 0, energy, energy, 0, 0, -energy, energy, x, 0, z, energy, -x, 0, -z]
      }
      let four = AmplitudeTable(
        momenta: Momenta(momenta, particles: 4), amplitudes: (0..<60).map { 1 + Double($0) })
      try four.write(to: amp.path("four.npz"))
      var fit = try Fit(.fast, process: ScatteringProcess([21, 21, 22, 22]), epochs: 1)
      fit.hidden = [4]
      let result = try fit.run(four, validation: four)
      try result.surrogate.write(to: amp.path("four.safetensors"))
      #expect(try amp("predict four.safetensors four.npz --output ours.npz").code == 0)
      try expectRefusal(
        amp, "predict four.safetensors points.npz --output a.npz", "points.npz: ", "5 particles")
      try expectRefusal(
        amp, "pulls four.safetensors --data points.npz --report r", "points.npz: ", "5 particles")
      try expectRefusal(amp, "fit four.npz --output run", "four.npz: ", "4 particles")
      try expectRefusal(amp, "amplitude four.npz --output a.npz", "four.npz: ", "4 particles")
    }
  }
}
