import AmpData
import Foundation
import TestSupport
import Testing

/// A library that speaks the accord labels points as the formulas do.
@Suite(.enabled(if: TestLibrary.isPossible, "there is no C compiler"))
struct ProviderTests {
  private static let provider = "amplitude points.npz --provider ./liborder.so"

  @Test(arguments: ["", "--threads 1", "--threads 3", "--in-threads", "--in-threads --threads 3"])
  func libraryGivesTheAmplitudesOfTheFormula(options: String) throws {
    try withLibrary(500) { amp, table in
      try amp.put(TestLibrary.contract("none"), in: "contract.lh")
      let run = try amp("\(Self.provider) --contract contract.lh \(options) --output a.npz")
      #expect(run.code == 0 && run.output == "", "\(run.errors)")
      expectClose(try amp.array("amplitudes", of: "a.npz"), table.amplitudes, relative: 1e-11)
      #expect(try amp.array("accuracies", of: "a.npz").allSatisfy { $0 == 1e-9 })
      #expect(try amp.array("momenta", of: "a.npz") == table.momenta.components)
    }
  }

  @Test func firstAccordHandsOverCouplingAndPoints() throws {
    for macros in [["NO_EVAL2"], ["NO_EVAL2", "BY_POINTER"]] {
      try withScratchFolder { folder in
        let table = try GluonGenerator(gluons: 4).generate(points: 100, seed: 5).table
        try table.momenta.write(to: folder + "/points.npz")
        _ =
          try macros.count == 1
          ? TestLibrary(in: folder, macros[0]) : TestLibrary(in: folder, macros[0], macros[1])
        let amp = Command(folder: folder)
        try amp.put(TestLibrary.contract("none"), in: "contract.lh")
        let interface = macros.count == 1 ? "" : "--interface blha1-pointers"
        let run = try amp(
          "\(Self.provider) --contract contract.lh \(interface) --alpha-s 0.236 --output a.npz")
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.errors.contains("100 whose accuracy the library does not say"))
        // |M|² ∝ α_s².
        expectClose(
          try amp.array("amplitudes", of: "a.npz"), table.amplitudes.map { 4 * $0 },
          relative: 1e-11)
        #expect(try amp.array("accuracies", of: "a.npz").allSatisfy(\.isNaN))
      }
    }
  }

  @Test func loopSquaredOfNJetIsItsFifthResult() throws {
    try withLibrary(20) { amp, table in
      try amp.put(TestLibrary.contract("none", amplitudeType: "loopsq"), in: "contract.lh")
      #expect(try amp("\(Self.provider) --contract contract.lh --output a.npz").code == 0)
      expectClose(try amp.array("amplitudes", of: "a.npz"), table.amplitudes, relative: 1e-11)
      // The first four are zero: poles are no |M|².
      let run = try amp(
        "\(Self.provider) --contract contract.lh --value 0 --flag --output zero.npz")
      #expect(run.errors.contains("which is no |M|²"))
      #expect(try amp.array("amplitudes", of: "zero.npz").allSatisfy(\.isNaN))
    }
  }

  @Test func interferenceIsNotTakenForASquare() throws {
    try withLibrary(10) { amp, _ in
      try amp.put(TestLibrary.contract("none", amplitudeType: "Loop"), in: "contract.lh")
      let run = try amp("\(Self.provider) --contract contract.lh --output a.npz")
      #expect(run.code == 1 && !amp.has("a.npz"))
      #expect(run.errors.contains("--value"))
      #expect(
        try amp("\(Self.provider) --contract contract.lh --value 0 --output a.npz").code == 0)
    }
  }

  @Test func parametersReachTheLibrary() throws {
    try withLibrary(30) { amp, table in
      try amp.put(TestLibrary.contract("none"), in: "contract.lh")
      let line = "\(Self.provider) --contract contract.lh --output a.npz --parameter"
      #expect(try amp("\(line) alphas=0.059").code == 0)
      expectClose(
        try amp.array("amplitudes", of: "a.npz"), table.amplitudes.map { $0 / 4 }, relative: 1e-11)
      for (parameter, word) in [
        ("mass(6)=173", "does not know"), ("alphas=-1", "refuses alphas"),
        ("alphas", "name=number"),
        ("alphas=x", "name=number"),
      ] {
        let run = try amp("\(line) \(parameter)")
        #expect(run.code == 1 && run.errors.contains(word), "\(run.errors)")
      }
    }
  }

  /// Order written, signed by the library, contract kept, points labelled.
  @Test func libraryMaySignAnOrder() throws {
    try withLibrary(40) { amp, table in
      let whole = try amp("\(Self.provider) --process gg_gg --output a.npz")
      #expect(whole.code == 0, "\(whole.errors)")
      expectClose(try amp.array("amplitudes", of: "a.npz"), table.amplitudes, relative: 1e-11)
      #expect(try amp("order --process gg_gg --set IRregularisation=tHV -o order.lh").code == 0)
      let line = "\(Self.provider) --order order.lh --contract signed.lh"
      #expect(try amp("\(line) --output b.npz").code == 0)
      #expect(try amp.contents("b.npz") == amp.contents("a.npz"))
      let contract = try BLHAContract(contentsOf: amp.path("signed.lh"))
      #expect(contract.setting("irRegularisation", for: .gluons(4)) == "tHV")
      #expect(try contract.subprocess(of: .gluons(4)) == 7)
      // A contract that answers another order is not taken for this one.
      #expect(try amp("order --process gg_gg -o order.lh").code == 0)
      let stale = try amp("\(line) --output c.npz")
      #expect(stale.code == 1 && stale.errors.contains("does not answer"), "\(stale.errors)")
    }
  }

  /// The exact g g → γ γ g of the library is what the generator gives, looked up bit by bit.
  @Test func fiveLegsArriveAsTheyAre() throws {
    try withPoints(300) { amp in
      _ = try TestLibrary(in: amp.folder)
      let table = try AmplitudeTable(contentsOf: amp.path("points.npz"))
      var numbers = [Double(table.count), 20]
      for row in 0..<table.count {
        numbers += table.momenta.components[20 * row..<20 * row + 20] + [table.amplitudes[row]]
      }
      try write(numbers.withUnsafeBytes { Array($0) }, to: amp.path("table"))
      try amp.put(
        TestLibrary.contract(
          "none", amplitudeType: "loopsq", id: 8, more: "TestTable table | OK",
          process: "21 21 -> 22 22 21"), in: "contract.lh")
      let run = try amp("\(Self.provider) --contract contract.lh --output a.npz")
      #expect(run.code == 0, "\(run.errors)")
      #expect(try amp.array("amplitudes", of: "a.npz") == table.amplitudes)
      // And so does the library interface, without the tool.
      let provider = try BLHAProvider(
        library: amp.path("liborder.so"), contract: amp.path("contract.lh"),
        worker: [Command.executable.path, "blha-worker"])
      #expect(provider.process == .diphotonGluon && provider.subprocess == 8)
    }
  }

  /// Masses are handed over as √(E² − p²), and as 0 within rounding.
  @Test func massesAreHandedOver() throws {
    try withLibrary(5) { amp, table in
      var momenta = table.momenta
      for row in 0..<momenta.count {
        // Two outgoing particles of 173 GeV, back to back, from beams of 250 GeV.
        let (energy, mass) = (250.0, row == 2 ? 0 : 173.0)
        let transverse = (energy * energy - mass * mass).squareRoot()
        let point = [
          energy, 0, 0, energy, energy, 0, 0, -energy, energy, transverse, 0, 0, energy,
          -transverse,
          0, 0,
        ]
        momenta.components.replaceSubrange(16 * row..<16 * row + 16, with: point)
      }
      try momenta.write(to: amp.path("points.npz"))
      try amp.put(TestLibrary.contract("mass"), in: "contract.lh")
      let line = "\(Self.provider) --contract contract.lh --output a.npz"
      #expect(try amp(line).errors.contains("E² − p² of particle 3"))
      #expect(try amp("\(line) --massive").code == 0)
      expectClose(
        try amp.array("amplitudes", of: "a.npz"), [173, 173, 1, 173, 173], relative: 1e-12)
    }
  }

  private static let own = Command.executable.deletingLastPathComponent()
    .appendingPathComponent("libAmpExport.so").path

  /// A surrogate that Amp serves by the accord, asked by the accord, predicts what it predicts.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: own), "libAmpExport is not built"))
  func surrogatesThatAmpServesAreAskedBitByBit() throws {
    try withPoints(600) { amp in
      #expect(try amp("fit points.npz --epochs 1 --hidden 8,8 --output run").code == 0)
      #expect(try amp("predict run points.npz --output predicted.npz").code == 0)
      var order = BLHAOrder(of: .diphotonGluon, version: .two)
      order.set("Extra", to: "AmpModel run/best.safetensors")
      try order.write(to: amp.path("order.lh"))
      let run = try amp(
        """
        amplitude points.npz --provider \(Self.own) --order order.lh --tolerance 1e300 \
        --output a.npz
        """)
      #expect(run.code == 0, "\(run.errors)")
      #expect(
        try amp.array("amplitudes", of: "a.npz") == amp.array("amplitude", of: "predicted.npz"))
    }
  }
}
