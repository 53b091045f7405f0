import AmpData
import Foundation
import TestSupport
import Testing

/// Order and contract files of the Binoth Les Houches accord.
struct BLHAFilesTests {
  static let order = """
    # an order of the first accord

    AmplitudeType           loopsq
    CorrectionType\tQCD
    IRregularisation        CDR   ! a comment
    AlphasPower             1\r
    ExtraThing
    # process list
    21 21 -> 22 22 21
    Precision 1e-16
    21 21 -> 21 21

    """

  @Test func ordersAreReadWithTheirSettingsInOrder() throws {
    let order = try BLHAOrder(text: Self.order, place: "order.lh")
    #expect(
      order.lines == [
        .setting(key: "AmplitudeType", value: "loopsq"),
        .setting(key: "CorrectionType", value: "QCD"),
        .setting(key: "IRregularisation", value: "CDR"),
        .setting(key: "AlphasPower", value: "1"), .setting(key: "ExtraThing", value: ""),
        .process(.diphotonGluon), .setting(key: "Precision", value: "1e-16"),
        .process(.gluons(4)),
      ])
    #expect(try BLHAOrder(text: order.text, place: "again") == order)
  }

  @Test func usualOrderOfDiphotonsIsThatOfNJet() throws {
    var order = BLHAOrder(of: .diphotonGluon, version: .one)
    order.set("IRregularisation", to: "tHV")
    order.set("Precision", to: "1e-16")
    #expect(
      order.lines.map(\.description) == [
        "AmplitudeType loopsq", "CorrectionType QCD", "IRregularisation tHV", "AlphasPower 1",
        "AlphaPower 2", "Precision 1e-16", "21 21 -> 22 22 21",
      ])
    let loop = BLHAOrder(of: .diphotonGluon, version: .two).text
    #expect(loop.contains("AmplitudeType LoopInduced\n"))
    #expect(loop.contains("CouplingPower QCD 3\nCouplingPower QED 2\n"))
    let second = BLHAOrder(of: .gluons(6), version: .two).text
    #expect(second.contains("InterfaceVersion BLHA2\nAmplitudeType Tree\n"))
    #expect(second.contains("CouplingPower QCD 4\nCouplingPower QED 0\n"))
    #expect(second.contains("21 21 -> 21 21 21 21\n"))
  }

  @Test func settingsReplaceTheirLikeAlone() {
    var order = BLHAOrder(of: .diphotonGluon, version: .two)
    let count = order.lines.count
    order.set("CouplingPower", to: "QCD 4")
    order.set("correctionType", to: "EW")
    #expect(order.lines.count == count)
    #expect(order.text.contains("correctionType EW\n"))
    #expect(order.text.contains("CouplingPower QCD 4\nCouplingPower QED 2\n"))
    order.set("Extra", to: "A 1")
    order.set("Extra", to: "B 2")
    order.set("Extra", to: "A 3")
    #expect(order.text.contains("Extra A 3\nExtra B 2\n21 21 -> 22 22 21\n"))
  }

  @Test func ordersAreWrittenAndReadBack() throws {
    try withScratchFolder { folder in
      let order = BLHAOrder(of: ScatteringProcess([2, -2, 22, 22, 21]), version: .two)
      try order.write(to: folder + "/order.lh")
      #expect(try BLHAOrder(contentsOf: folder + "/order.lh") == order)
    }
  }

  @Test(
    arguments: [
      ("", "no process"), ("CorrectionType QCD\n", "no process"),
      ("21 21 -> 22 22 21 | 1 1\n", "line 1"), ("\n\n17\n", "line 3"),
      ("21 -> 22 22\n", "line 1"), ("21 21 -> x y\n", "line 1"), ("21 21 ->\n", "line 1"),
    ])
  func brokenOrdersNameTheirLine(text: String, word: String) {
    do {
      _ = try BLHAOrder(text: text, place: "order.lh")
      Issue.record("accepted: \(text)")
    } catch {
      #expect("\(error)".hasPrefix("order.lh") && "\(error)".contains(word), "\(error)")
    }
  }

  @Test func contractsGiveIdentifiersAndPlaces() throws {
    let contract = try BLHAContract(
      text: """
        # Signed
        AmplitudeType loopsq | OK
        21 21 -> 22 22 21 | 1 5 # the first
        AmplitudeType Tree | ok
        21 21 -> 21 21 | 1 0
        2 -2 -> 22 22 | Error: not available
        1 -1 -> 22 22 | 2 7 8

        """, place: "contract.lh")
    try contract.checkSettings()
    #expect(contract.processes.count == 3)
    #expect(try contract.subprocess(of: .diphotonGluon) == 5)
    #expect(try contract.subprocess(of: .gluons(4)) == 0)
    #expect(try contract.valueIndex(of: .diphotonGluon) == 4)
    #expect(try contract.valueIndex(of: .gluons(4)) == 0)
    func complaint(_ name: String) -> String {
      do {
        return "\(try contract.subprocess(of: ScatteringProcess(named: name)))"
      } catch { return "\(error)" }
    }
    #expect(complaint("uu~_aa").contains("line 6: the library refuses 2 -2 -> 22 22: Error: not"))
    #expect(complaint("dd~_aa").contains("2 subprocesses"))
    #expect(complaint("gg_ggg").contains("It is about: 21 21 -> 22 22 21, 21 21 -> 21 21,"))
    #expect(
      try BLHAContract(text: contract.text, place: "again").entries.map(\.answer)
        == contract.entries.map(\.answer))
  }

  @Test(
    arguments: [
      ("CorrectionType QCD | Error: unsupported\n21 21 -> 21 21 | 1 1\n", "line 1"),
      ("CorrectionType QCD |\n21 21 -> 21 21 | 1 1\n", "no answer"),
      ("21 21 -> 21 21\n", "no answer behind"), ("\n", "empty"),
      ("21 21 -> 21 21 | 1\n", "refuses"), ("21 21 -> 21 21 | 1 -4\n", "refuses"),
      ("21 21 -> 21 21 | 2 4\n", "refuses"), ("21 21 -> 21 21 | 0\n", "refuses"),
      ("21 21 -> 21 21 | 1 4.5\n", "refuses"), ("21 21 -> 21 21 | \n", "no answer"),
      ("21 21 -> 21 21 | 1 4\n21 21 -> 21 21 21 | 1 4\n", "also belongs"),
      ("21 21 -> 21 21 | 1 99999999999\n", "too large"),
      ("21 21 -> 21 21 | 1 99999999999999999999999\n", "refuses"),
    ])
  func brokenContractsAreRefused(text: String, word: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/contract.lh"
      try write(Array(text.utf8), to: path)
      do {
        _ = try BLHAProvider(
          process: .gluons(4), library: "none.so", contract: path, valueIndex: 0, worker: [])
        Issue.record("accepted: \(text)")
      } catch {
        #expect("\(error)".contains("contract.lh") && "\(error)".contains(word), "\(error)")
      }
    }
  }

  @Test func contractsMustAnswerTheirOrder() throws {
    let order = try BLHAOrder(text: Self.order, place: "order.lh")
    let text = order.lines.map { line in
      if case .process = line { return "\(line) | 1 3\n" }
      return "\(line) | OK\n"
    }.joined()
    try BLHAContract(text: text, place: "c").check(answers: order)
    for change in [
      ("QCD", "EW"), ("21 21 -> 22 22 21", "21 21 -> 22 22"), ("Precision 1e-16 | OK\n", ""),
    ] {
      let other = try BLHAContract(text: text.replacing(change.0, with: change.1), place: "c")
      #expect(throws: AmpError.self) { try other.check(answers: order) }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func damagedFilesNeverTrap(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    for text in [Self.order, "A b | OK\n21 21 -> 22 22 21 | 1 7\n# x\n"] {
      var bytes = Array(text.utf8)
      for _ in 0..<1 + Int(4 * random.uniform()) {
        let at = Int(random.uniform() * Double(bytes.count))
        bytes[at] = UInt8(random.uniform() * 255)
      }
      let damaged = String(decoding: bytes, as: UTF8.self)
      _ = try? BLHAOrder(text: damaged, place: "x")
      if let contract = try? BLHAContract(text: damaged, place: "x") {
        _ = try? contract.checkSettings()
        _ = try? contract.subprocess(of: .diphotonGluon)
        _ = try? contract.valueIndex(of: .diphotonGluon)
      }
    }
  }

  @Test func otherFilesAreRefused() throws {
    for name in ["numpy/little_f8.npy", "points/points.csv", "points/points.npz"] {
      #expect(throws: AmpError.self) { try BLHAOrder(contentsOf: fixture(name)) }
      #expect(throws: AmpError.self) { try BLHAContract(contentsOf: fixture(name)) }
    }
  }

  private static let real = ProcessInfo.processInfo.environment["AMP_NJET_DATA"]

  /// An order that NJet was given, in a folder outside the project.
  @Test(.enabled(if: real != nil, "AMP_NJET_DATA names no folder with OLE_order_3g2A.lh"))
  func orderOfNJetIsRead() throws {
    let order = try BLHAOrder(contentsOf: (Self.real ?? "") + "/OLE_order_3g2A.lh")
    #expect(order.processes == [.diphotonGluon])
    #expect(order.lines.contains(.setting(key: "NJetReturnAccuracy", value: "2")))
  }
}
