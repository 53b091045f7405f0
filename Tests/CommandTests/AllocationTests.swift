#if canImport(Glibc)
  import Foundation
  import TestSupport
  import Testing

  /// A training must not allocate in its steps, counted by a malloc of its own.
  ///
  /// With one thread: the system's library allocates a little where a thread falls asleep.
  struct AllocationTests {
    static let hasCompiler =
      (try? Command.shell(["cc", "--version"], in: NSTemporaryDirectory())) == 0

    @Test(
      .enabled(if: hasCompiler, "there is no C compiler here"),
      arguments: [
        "--architecture mlp", "--architecture dsi", "--architecture groupkan",
        "--optimizer soap", "--uncertainty bayesian", "--uncertainty ensemble --members 3",
        "--uncertainty repulsive --members 3",
      ])
    func stepsAllocateNothing(options: String) throws {
      try withPoints(2000) { amp in
        let compiled = try Command.shell(
          [
            "cc", "-shared", "-fPIC", "-O1", fixture("scripts/count_allocations.c"), "-o",
            "count.so",
          ], in: amp.folder)
        try #require(compiled == 0)
        func allocations(epochs: Int) throws -> Int {
          let run = try amp(
            "fit points.npz --recipe paper --hidden 16,16 --batch 2 --threads 1 --quiet \(options) "
              + "--epochs \(epochs) --output run\(epochs)",
            environment: [
              "LD_PRELOAD": amp.path("count.so"), "COUNT_FILE": amp.path("count"),
            ])
          try #require(run.code == 0, "\(run.errors)")
          return try #require(Int(Command.text(amp.path("count")).dropLast()))
        }
        let (few, many) = (try allocations(epochs: 1), try allocations(epochs: 31))
        // 700 steps in an epoch. What an epoch allocates and the report of other numbers does is less
        // than one in two steps; SOAP sorts its axes in every 40th step.
        let perStep = Double(many - few) / (30 * 700)
        #expect(few > 1000, "nothing was counted")
        #expect(
          perStep < (options.contains("soap") ? 2 : 0.5), "\(perStep) allocations in a step")
      }
    }
  }
#endif
