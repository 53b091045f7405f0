import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that stay together for many short tasks, such as the steps of a training.
///
/// ``run(_:)`` is ``parallel(threads:_:)`` with workers that are there already and are awake:
/// it costs about a microsecond, where the system's pool needs some 40 µs to wake a thread.
/// The caller is worker 0. A crew belongs to one thread at a time; its threads end with it.
public final class Crew: Sendable {
  /// What there is to do.
  private enum Work {
    case nothing
    case each(@Sendable (_ worker: Int) -> Void)
    case parts(Int, @Sendable (_ part: Int, _ worker: Int) -> Void)
  }

  /// What workers and caller share; outlives the crew until the last worker has left.
  private final class Shared: Sendable {
    let begin: [Baton]
    let end: [Baton]
    /// Written by the caller only, while all workers wait.
    nonisolated(unsafe) var work = Work.nothing
    /// How many of the parts of each worker are taken, by itself or others.
    private let taken: [Counter]

    init(threads: Int) {
      begin = (1..<threads).map { _ in Baton() }
      end = (1..<threads).map { _ in Baton() }
      taken = (0..<threads).map { _ in Counter() }
    }

    /// Gives out work, while all workers wait.
    func set(_ work: Work) {
      for counter in taken { counter.value.store(0, ordering: .relaxed) }
      self.work = work
    }

    /// Does the work, if there is some.
    ///
    /// Not inlined, so that no reference to it is left afterwards.
    @inline(never)
    func perform(_ worker: Int) -> Bool {
      switch work {
      case .nothing: return false
      case .each(let task): task(worker)
      case .parts(let parts, let task):
        for helped in 0..<taken.count {
          let owner = (worker + helped) % taken.count
          while true {
            let number = taken[owner].value.add(1, ordering: .relaxed).oldValue
            let part = owner + number * taken.count
            if part >= parts { break }
            task(part, worker)
          }
        }
      }
      return true
    }
  }

  /// The number of workers, the caller among them.
  public let threads: Int
  private let shared: Shared
  private let turn = Atomic<Int>(0)

  /// Starts `threads` − 1 threads; traps where the system refuses one.
  public init(threads: Int) {
    self.threads = max(1, threads)
    shared = Shared(threads: self.threads)
    for worker in 1..<self.threads { start(worker, shared) }
  }

  deinit {
    shared.work = .nothing
    for baton in shared.begin { baton.pass() }
  }

  /// Runs `task(worker)` for worker 0 ..< threads at the same time and waits for all of them.
  public func run(_ task: @Sendable (_ worker: Int) -> Void) {
    withoutActuallyEscaping(task) { run(.each($0)) }
  }

  /// Runs `task(part, worker)` for part 0 ..< parts, and waits.
  ///
  /// Worker w begins with the parts w, w + threads, … : the same ones in every run, whose memory its
  /// core may still have at hand. Whoever is through with them helps the others. A task that the caller
  /// keeps costs no memory, however often it is run.
  public func run(parts: Int, _ task: @escaping @Sendable (_ part: Int, _ worker: Int) -> Void) {
    run(.parts(parts, task))
  }

  /// The parts of `parts` with which worker `worker` of `threads` begins.
  package static func parts(of worker: Int, threads: Int, among parts: Int) -> StrideTo<Int> {
    stride(from: worker, to: parts, by: threads)
  }

  private func run(_ work: Work) {
    let turn = turn.add(1, ordering: .relaxed).newValue
    shared.set(work)
    for baton in shared.begin { baton.pass() }
    _ = shared.perform(0)
    for baton in shared.end { baton.wait(for: turn) }
    shared.work = .nothing
  }

  private func start(_ worker: Int, _ shared: Shared) {
    let work = ThreadBody { [begin = shared.begin[worker - 1], end = shared.end[worker - 1]] in
      var turn = 0
      while true {
        turn += 1
        begin.wait(for: turn)
        if !shared.perform(worker) { return }
        end.pass()
      }
    }
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          let work = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
        #else
          guard let argument else { return nil }
          let work = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
        #endif
        work.body()
        return nil
      }, Unmanaged.passRetained(work).toOpaque())
    precondition(code == 0, "no thread \(worker) of \(threads): \(systemComplaint(code))")
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
  }
}

/// What a thread does, as one object that the C library can hand on.
private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
