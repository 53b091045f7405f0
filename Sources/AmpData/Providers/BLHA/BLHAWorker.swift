import Foundation

/// The inside of a process that runs a library for a ``BLHAProvider``.
///
/// Standard input is a socket to the provider, both ways. What the library reads, prints or
/// closes must not disturb it: the socket is moved away first, standard input is empty, and
/// standard output goes where standard error goes. The process ends when its provider does.
public enum BLHAWorker {
  /// Serves the provider that started this process until it has enough.
  ///
  /// To be called first of all by a program whose command is the `worker` of a ``BLHAProvider``.
  /// Returns the exit code: 0, or 2 if nobody is at the other end of standard input.
  public static func serve() -> Int32 {
    let channel = fcntl(0, F_DUPFD_CLOEXEC, 3)
    let nothing = open("/dev/null", O_RDONLY)
    guard channel >= 0, nothing >= 0, dup2(nothing, 0) == 0, dup2(2, 1) == 1 else { return 2 }
    close(nothing)
    endWithProvider(channel)
    guard let task: BLHATask = readFrame(channel) else { return 2 }
    let library: BLHALibrary
    do {
      library = try BLHALibrary(task.library, calling: task.interface)
      if let order = task.order { try library.sign(order: order, contract: task.contract) }
      if !task.signsOnly {
        try library.start(contract: task.contract)
        for parameter in task.parameters { try library.set(parameter) }
      }
      try send(channel, framed(BLHATask.Greeting()))
    } catch {
      let problem = error as? AmpError ?? AmpError("\(error)", in: task.library, remedy: "")
      try? send(channel, framed(BLHATask.Greeting(problem)))
      return 0
    }
    while !task.signsOnly, serveRun(channel, task, library) {}
    return 0
  }

  /// Evaluates one run of points; false at the end.
  private static func serveRun(
    _ channel: Int32, _ task: BLHATask, _ library: BLHALibrary
  ) -> Bool {
    var count: UInt32 = 0
    guard withUnsafeMutableBytes(of: &count, { receive(channel, $0) }), count <= 1 << 20 else {
      return false
    }
    let width = 4 * task.particles
    var received = [Double](repeating: 0, count: Int(count) * width)
    guard received.withUnsafeMutableBytes({ receive(channel, $0) }) else { return false }
    let points = received
    @Sendable func reply(_ point: Int) -> BLHATask.Reply {
      var legs = withMasses(points[point * width..<(point + 1) * width])
      return legs.withUnsafeMutableBufferPointer { legs in
        guard let base = legs.baseAddress else { return BLHATask.Reply() }
        let (value, accuracy) = library.evaluate(
          base, id: task.id, scale: task.scale, alphaS: task.alphaS, index: task.index)
        return BLHATask.Reply(
          value: value ?? .nan, accuracy: accuracy, isMissing: value == nil ? 1 : 0)
      }
    }
    if task.threads == 1 || count == 1 {
      // One by one, so that the provider knows at which point a library broke.
      for point in 0..<Int(count) {
        var reply = reply(point)
        let bytes = withUnsafeBytes(of: &reply) { Array($0) }
        do { try send(channel, bytes) } catch { return false }
      }
      return true
    }
    let replies = [BLHATask.Reply](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
      nonisolated(unsafe) let base = buffer.baseAddress  // parts write disjoint elements
      parallel(parts: Int(count), threads: task.threads) { base?[$0] = reply($0) }
      filled = Int(count)
    }
    do { try replies.withUnsafeBytes { try send(channel, Array($0)) } } catch { return false }
    return true
  }

  /// (E, px, py, pz, m) of each momentum; masses within rounding of zero are zero.
  private static func withMasses(_ momenta: ArraySlice<Double>) -> [Double] {
    var legs: [Double] = []
    for at in stride(from: momenta.startIndex, to: momenta.endIndex, by: 4) {
      let p = SIMD4(momenta[at], momenta[at + 1], momenta[at + 2], momenta[at + 3])
      let square = minkowski(p, p)
      legs += [p[0], p[1], p[2], p[3], square > 1e-6 * p[0] * p[0] ? square.squareRoot() : 0]
    }
    return legs
  }

  /// Ends this process when the other end of `channel` is closed, whatever the library does.
  ///
  /// In a thread of its own: the queues of the system, which only points in several threads need, open
  /// descriptors later on, perhaps those which the library closes once too often.
  private static func endWithProvider(_ channel: Int32) {
    Thread.detachNewThread {
      var watched = pollfd(fd: channel, events: 0, revents: 0)
      while true {
        watched.revents = 0
        if poll(&watched, 1, -1) < 0 && errno != EINTR { return }
        if watched.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { _exit(1) }
      }
    }
  }

  private static func readFrame<Value: Decodable>(_ channel: Int32) -> Value? {
    var length: UInt32 = 0
    guard withUnsafeMutableBytes(of: &length, { receive(channel, $0) }), length <= 1 << 24 else {
      return nil
    }
    var body = [UInt8](repeating: 0, count: Int(length))
    guard body.withUnsafeMutableBytes({ receive(channel, $0) }) else { return nil }
    return try? JSONDecoder().decode(Value.self, from: Data(body))
  }

  private static func receive(_ channel: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let found = recv(channel, rest.baseAddress, rest.count, 0)
      if found < 0 && errno == EINTR { continue }
      if found <= 0 { return false }
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[found...])
    }
    return true
  }

  private static func send(_ channel: Int32, _ bytes: [UInt8]) throws {
    guard sendAll(channel, bytes) else {
      throw AmpError("the provider has gone", remedy: "Start it again.")
    }
  }
}
