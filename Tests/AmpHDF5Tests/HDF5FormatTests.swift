import AmpCore
import AmpData
import AmpHDF5
import Foundation
import TestSupport
import Testing

struct HDF5FormatTests {
  private let table: AmplitudeTable
  private let path = fixture("points/points.hdf5")

  init() throws {
    table = try AmplitudeTable(contentsOf: fixture("points/points.csv"))
  }

  private func records(_ dataset: String?, of name: String = "points/points.hdf5") throws
    -> PointRecords
  {
    try PointFormats.withHDF5.inspected(
      fixture(name), options: ReadingOptions(dataset: dataset)
    ).records
  }

  @Test(arguments: ["aag", "packed", "deep/aag", "/aag"])
  func rowsOfDoublesAreReadToTheLastBit(dataset: String) throws {
    let records = try records(dataset)
    #expect(records.momenta == table.momenta && records.amplitudes == table.amplitudes)
  }

  @Test(arguments: ["momenta", "flat"])
  func momentaMayStandAlone(dataset: String) throws {
    let records = try records(dataset)
    #expect(records.momenta == table.momenta && records.amplitudes == nil)
  }

  @Test func singlesOfTheOtherByteOrderAreConverted() throws {
    let records = try records("single")
    #expect(records.momenta?.components == table.momenta.components.map { Double(Float($0)) })
    #expect(records.amplitudes == table.amplitudes.map { Double(Float($0)) })
  }

  @Test func theContentDecidesAndOnlyWhoAsksForItReadsHDF5() throws {
    #expect(try PointFormats.withHDF5.recognized(path).name == "HDF5")
    #expect(try PointFormats.withHDF5.recognized(fixture("points/points.npz")).name != "HDF5")
    #expect(throws: AmpError.self) { try PointFormats.standard.recognized(path) }
    var behind = [UInt8](repeating: 0x20, count: 2048)
    behind += [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    #expect(HDF5Format().recognizes(behind) && !HDF5Format().recognizes(behind.dropLast()))
  }

  @Test func datasetsAreListedAndTheOnlyOneNeedsNoName() throws {
    let names = try HDF5File(path).datasets
    #expect(names.contains("aag") && names.contains("deep/aag") && !names.contains("deep"))
    #expect(names == names.sorted())
    #expect(try records(nil, of: "points/one.hdf5").momenta == table.momenta.rows(0..<3))
  }

  /// Batches as they come, whatever their size, are the rows of the dataset in order.
  @Test(arguments: [1, 3, 7, 20, 1000], ["aag", "packed"])
  func rowsComeInBatches(limit: Int, dataset: String) throws {
    let pieces = try HDF5File(path).rows(dataset, limit: limit)
    #expect(pieces.allSatisfy { $0.count <= limit * 21 && $0.count % 21 == 0 })
    var whole: [Double] = []
    for row in 0..<20 {
      whole += table.momenta.components[20 * row..<20 * row + 20]
      whole.append(table.amplitudes[row])
    }
    #expect(Array(pieces.joined()) == whole)
  }

  @Test func rowsAreNamedWithinTheDataset() throws {
    let report = try PointFormats.withHDF5.inspected(path, options: .init(dataset: "bad")).report
    #expect(report.rejected == [4, 9])
    #expect(report.description.contains("row 4"))
  }

  @Test func amplitudesMayStandInADatasetOfTheirOwn() throws {
    let options = ReadingOptions(labels: path, amplitudeName: "vector", dataset: "momenta")
    #expect(try AmplitudeTable(contentsOf: path, formats: .withHDF5, options: options) == table)
    for wrong in [
      ReadingOptions(amplitudeName: "vector"), .init(amplitudeName: "aag"),
      .init(amplitudeName: "vector", dataset: "aag"),
    ] {
      #expect(throws: AmpError.self) {
        try AmplitudeTable(contentsOf: path, formats: .withHDF5, options: wrong)
      }
    }
  }

  @Test func columnsCanBeNamed() throws {
    let options = ReadingOptions(dataset: "aag", columns: ["E", "px", "pz", "py"])
    let read = try PointFormats.withHDF5.inspected(path, options: options).records.momenta
    #expect(read?[3, 2][2] == table.momenta[3, 2][3] && read?[3, 2][3] == table.momenta[3, 2][2])
  }

  @Test(
    arguments: [
      (nil, "Choose one with --dataset: aag, bad, deep/aag"), ("aagg", "no dataset"),
      ("deep", "no dataset"), ("vector", "no momenta"), ("narrow", "not a list of points"),
      ("integers", "floating-point"), ("empty", "no points"), ("text", "floating-point"),
      ("promised", "promises more"), ("", "no dataset"),
    ] as [(String?, String)])
  func otherDatasetsAreRefused(dataset: String?, word: String) {
    do {
      _ = try records(dataset)
      Issue.record("\(dataset ?? "") was read")
    } catch {
      #expect("\(error)".contains("points.hdf5") && "\(error)".contains(word), "\(error)")
    }
  }

  @Test func otherFilesAreRefused() throws {
    for name in ["points/points.csv", "points/points.npz", "points", "nowhere.hdf5"] {
      #expect(throws: AmpError.self) { try HDF5File(fixture(name)).datasets }
    }
    for name in ["points/points.csv", "points/points.npz"] {
      do {
        _ = try records("aag", of: name)
        Issue.record("\(name) was read")
      } catch { #expect("\(error)".contains("no datasets"), "\(error)") }
    }
    #expect(throws: AmpError.self) { try table.write(to: fixture("points/new.hdf5")) }
  }

  /// A file cut short at any place is refused, or read as it was.
  @Test(arguments: stride(from: 1, to: 64, by: 3).map { $0 })
  func filesCutShortAreRefused(part: Int) throws {
    let whole = try bytes(of: path)
    try withScratchFolder { folder in
      let path = folder + "/cut.hdf5"
      try write(Array(whole.prefix(whole.count * part / 64)), to: path)
      #expect(throws: AmpError.self) {
        try PointFormats.withHDF5.inspected(path, options: .init(dataset: "aag"))
      }
    }
  }

  /// libhdf5 is asked by one thread at a time, whoever reads.
  @Test func threadsMayReadAtOnce() async throws {
    try await withThrowingTaskGroup(of: [Double]?.self) { group in
      for i in 0..<64 {
        group.addTask { try records(i % 2 == 0 ? "aag" : "packed").amplitudes }
      }
      for try await amplitudes in group { #expect(amplitudes == table.amplitudes) }
    }
  }
}

extension HDF5File {
  /// The rows of a dataset in pieces of `limit`.
  fileprivate func rows(_ dataset: String, limit: Int) throws -> [[Double]] {
    var rows = try HDF5Rows(self, dataset)
    var pieces: [[Double]] = []
    while case let piece = try rows.next(limit), !piece.isEmpty { pieces.append(piece) }
    return pieces
  }
}
