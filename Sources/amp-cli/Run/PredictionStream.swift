import AmpCore
import AmpData
import AmpUncertainty
import Foundation

/// Answers rows of momenta with rows of predictions, as they come: what any program can pipe through.
///
/// Every piece of input is answered before the next is waited for, so that a program may write a row
/// and read its answer. Memory does not grow with the number of rows.
struct PredictionStream {
  private let evaluator: PointEvaluator
  private let workspace: PointEvaluator.Workspace
  private let checks: PointChecks
  private var momenta: Momenta
  private var line = 0
  /// The number of points answered.
  private(set) var points = 0

  /// The longest row that is read, in bytes.
  private static let longest = 1 << 16

  init(_ evaluator: PointEvaluator, checks: PointChecks = PointChecks()) {
    self.evaluator = evaluator
    self.checks = checks
    workspace = evaluator.workspace()
    momenta = Momenta(
      [Double](repeating: 0, count: 4 * evaluator.particles), particles: evaluator.particles)
  }

  /// Whether an error of writing says that nobody reads any more.
  private static func isClosedPipe(_ error: any Error) -> Bool {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
    return cause.domain == NSPOSIXErrorDomain && cause.code == Int(EPIPE)
  }

  /// Answers all of `input`; throws an ``AmpError`` at the first row that is no point.
  ///
  /// The rows before it have then been answered. Ends early if nobody reads `output` any more.
  mutating func run(from input: FileHandle, to output: FileHandle) throws {
    var pending = Data()
    while true {
      let piece = try available(in: input)
      pending.append(piece)
      var answers = ""
      var problem: (any Error)?
      do {
        while let end = pending.firstIndex(of: 0x0a) {
          try answer(pending[pending.startIndex..<end], in: &answers)
          pending = pending[pending.index(after: end)...]
        }
        if piece.isEmpty && !pending.isEmpty { try answer(pending, in: &answers) }
      } catch { problem = error }
      if !answers.isEmpty {
        do {
          try output.write(contentsOf: Data(answers.utf8))
        } catch {
          if PredictionStream.isClosedPipe(error) { return }
          throw AmpError(
            "the answers cannot be written (\(error.localizedDescription))", in: "standard output",
            remedy: "Make room, or write them elsewhere.")
        }
      }
      if let problem { throw problem }
      if piece.isEmpty { return }
      guard pending.count <= PredictionStream.longest else {
        throw failure(line + 1, "the row is longer than \(PredictionStream.longest) bytes")
      }
      pending = Data(pending)
    }
  }

  /// What can be read at once, after waiting for at least one byte; empty at the end.
  private func available(in input: FileHandle) throws -> Data {
    var piece = Data(count: PredictionStream.longest)
    let count = piece.withUnsafeMutableBytes { bytes in
      while true {
        let count = read(input.fileDescriptor, bytes.baseAddress, bytes.count)
        if count >= 0 || errno != EINTR { return count }
      }
    }
    guard count >= 0 else {
      throw AmpError(
        String(cString: strerror(errno)), in: "standard input", remedy: "Give a pipe or a file.")
    }
    return piece.prefix(count)
  }

  /// Appends the answer to one row.
  private mutating func answer(_ row: Data, in answers: inout String) throws {
    line += 1
    guard try parse(row) else { return }
    if let flaw = checks.flaw(of: momenta) {
      throw AmpError(
        flaw.problem, in: "standard input", at: "line \(line)", remedy: flaw.remedy)
    }
    let prediction = momenta.components.withUnsafeBufferPointer { momenta in
      momenta.baseAddress.map { evaluator($0, in: workspace) }
    }
    guard let prediction, prediction.amplitude.isFinite else {
      throw failure(line, "the momenta have no amplitude")
    }
    let amplitude = prediction.amplitude
    answers += "\(amplitude)"
    for sigma in [prediction.logSystematic, prediction.logStatistical] {
      if let sigma { answers += " \(sigma * amplitude)" }
    }
    answers += "\n"
    points += 1
  }

  /// Reads a row into `momenta`; false for one to pass over.
  private mutating func parse(_ row: Data) throws -> Bool {
    try row.withUnsafeBytes { bytes in
      guard var at = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
      let end = at + bytes.count
      func skip() {
        while at < end, [0x20, 0x09, 0x0d, 0x2c].contains(at.pointee) { at += 1 }
      }
      skip()
      if at == end || at.pointee == 0x23 { return false }
      var count = 0
      while at < end {
        guard let number = scanDouble(&at, end: end), number.isFinite else {
          throw failure(line, "column \(count + 1) is not a finite number")
        }
        if count < momenta.components.count { momenta.components[count] = number }
        count += 1
        skip()
      }
      guard count == momenta.components.count else {
        throw failure(
          line,
          "\(count) numbers, \(momenta.components.count) are the momenta of \(evaluator.particles) "
            + "particles")
      }
      return true
    }
  }

  private func failure(_ line: Int, _ problem: String) -> AmpError {
    AmpError(
      problem, in: "standard input", at: "line \(line)",
      remedy: "Give E px py pz of all particles, one point per row.")
  }
}
