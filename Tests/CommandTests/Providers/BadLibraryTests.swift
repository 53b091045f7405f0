import AmpData
import Foundation
import TestSupport
import Testing

/// Libraries that misbehave lose the points at which they do, never the program or other points.
@Suite(.enabled(if: TestLibrary.isPossible, "there is no C compiler"))
struct BadLibraryTests {
  private static let provider =
    "amplitude points.npz --provider ./liborder.so --contract contract.lh"

  @Test(
    arguments: [
      ("crash", "signal 11"), ("exit", "exit code 0"), ("nan", "is nan"), ("infinite", "is inf"),
      ("negative", "no |M|²"), ("silent", "wrote no result number 0"),
      ("inaccurate", "only accurate to 0.5"),
    ], ["--threads 2", "--in-threads --threads 2"])
  func brokenPointsAreListedAndTheOthersKept(behaviour: (String, String), threads: String) throws {
    try withLibrary(120) { amp, table in
      try amp.put(TestLibrary.contract(behaviour.0), in: "contract.lh")
      let odd = (0..<120).filter { TestLibrary.isOdd(table.momenta, $0) }
      #expect(odd.count > 3 && odd.count < 40)
      let run = try amp("\(Self.provider) \(threads) --failures bad.csv --output a.npz")
      #expect(run.code == 1)
      #expect(run.errors.contains("row \(odd[0])"), "\(run.errors)")
      #expect(run.errors.contains("\(odd.count) of 120 points have no good amplitude"))
      let values = try amp.array("amplitudes", of: "a.npz")
      for row in 0..<120 {
        if odd.contains(row) {
          #expect(values[row].isNaN)
        } else {
          expectClose(values[row], table.amplitudes[row], relative: 1e-11)
        }
      }
      let lines = try Command.text(amp.path("bad.csv")).split(separator: "\n").dropFirst()
      #expect(lines.compactMap { Int($0.prefix { $0 != "," }) } == odd)
      #expect(lines.allSatisfy { $0.contains(behaviour.1) }, "\(lines)")
      #expect(try amp("\(Self.provider) \(threads) --flag --output b.npz").code == 0)
    }
  }

  @Test func hangingPointsAreGivenUp() throws {
    try withLibrary(40) { amp, table in
      try amp.put(TestLibrary.contract("hang"), in: "contract.lh")
      let odd = (0..<40).filter { TestLibrary.isOdd(table.momenta, $0) }
      #expect(!odd.isEmpty)
      let run = try amp("\(Self.provider) --timeout 0.3 --flag --output a.npz")
      #expect(run.code == 0 && run.errors.contains("within 0.3 s"), "\(run.errors)")
      let values = try amp.array("amplitudes", of: "a.npz")
      #expect(values.indices.filter { values[$0].isNaN } == odd)
    }
  }

  @Test func whatALibraryPrintsDisturbsNothing() throws {
    try withLibrary(50) { amp, table in
      try amp.put(TestLibrary.contract("prints"), in: "contract.lh")
      let run = try amp("\(Self.provider) --output a.npz")
      #expect(run.code == 0 && run.output == "", "\(run.errors)")
      #expect(!run.errors.contains("point done"))
      expectClose(try amp.array("amplitudes", of: "a.npz"), table.amplitudes, relative: 1e-11)
    }
  }

