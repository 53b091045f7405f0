import AmpData
import AmpExport
import Foundation
import TestSupport
import Testing

/// Exact amplitudes through the C interface.
struct ExactTests {
  static let diphoton: [CInt] = [21, 21, 22, 22, 21]

  /// What amp_exact returns and writes.
  struct Answer: Equatable {
    var status: CInt
    var message: String
    var values: [Double]
    var accuracies: [Double]
  }

  static func ask(_ pdg: [CInt], _ momenta: Momenta) -> Answer {
    var values = [Double](repeating: 7, count: momenta.count)
    var accuracies = values
    var message = [CChar](repeating: 1, count: 300)
    let status = exact(
      pdg, pdg.count, momenta.count, momenta.components, &values, &accuracies, &message, 300)
    let text = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Answer(status: status, message: text, values: values, accuracies: accuracies)
  }

  @Test func hasTheBitsOfSwift() throws {
    let momenta = try InterfaceTests.momenta.get().rows(0..<2000)
    let own = DiphotonGluonAmplitude().amplitudes(of: momenta)
    let answer = ExactTests.ask(ExactTests.diphoton, momenta)
    #expect(answer.status == 0 && answer.message.isEmpty)
    #expect(answer.values == own.values && answer.accuracies == own.accuracies)
  }

  @Test func agreesWithFiftyDigits() throws {
    let text = try String(contentsOfFile: fixture("amplitude_points.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").dropFirst().compactMap { Double($0) }
    }
    try #require(rows.count == 200)
    let momenta = Momenta(rows.flatMap { $0.prefix(20) }, particles: 5)
    let answer = ExactTests.ask(ExactTests.diphoton, momenta)
    expectClose(answer.values, rows.map { $0[20] }, relative: 1e-12)
  }

  @Test func knowsGluonTrees() throws {
    let points = try GluonGenerator(gluons: 5).generate(points: 50, seed: 2, threads: 1).table
    let answer = ExactTests.ask([21, 21, 21, 21, 21], points.momenta)
    #expect(answer.status == 0)
    #expect(answer.values == points.amplitudes)
  }

  @Test func threadsGetTheBitsOfOne() throws {
    let momenta = try InterfaceTests.momenta.get().rows(0..<500)
    let alone = ExactTests.ask(ExactTests.diphoton, momenta)
    let agree = Mutexed(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      if ExactTests.ask(ExactTests.diphoton, momenta) == alone { agree.with { $0 += 1 } }
    }
    #expect(agree.with { $0 } == 8)
  }

  @Test func aPointWithoutAmplitudeLeavesTheOthersAlone() throws {
    let momenta = try InterfaceTests.momenta.get().rows(0..<4)
    var broken = momenta
    broken.components[25] = .nan
    broken.components[47] = .infinity
    let (good, answer) = (
      ExactTests.ask(ExactTests.diphoton, momenta), ExactTests.ask(ExactTests.diphoton, broken)
    )
    #expect(answer.status == Status.point.rawValue && answer.message.contains("point 1"))
    for i in [0, 3] { #expect(answer.values[i] == good.values[i]) }
    for i in [1, 2] {
      #expect(answer.values[i].isNaN && answer.accuracies[i] == .infinity)
    }
  }

  @Test func refusesWhatItDoesNotKnow() throws {
    let point = try InterfaceTests.momenta.get().rows(0..<1)
    let argument = Status.argument.rawValue
    let other = ExactTests.ask([21, 21, 22, 22, 22], point)
    #expect(other.status == argument && other.message.contains("gg_aag"))
    var value = 7.0
    let gluons = [CInt](repeating: 21, count: 5)
    for particles in [Int.min, -1, 0, 3, 9, Int.max] {
      #expect(exact(gluons, particles, 1, point.components, &value, nil, nil, 0) == argument)
    }
    #expect(exact(nil, 5, 1, point.components, &value, nil, nil, 0) == argument)
    #expect(exact(gluons, 5, -1, point.components, &value, nil, nil, 0) == argument)
    #expect(exact(gluons, 5, 1, nil, &value, nil, nil, 0) == argument)
    #expect(exact(gluons, 5, 1, point.components, nil, nil, nil, 0) == argument)
    #expect(exact(gluons, 5, 0, nil, nil, nil, nil, 0) == 0)
    #expect(value == 7)
  }
}
