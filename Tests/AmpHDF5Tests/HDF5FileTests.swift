import AmpCore
import AmpData
import AmpHDF5
import Foundation
import TestSupport
import Testing

struct HDF5FileTests {
  private let table: AmplitudeTable

  init() throws {
    table = try AmplitudeTable(contentsOf: fixture("points/points.csv"))
  }

  private func points(_ dataset: String?, of name: String = "points/points.hdf5") throws
    -> (momenta: Momenta, amplitudes: [Double]?)
  {
    try HDF5File(fixture(name)).points(dataset)
  }

  @Test(arguments: ["aag", "packed", "deep/aag", "/aag"])
  func rowsOfDoublesAreReadToTheLastBit(dataset: String) throws {
    let (momenta, amplitudes) = try points(dataset)
    #expect(momenta == table.momenta && amplitudes == table.amplitudes)
  }

  @Test(arguments: ["momenta", "flat"])
  func momentaMayStandAlone(dataset: String) throws {
    let (momenta, amplitudes) = try points(dataset)
    #expect(momenta == table.momenta && amplitudes == nil)
  }

  @Test func singlesOfTheOtherByteOrderAreConverted() throws {
    let (momenta, amplitudes) = try points("single")
    #expect(momenta.components == table.momenta.components.map { Double(Float($0)) })
    #expect(amplitudes == table.amplitudes.map { Double(Float($0)) })
  }

  @Test func datasetsAreListedAndTheOnlyOneNeedsNoName() throws {
    let names = try HDF5File(fixture("points/points.hdf5")).datasets
    #expect(names.contains("aag") && names.contains("packed") && !names.contains("deep"))
    #expect(names == names.sorted())
    #expect(try points(nil, of: "points/one.hdf5").momenta == table.momenta.rows(0..<3))
  }

  @Test(
    arguments: [
      (nil, "Choose one of: aag"), ("aagg", "no dataset"), ("deep", "no dataset"),
      ("vector", "1 axes"), ("narrow", "not a list of points"), ("integers", "floating-point"),
      ("empty", "no points"), ("text", "floating-point"), ("promised", "promises more"),
    ] as [(String?, String)])
  func otherDatasetsAreRefused(dataset: String?, word: String) {
    do {
      _ = try points(dataset)
      Issue.record("\(dataset ?? "") was read")
    } catch {
      #expect("\(error)".contains("points.hdf5") && "\(error)".contains(word), "\(error)")
    }
  }

  @Test func otherFilesAreRefused() throws {
    for name in ["points/points.csv", "points/points.npz", "points", "nowhere.hdf5"] {
      #expect(throws: AmpError.self) { try HDF5File(fixture(name)).datasets }
    }
  }

  /// A file cut short at any place is refused, or read as it was.
  @Test(arguments: stride(from: 1, to: 64, by: 3).map { $0 })
  func filesCutShortAreRefused(part: Int) throws {
    let whole = try bytes(of: fixture("points/points.hdf5"))
    try withScratchFolder { folder in
      let path = folder + "/cut.hdf5"
      try write(Array(whole.prefix(whole.count * part / 64)), to: path)
      #expect(throws: AmpError.self) { try HDF5File(path).points("aag") }
    }
  }
}
