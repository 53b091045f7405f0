#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Understands the lines of a format of events, one after the other.
protocol EventParser {
  /// Where events go when they are complete.
  var collector: EventCollector { get set }

  /// What was noticed about the file itself.
  var notes: [String] { get }

  /// Takes a line in, without its line feed.
  mutating func read(_ line: inout EventLine) throws

  /// Ends the file; throws if it stops inside an event.
  mutating func finish(_ line: EventLine) throws
}

/// Reads a text file of events, block by block.
struct EventReader<Parser: EventParser>: PointReader {
  let count: Int? = nil
  private let source: LineSource
  private var parser: Parser
  private var line: EventLine
  private var isDone = false
  private var isFirst = true

  var notes: [String] { parser.notes + parser.collector.notes }

  init(_ path: String, _ parser: Parser) throws {
    let file = try MappedFile(path)
    guard let start = file.bytes.assumingMemoryBound(to: UInt8.self).baseAddress else {
      throw AmpError("the file is empty", in: path, remedy: "Write or download it again.")
    }
    source = LineSource(file)
    self.parser = parser
    line = EventLine(path, start)
  }

  mutating func next() throws -> PointRecords? {
    while !isDone {
      guard let block = try source.next(), let start = block.baseAddress else {
        isDone = true
        try parser.finish(line)
        break
      }
      let end = start + block.count
      var at = start
      while at < end {
        let feed = memchr(at, 0x0a, end - at)
        let stop = feed.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? end
        line.begin(at, stop)
        try parser.read(&line)
        at = stop + 1
      }
      if parser.collector.count > 0 { break }
    }
    if parser.collector.count == 0 && !isFirst { return nil }
    isFirst = false
    return parser.collector.take()
  }
}

/// A line of an event file and how far it was read.
struct EventLine {
  /// The number of the line, from 1.
  private(set) var number = 0

  /// The file.
  let path: String

  private var at: UnsafePointer<UInt8>
  private var end: UnsafePointer<UInt8>

  init(_ path: String, _ start: UnsafePointer<UInt8>) {
    self.path = path
    (at, end) = (start, start)
  }

  /// Goes to the next line, which is valid as long as the bytes are.
  mutating func begin(_ start: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>) {
    number += 1
    (at, end) = (start, stop)
    skipBlanks(&at, end)
  }

  /// Whether all of the line was read.
  var isEmpty: Bool { at == end }

  /// The next byte, 0 at the end.
  var first: UInt8 { at < end ? at.pointee : 0 }

  /// The byte after the next one, 0 at the end.
  var second: UInt8 { at + 1 < end ? at[1] : 0 }

  /// The rest of the line as text.
  var rest: String {
    String(decoding: UnsafeBufferPointer(start: at, count: end - at), as: UTF8.self)
  }

  /// Whether the rest begins with `word`; passes over it if so.
  @inline(__always)
  mutating func accept(_ word: StaticString) -> Bool {
    guard starts(word) else { return false }
    at += word.utf8CodeUnitCount
    return true
  }

  /// Whether the rest begins with `word`.
  func starts(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    return end - at >= count && memcmp(at, word.utf8Start, count) == 0
  }

  /// Goes behind the next `word` of the line; stays if there is none.
  mutating func find(_ word: StaticString) -> Bool {
    var cursor = self
    while cursor.at < end {
      guard let next = memchr(cursor.at, Int32(word.utf8Start.pointee), end - cursor.at) else {
        return false
      }
      cursor.at = UnsafePointer(next.assumingMemoryBound(to: UInt8.self))
      if cursor.accept(word) {
        at = cursor.at
        return true
      }
      cursor.at += 1
    }
    return false
  }

  /// The text in front of the next `stop`, behind which it goes.
  mutating func text(upTo stop: UInt8) -> String {
    let start = at
    while at < end, at.pointee != stop { at += 1 }
    let text = String(decoding: UnsafeBufferPointer(start: start, count: at - start), as: UTF8.self)
    if at < end { at += 1 }
    return text
  }

  /// The next number, whatever follows it; nil if there is none.
  mutating func anyNumber() -> Double? {
    skipSpace()
    return scanDouble(&at, end: end)
  }

  /// Passes over `count` bytes.
  mutating func skip(_ count: Int) { at += min(count, end - at) }

  /// Passes over blanks.
  @inline(__always)
  mutating func skipSpace() { skipBlanks(&at, end) }

  /// Passes over the next word.
  @inline(__always)
  mutating func skipWord() {
    skipSpace()
    while at < end, at.pointee > 0x20 { at += 1 }
  }

  /// The next word.
  mutating func word() -> String {
    skipSpace()
    let start = at
    while at < end, at.pointee > 0x20 { at += 1 }
    return String(decoding: UnsafeBufferPointer(start: start, count: at - start), as: UTF8.self)
  }

  /// The next word as a number.
  @inline(__always)
  mutating func double(_ what: StaticString) throws -> Double {
    skipSpace()
    guard let value = scanDouble(&at, end: end), at == end || at.pointee <= 0x20 else {
      throw error("there is no number where \(what) should be")
    }
    return value
  }

  /// The next word as an integer.
  @inline(__always)
  mutating func integer(_ what: StaticString) throws -> Int {
    skipSpace()
    guard let value = scanInteger() else {
      throw error("there is no integer where \(what) should be")
    }
    return value
  }

  /// An integer of 18 digits at most right here; nil if there is none.
  @inline(__always)
  mutating func scanInteger() -> Int? {
    var cursor = at
    var isNegative = false
    if cursor < end, cursor.pointee == 0x2d || cursor.pointee == 0x2b {
      isNegative = cursor.pointee == 0x2d
      cursor += 1
    }
    let digits = cursor
    var value = 0
    while cursor < end, cursor.pointee &- 0x30 < 10, cursor - digits < 18 {
      value = value * 10 + Int(cursor.pointee &- 0x30)
      cursor += 1
    }
    if cursor == digits || (cursor < end && cursor.pointee &- 0x30 < 10) { return nil }
    at = cursor
    return isNegative ? -value : value
  }

  /// The next word as a PDG identifier.
  @inline(__always)
  mutating func pdg() throws -> Int32 {
    guard let id = Int32(exactly: try integer("a PDG identifier")) else {
      throw error("this PDG identifier is too large")
    }
    return id
  }

  /// An error about this line.
  func error(
    _ problem: String, remedy: String = "Check that the file is complete, or write it again."
  ) -> AmpError {
    AmpError(problem, in: path, at: "line \(number)", remedy: remedy)
  }
}
