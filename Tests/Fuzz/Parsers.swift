// The parsers of points, orders and names: those that need neither networks nor OpenBLAS.

import AmpCore
import AmpData
import AmpHDF5
import Foundation

/// Options for an input of `count` bytes: every path through them gets its share.
private func options(_ count: Int) -> ReadingOptions {
  var options = ReadingOptions()
  switch count % 4 {
  case 0: options.process = ProcessPattern(.diphotonGluon)
  case 1: options.amplitudeName = "amplitude"
  case 2: options.columns = ["px", "py", "pz", "E"]
  default: options.allowsSeveralProcesses = true
  }
  return options
}

/// Reads a file of points to its end, as its format and nothing else.
private func reads(
  _ format: any PointFormat, _ options: @escaping @Sendable (Int) -> ReadingOptions = options
) -> Parser {
  { path, bytes in
    expectingAmpError {
      var reader = try format.reader(path, options(bytes.count))
      while let batch = try reader.next(), batch.count > 0 {}
      _ = reader.notes
    }
  }
}

/// Recognises, normalises and checks a file, as the commands do.
private func stream(_ path: String, _ bytes: UnsafeRawBufferPointer) {
  expectingAmpError {
    var stream = try PointStream(path, options: options(bytes.count))
    while let batch = try stream.next() { precondition(batch.records.count > 0) }
    _ = (stream.notes, stream.report.description)
  }
}

/// A dataset by its name, or the only one of the file.
private func datasets(_ count: Int) -> ReadingOptions {
  var options = ReadingOptions()
  if count % 2 == 0 { options.dataset = "aag" }
  if count % 3 == 0 { options.amplitudeName = "labels" }
  return options
}

/// An order or a contract, and what is made of one that can be read.
private func accord(_ path: String, _ bytes: UnsafeRawBufferPointer) {
  expectingAmpError {
    let order = try BLHAOrder(contentsOf: path)
    let again = try BLHAOrder(text: order.text, place: path)
    precondition(again == order, "the order changes when it is written")
  }
  expectingAmpError {
    let contract = try BLHAContract(contentsOf: path)
    expectingAmpError { try contract.checkSettings() }
    for process in contract.processes {
      expectingAmpError { _ = try contract.subprocess(of: process) }
      expectingAmpError { _ = try contract.valueIndex(of: process) }
    }
    _ = try BLHAContract(text: contract.text, place: path)
  }
  // The provider's side, which answers everything, if need be with an error.
  guard let text = String(validating: bytes, as: UTF8.self) else { return }
  let contract = Contract(text) { _ in .diphotonGluon }
  _ = Contract(contract.text) { _ in .diphotonGluon }
}

/// The names of processes, one a line; what can be read must survive being written.
private func process(_ path: String, _ bytes: UnsafeRawBufferPointer) {
  for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
    expectingAmpError {
      let pattern = try ProcessPattern(named: String(line))
      let again = try ProcessPattern(named: pattern.description)
      precondition(again == pattern, "\(pattern) changes when it is written")
      guard let process = pattern.process else { return }
      let same = try ScatteringProcess(named: process.name)
      precondition(same == process, "\(process.name) is another process")
      _ = (process.description, process.numberedSymbols)
    }
  }
}

/// A table whose first line is what `--columns` says of it, too.
private func columns(_ path: String, _ bytes: UnsafeRawBufferPointer) {
  let line = String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
  var options = ReadingOptions()
  options.columns = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  expectingAmpError {
    var reader = try CSVFormat().reader(path, options)
    while let batch = try reader.next(), batch.count > 0 {}
  }
}

/// All parsers by name.
let parsers: [String: Parser] = [
  "npy": reads(NumpyFormat()), "npz": reads(NumpyArchiveFormat()), "csv": reads(CSVFormat()),
  "njet": reads(NJetTextFormat()), "hepmc3": reads(HepMC3Format()),
  "hepmc2": reads(HepMC2Format()), "lhe": reads(LesHouchesFormat()),
  "hdf5": reads(HDF5Format(), datasets), "any": stream, "accord": accord, "process": process,
  "columns": columns,
  "safetensors": { path, _ in expectingAmpError { _ = try TensorFile(contentsOf: path) } },
]
