// The entry of libFuzzer: hands bytes to one parser, which AMP_FUZZ_FORMAT names.
// Built by scripts/fuzz.sh with the sources of AmpCore and AmpData that parsers need.

import AmpCore
import AmpData
import Foundation

/// Reads a file of points to its end, as its format and nothing else.
private func readAll(_ format: any PointFormat, _ path: String, _ options: ReadingOptions) {
  do {
    var reader = try format.reader(path, options)
    var rows = 0
    while let batch = try reader.next(), batch.count > 0 { rows += batch.count }
    _ = reader.notes
  } catch is AmpError {
  } catch { preconditionFailure("another error than AmpError: \(error)") }
}

/// Recognises, normalises and checks a file, as the commands do.
private func stream(_ path: String, _ options: ReadingOptions) {
  do {
    var stream = try PointStream(path, options: options)
    while let batch = try stream.next() { precondition(batch.records.count > 0) }
    _ = (stream.notes, stream.report.description)
  } catch is AmpError {
  } catch { preconditionFailure("another error than AmpError: \(error)") }
}

private typealias Parser = @Sendable (_ path: String, _ options: ReadingOptions) -> Void

private let parsers: [String: Parser] = [
  "npy": { readAll(NumpyFormat(), $0, $1) },
  "npz": { readAll(NumpyArchiveFormat(), $0, $1) },
  "csv": { readAll(CSVFormat(), $0, $1) },
  "njet": { readAll(NJetTextFormat(), $0, $1) },
  "hepmc3": { readAll(HepMC3Format(), $0, $1) },
  "hepmc2": { readAll(HepMC2Format(), $0, $1) },
  "lhe": { readAll(LesHouchesFormat(), $0, $1) },
  "any": { stream($0, $1) },
  "safetensors": { path, _ in
    do { _ = try TensorFile(contentsOf: path) } catch is AmpError {
    } catch { preconditionFailure("another error than AmpError: \(error)") }
  },
]

/// The parser that is asked for, and the file in memory through which it gets its bytes.
private let target: (parser: Parser, path: String, descriptor: Int32) = {
  let name = ProcessInfo.processInfo.environment["AMP_FUZZ_FORMAT"] ?? "any"
  guard let parser = parsers[name] else {
    preconditionFailure("there is no parser '\(name)'; there are \(parsers.keys.sorted())")
  }
  let path = "/dev/shm/amp-fuzz-\(getpid())"
  let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
  precondition(descriptor >= 0, "\(path) cannot be written")
  return (parser, path, descriptor)
}()

/// Feeds one input to the parser that is asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0, ftruncate(target.descriptor, 0) == 0,
    pwrite(target.descriptor, bytes, count, 0) == count
  else { return 0 }
  var options = ReadingOptions()
  // Every path through the options gets its share.
  switch count % 4 {
  case 0: options.process = ProcessPattern(.diphotonGluon)
  case 1: options.amplitudeName = "amplitude"
  case 2: options.columns = ["px", "py", "pz", "E"]
  default: options.allowsSeveralProcesses = true
  }
  target.parser(target.path, options)
  return 0
}