  /// The provider alone: a table of behaviours that stop everything, with what is said.
  @Test(
    arguments: [
      ("start-crash", "did not start", "own feet"),
      ("start-refuse", "OLP_Start gave 0", "signed"), ("start-hang", "not ready within", "1.0 s"),
      ("crash-always", "first 3 points", "blha1-pointers"),
    ])
  func uselessLibrariesAreErrors(behaviour: (String, String, String)) throws {
    try withLibrary(60) { amp, _ in
      try amp.put(TestLibrary.contract(behaviour.0), in: "contract.lh")
      // A second is short for workers of a busy machine: given only where one hangs.
      let timeout = behaviour.0 == "start-hang" ? "--timeout 1" : ""
      let run = try amp("\(Self.provider) \(timeout) --output a.npz")
      #expect(run.code == 1 && !amp.has("a.npz"))
      #expect(
        run.errors.contains(behaviour.1) && run.errors.contains(behaviour.2), "\(run.errors)")
    }
  }

  @Test func pointsBeyondPatienceAreNotEvaluated() throws {
    try withLibrary(200) { amp, table in
      try amp.put(TestLibrary.contract("crash"), in: "contract.lh")
      var provider = try BLHAProvider(
        library: amp.path("liborder.so"), contract: amp.path("contract.lh"),
        worker: [Command.executable.path, "blha-worker"])
      provider.patience = 2
      let result = try provider.amplitudes(of: table.momenta, threads: 1)
      let odd = (0..<200).filter { TestLibrary.isOdd(table.momenta, $0) }
      #expect(result.failures.map(\.row) == [odd[0]] + Array(odd[1]..<200))
      #expect(result.failures.last?.reason.hasPrefix("not evaluated") == true)
      #expect(
        result.values.indices.allSatisfy {
          result.values[$0].isNaN == ($0 >= odd[1] || $0 == odd[0])
        })
    }
  }

  @Test func libraryThatDoesNotStartAgainLosesWhatIsLeft() throws {
    try withLibrary(200) { amp, table in
      try amp.put(TestLibrary.contract("once"), in: "contract.lh")
      let odd = (0..<200).first { Int(table.momenta[$0, 2][0]) % 100 == 37 } ?? 0
      let run = try amp("\(Self.provider) --threads 1 --failures bad.csv --output a.npz")
      #expect(run.code == 1, "\(run.errors)")
      let values = try amp.array("amplitudes", of: "a.npz")
      #expect(odd > 0 && values.indices.filter { values[$0].isNaN } == Array(odd..<200))
      #expect(try Command.text(amp.path("bad.csv")).contains("did not start again"))
    }
  }

  @Test(
    arguments: [
      ("NO_START", "OLP_Start"), ("NO_EVAL2", "OLP_EvalSubProcess2"),
      ("NO_SET", "OLP_SetParameter"), ("NO_ORDER", "OLP_Order"),
    ])
  func missingFunctionsAreNamed(macro: (String, String)) throws {
    try withLibrary(5, macro.0) { amp, _ in
      try amp.put(TestLibrary.contract("none"), in: "contract.lh")
      let contract = macro.0 == "NO_ORDER" ? "--process gg_gg" : "--contract contract.lh"
      let run = try amp(
        """
        amplitude points.npz --provider ./liborder.so \(contract) --parameter alphas=0.1 \
        --interface blha2 --output a.npz
        """)
      #expect(run.code == 1 && !amp.has("a.npz"))
      #expect(run.errors.contains("no function \(macro.1)"), "\(run.errors)")
    }
  }

  @Test(
    arguments: [
      ("order-crash", "signal 11"), ("order-nothing", "wrote no contract"),
      ("order-short", "does not answer"), ("order-refuse", "unsupported scheme"),
      ("order-unknown", "no such process"), ("order-wrong", "subprocess 99"),
    ])
  func refusedAndBrokenOrdersAreErrors(behaviour: (String, String)) throws {
    try withLibrary(5) { amp, _ in
      #expect(
        try amp("order --process gg_gg --set TestBehaviour=\(behaviour.0) -o order.lh").code == 0)
      let run = try amp(
        """
        amplitude points.npz --provider ./liborder.so --order order.lh --contract new.lh \
        --output a.npz
        """)
      #expect(run.code == 1)
      #expect(run.errors.contains(behaviour.1), "\(run.errors)")
      if behaviour.0 == "order-wrong" {
        // The contract looked right; the library itself did not know the number.
        #expect(try amp.array("amplitudes", of: "a.npz").allSatisfy(\.isNaN))
      } else {
        #expect(!amp.has("a.npz"))
      }
      // A contract that nobody asked for is gone when the message is read.
      let without = try amp(
        "amplitude points.npz --provider ./liborder.so --order order.lh --output b.npz")
      #expect(without.code == 1 && !without.errors.contains("contract.lh"), "\(without.errors)")
      if ["order-refuse", "order-unknown"].contains(behaviour.0) {
        #expect(without.errors.contains("the contract that ./liborder.so signed, line"))
      }
    }
  }

  @Test func whatIsNoLibraryIsRefused() throws {
    try withLibrary(5) { amp, _ in
      try amp.put(TestLibrary.contract("none"), in: "contract.lh")
      try amp.put("not a library", in: "text.so")
      for (library, word) in [
        ("./nowhere.so", "no such library"), ("./text.so", "cannot be loaded"),
        ("libnowhere-amp.so", "cannot be loaded"),
      ] {
        let run = try amp(
          "amplitude points.npz --provider \(library) --contract contract.lh --output a.npz")
        #expect(run.code == 1 && run.errors.contains(word), "\(run.errors)")
        #expect(!amp.has("a.npz"))
      }
    }
  }

  @Test func optionsThatCannotBeAreRefused() throws {
    try withLibrary(5) { amp, _ in
      try amp.put(TestLibrary.contract("none"), in: "contract.lh")
      try amp.put(
        TestLibrary.contract("none", process: "21 21 -> 22 22 21"), in: "five.lh")
      for (line, word) in [
        ("--contract contract.lh", "--provider"), ("--value 3", "--provider"),
        ("--provider ./liborder.so", "--process"),
        ("--provider ./liborder.so --contract nowhere.lh", "no such file"),
        ("--provider ./liborder.so --contract points.npz", "no text"),
        ("--provider ./liborder.so --contract five.lh", "4 particles"),
        ("--provider ./liborder.so --contract five.lh --process gg_gg", "not about"),
        ("--provider ./liborder.so --contract contract.lh --value 64", "0 to 63"),
        ("--provider ./liborder.so --contract contract.lh --timeout 0", "--timeout"),
        ("--process gg_ggggggggg", "11 gluons"), ("--process dd~_aag", "no amplitude of"),
        ("", "--process"),
      ] {
        let run = try amp("amplitude points.npz \(line) --output a.npz")
        #expect(run.code == 1 && run.errors.contains(word), "\(line): \(run.errors)")
        #expect(!amp.has("a.npz"), "\(line)")
      }
    }
  }
}
