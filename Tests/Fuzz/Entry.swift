// The entry of libFuzzer: hands bytes to one parser, which AMP_FUZZ_FORMAT names.
// Built by scripts/fuzz.sh, with Parsers.swift or with Models.swift.

import AmpCore
import Foundation

/// What is read: the path of a file in memory, and the bytes in it.
typealias Parser = @Sendable (_ path: String, _ bytes: UnsafeRawBufferPointer) -> Void

/// Lets `read` refuse its input with an ``AmpError`` and with nothing else.
func expectingAmpError(_ read: () throws -> Void) {
  do { try read() } catch is AmpError {
  } catch { preconditionFailure("another error than AmpError: \(error)") }
}

/// The parser that is asked for, and the file in memory through which it gets its bytes.
private let target: (parser: Parser, path: String, descriptor: Int32) = {
  let name = ProcessInfo.processInfo.environment["AMP_FUZZ_FORMAT"] ?? ""
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
  target.parser(target.path, UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}
