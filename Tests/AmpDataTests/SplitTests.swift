import AmpData
import Testing

struct SplitTests {
  @Test(arguments: 0..<64 as Range<UInt64>)
  func partsAreDisjointAndExhaustive(seed: UInt64) throws {
    let count = 100 + 37 * Int(seed)
    let split = try Split(count: count, seed: seed)
    #expect((split.training + split.validation + split.test).sorted() == Array(0..<count))
    #expect(abs(Double(split.test.count) - 0.2 * Double(count)) <= 0.5)
    #expect(abs(Double(split.validation.count) - 0.1 * Double(count)) <= 0.5)
  }

  @Test func seedSelectsTheRows() throws {
    let split = try Split(count: 1000, seed: 1)
    #expect(split == (try Split(count: 1000, seed: 1)))
    #expect(split != (try Split(count: 1000, seed: 2)))
    #expect(split.training != split.training.sorted())
  }

  @Test func smallerTrainingPartsLieInsideLargerOnes() throws {
    let full = try Split(count: 100_000, seed: 9)
    #expect(full.training.count == 70_000)
    for fraction in [0.01, 0.25, 0.5, 0.75] {
      let part = try Split(count: 100_000, trainFraction: fraction, seed: 9)
      #expect(part.training == Array(full.training[..<Int((fraction * 70_000).rounded())]))
      #expect(part.validation == full.validation && part.test == full.test)
    }
    #expect(try Split(count: 10, trainFraction: 0.3, seed: 9).training.count == 3)
    #expect(try Split(count: 10, trainFraction: 1e-9, seed: 9).training.count == 1)
  }

  @Test func tablesAreSplitRowByRow() throws {
    let table = AmplitudeTable(
      momenta: Momenta((0..<200).map { Double($0 / 4) }, particles: 1),
      amplitudes: (0..<50).map { Double($0) })
    let (training, validation, test) = try table.split(
      training: 0.5, validation: 0.3, test: 0.2, seed: 4)
    #expect([training.count, validation.count, test.count] == [25, 15, 10])
    for part in [training, validation, test] {
      for n in 0..<part.count { #expect(part.momenta[n, 0][2] == part.amplitudes[n]) }
    }
    let everything = training.amplitudes + validation.amplitudes + test.amplitudes
    #expect(everything.sorted() == table.amplitudes)
  }

  @Test func aPartMayBeLeftOut() throws {
    let split = try Split(count: 10, training: 0.8, validation: 0, test: 0.2, seed: 1)
    #expect(split.validation.isEmpty && split.training.count == 8)
  }

  @Test func impossibleFractionsAreRefused() {
    #expect(throws: AmpError.self) { try Split(count: 100, training: 0.8, seed: 1) }
    #expect(throws: AmpError.self) {
      try Split(count: 100, training: 1.2, validation: -0.4, test: 0.2, seed: 1)
    }
    #expect(throws: AmpError.self) { try Split(count: 100, trainFraction: 0, seed: 1) }
    #expect(throws: AmpError.self) { try Split(count: 100, trainFraction: .nan, seed: 1) }
    #expect(throws: AmpError.self) { try Split(count: 100, test: .nan, seed: 1) }
    #expect(throws: AmpError.self) { try Split(count: 3, seed: 1) }
    #expect(throws: AmpError.self) { try Split(count: 0, seed: 1) }
  }
}
