import AmpCore
import AmpUncertainty
import Foundation
import Synchronization

/// The parallel parts of Amp, for the thread sanitizer: see scripts/sanitize-threads.sh.
///
/// Every part computes something on several threads and compares it with what one thread gets. With
/// `--race` it makes a data race instead, which the sanitizer must find.
@main struct ThreadTest {
  static func main() throws {
    if CommandLine.arguments.contains("--race") { return race() }
    for (name, part) in parts {
      let began = ContinuousClock().now
      try part()
      let seconds = (ContinuousClock().now - began) / .seconds(1)
      say("\(name), " + String(format: "%.1f s", seconds))
    }
  }

  private static func say(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("thread-test: \(text)\n".utf8))
  }

  /// Ends the program unless `condition` holds.
  static func require(_ condition: Bool, _ claim: @autoclosure () -> String) {
    if condition { return }
    say("wrong: \(claim())")
    exit(1)
  }

  /// Two threads of a crew write the same number, and nothing orders them.
  static func race() {
    let crew = Crew(threads: 2)
    let shared = AlignedBuffer<Double>(1)
    for _ in 0..<1000 { crew.run { worker in shared.pointer[0] += Double(worker) } }
    say("a race ended with \(shared.pointer[0])")
  }

  static var parts: [(String, () throws -> Void)] {
    [
      ("crews", crews), ("crews that come and go", manyCrews), ("threads of the system", pool),
      ("generated points", generation), ("training", training), ("ranks", ranks),
      ("one surrogate asked by many", predictions), ("points one by one", points),
    ]
  }
}

// MARK: - Threads by themselves
extension ThreadTest {
  static func crews() {
    for threads in [2, 3, 5] {
      let crew = Crew(threads: threads)
      let numbers = AlignedBuffer<Double>(100)
      for turn in 1...400 {
        crew.run(parts: 100) { part, _ in numbers.pointer[part] += 1 }
        // What other threads have written is there to be read.
        require(numbers.array.allSatisfy { $0 == Double(turn) }, "turn \(turn) of a crew")
      }
    }
  }

  static func manyCrews() {
    let sum = Atomic(0)
    for _ in 0..<50 {
      let crew = Crew(threads: 4)
      crew.run { worker in sum.add(worker, ordering: .relaxed) }
    }
    require(sum.load(ordering: .relaxed) == 300, "sum of crews")
  }

  static func pool() {
    let numbers = AlignedBuffer<Double>(1000)
    for _ in 0..<50 { parallel(parts: 1000, threads: 4) { numbers.pointer[$0] += 1 } }
    require(numbers.array.allSatisfy { $0 == 50 }, "parts of the pool")
  }
}
