import AmpCore
import Testing

struct ScatteringProcessTests {
  @Test(
    arguments: [
      "gg_aag", "g g > a a g", "21 21 -> 22 22 21", "gg → aag", "21,21>22,22,21", "gg>a 22 g",
    ])
  func oneProcessIsWrittenInManyWays(text: String) throws {
    #expect(try ScatteringProcess(named: text) == .diphotonGluon)
  }

  @Test func namesAndIdentifiersAreReadBack() throws {
    for ids in [[21, 21, 21, 21], [1, -1, 22, 22, 21], [2, -3, 25, 6, -6], [11, -11, 2, -2]] {
      let process = ScatteringProcess(ids)
      #expect(try ScatteringProcess(named: process.name) == process)
      #expect(try ScatteringProcess(named: process.identifiers) == process)
    }
    #expect(ScatteringProcess([2, -2, 22, 21]).name == "uu~_ag")
    #expect(ScatteringProcess([11, -11, 2, -2]).name == "11 -11 -> 2 -2")
    #expect(ScatteringProcess.diphotonGluon.identifiers == "21 21 -> 22 22 21")
  }

  @Test func symbolsAreThoseOfPhysicists() {
    #expect("\(ScatteringProcess.diphotonGluon)" == "g g → γ γ g")
    #expect(ScatteringProcess.diphotonGluon.numberedSymbols == ["g₁", "g₂", "γ₁", "γ₂", "g"])
    #expect(ScatteringProcess([2, -2, 21, 21]).numberedSymbols == ["u", "u\u{304}", "g₁", "g₂"])
  }

  @Test(
    arguments: [
      "", "gg", "g_gg", "ggg_gg", "gg_", "gg_gx", "gg_g~", "gg_gg_gg", "0 21 -> 21 21", "gg_g~~",
      "21 21 -> 9999999999999999999999", "~g_gg",
      "93 93 -> 22 22 93", "21 21 -> 99999999999",
    ])
  func otherTextIsRefused(text: String) {
    #expect(throws: AmpError.self) { try ScatteringProcess(named: text) }
  }
}
