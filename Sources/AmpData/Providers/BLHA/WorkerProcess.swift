import Foundation

/// A process that runs a library, seen from outside: a socket to it, and a pipe of what it prints.
package final class WorkerProcess {
  /// How waiting for the process ended.
  package enum Outcome: Equatable {
    /// All bytes are there.
    case complete
    /// The process is gone; how, in words.
    case ended(String)
    /// The time was up.
    case late
  }

  private let process: pid_t
  private let channel: Int32
  private let noise: Int32
  private var isAlive = true
  private var printed: [UInt8] = []

  /// Starts `command`, a path and its arguments; throws an ``AmpError`` if that is impossible.
  package init(_ command: [String]) throws {
    guard let program = command.first else {
      throw AmpError("there is no program to run the library in", remedy: "Name one.")
    }
    // No other process may be started while descriptors are about that it would inherit.
    WorkerProcess.starting.lock()
    defer { WorkerProcess.starting.unlock() }
    var (sockets, pipes): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    guard socketpair(AF_UNIX, kind, 0, &sockets) == 0, pipe(&pipes) == 0 else {
      throw AmpError(
        "no process can be started: \(String(cString: strerror(errno)))", in: program,
        remedy: "Close other programs, or use fewer --threads.")
    }
    for descriptor in sockets + pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var on: Int32 = 1
      setsockopt(sockets[0], SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, sockets[1], 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
    var environment = ProcessInfo.processInfo.environment
    // A crash is the library's affair: no picture of our own stack.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var started: pid_t = 0
    let code = posix_spawn(&started, program, &actions, nil, arguments, variables)
    close(sockets[1])
    close(pipes[1])
    process = started
    (channel, noise) = (sockets[0], pipes[0])
    guard code == 0 else {
      isAlive = false
      throw AmpError(
        "no process can be started: \(String(cString: strerror(code)))", in: program,
        remedy: "Check that the program exists and may be run.")
    }
    _ = fcntl(noise, F_SETFL, O_NONBLOCK)
  }

  private static let starting = NSLock()

  deinit {
    stop()
    close(channel)
    close(noise)
  }

  /// Kills the process, if it still runs, and says how it ended.
  @discardableResult
  package func stop(patience: Double = 0) -> String {
    guard isAlive else { return "it had ended" }
    isAlive = false
    var status: Int32 = 0
    let end = ContinuousClock().now + .seconds(patience)
    while waitpid(process, &status, WNOHANG) == 0 {
      if ContinuousClock().now >= end {
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        break
      }
      usleep(1000)
    }
    let signal = status & 0x7f
    if signal == 0 { return "it ended itself with exit code \(status >> 8 & 0xff)" }
    let name = strsignal(signal).map { String(cString: $0) } ?? "unknown"
    return "it crashed with signal \(signal), \(name)"
  }

  /// The last that the library printed, as one line; empty if it printed nothing.
  var lastWords: String {
    drain()
    return String(decoding: printed, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.suffix(2)
      .joined(separator: "; ")
  }

  /// Sends bytes; false if the process is gone.
  package func send(_ bytes: [UInt8]) -> Bool { isAlive && sendAll(channel, bytes) }

  /// Fills `bytes` with what the process sends, calling `arrived` with the number there so far.
  ///
  /// The process is stopped unless all arrive; `seconds` are allowed between any two of them.
  package func receive(
    _ bytes: UnsafeMutableRawBufferPointer, within seconds: Double,
    arrived: (Int) -> Void = { _ in }
  ) -> Outcome {
    var filled = 0
    var end = ContinuousClock().now + .seconds(seconds)
    var watched = [
      pollfd(fd: channel, events: Int16(POLLIN), revents: 0),
      pollfd(fd: noise, events: Int16(POLLIN), revents: 0),
    ]
    while filled < bytes.count {
      let left = (end - ContinuousClock().now) / .milliseconds(1)
      if left <= 0 {
        stop()
        return .late
      }
      let ready = poll(&watched, 2, Int32(min(left.rounded(.up), 1e9)))
      if ready <= 0 { continue }
      if watched[1].revents != 0, !drain() { watched[1].fd = -1 }
      guard watched[0].revents != 0 else { continue }
      let found = recv(channel, bytes.baseAddress.map { $0 + filled }, bytes.count - filled, 0)
      if found < 0 && errno == EINTR { continue }
      if found <= 0 { return .ended(stop(patience: 2)) }
      filled += found
      end = ContinuousClock().now + .seconds(seconds)
      arrived(filled)
    }
    return .complete
  }

  /// Keeps the end of what the process printed; false once there is nothing more to come.
  @discardableResult
  private func drain() -> Bool {
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
      let found = read(noise, &block, block.count)
      if found < 0 { return errno == EAGAIN || errno == EINTR }
      if found == 0 { return false }
      printed = Array((printed + block[..<found]).suffix(2000))
    }
  }
}

/// Sends all `bytes` through a socket; false if nobody is at the other end.
package func sendAll(_ channel: Int32, _ bytes: [UInt8]) -> Bool {
  #if canImport(Darwin)
    let flags: Int32 = 0  // SO_NOSIGPIPE is set on the socket.
  #else
    let flags = Int32(MSG_NOSIGNAL)
  #endif
  return bytes.withUnsafeBytes { bytes in
    var rest = bytes
    while !rest.isEmpty {
      let sent = send(channel, rest.baseAddress, rest.count, flags)
      if sent < 0 && errno == EINTR { continue }
      if sent <= 0 { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
    }
    return true
  }
}
