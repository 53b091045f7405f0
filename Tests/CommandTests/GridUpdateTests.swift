import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Spline grids that move while the network is trained.
struct GridUpdateTests {
  private struct Stop: Error {}

  private let points: AmplitudeTable

  init() throws { points = try DiphotonGenerator().generate(points: 600, seed: 1).table }

  private func fit(_ updates: [Int]?) throws -> Fit {
    var fit = try Fit(architecture: "kan", epochs: 6, seed: 3)
    fit.hidden = [6, 5]
    fit.training.batch = 100
    fit.gridUpdates = updates
    return fit
  }

  private func run(
    _ fit: Fit, threads: Int = 1, resuming checkpoint: TensorFile? = nil,
    observe: (Fit.Event) throws -> Void = { _ in }
  ) throws -> Fit.Result {
    try fit.run(
      points.rows(Array(0..<500)), validation: points.rows(Array(500..<600)), threads: threads,
      resuming: checkpoint, observe: observe)
  }

  @Test func gridsMoveWhenTheyAreToldAndOnlyThen() throws {
    func ranges(_ updates: [Int]?) throws -> [[ClosedRange<Double>]]? {
      try run(fit(updates)).last.description.options.gridRanges
    }
    #expect(try ranges(nil) == nil)
    #expect(try ranges([]) == nil)
    #expect(try ranges([6, 100]) == nil)
    let start = try #require(try ranges([0]))
    let later = try #require(try ranges([0, 4]))
    #expect(start[0] == later[0])
    #expect(start[1] != later[1] && start[2] != later[2])
    #expect(try ranges([4, 0, 4]) == later)
  }

  /// Stopped after any epoch, gone on with from a file, on other threads: the same bits.
  @Test func aResumedFitEndsTheSameWhereverItStopped() throws {
    let fit = try fit([0, 2, 3])
    let whole = try run(fit)
    for epoch in 1...6 {
      try withScratchFolder { folder in
        let path = folder + "/checkpoint.safetensors"
        #expect(throws: Stop.self) {
          try run(fit, threads: 2) { event in
            guard case .epoch(let record, _, let checkpoint) = event, record.epoch == epoch
            else { return }
            try checkpoint().write(to: path)
            throw Stop()
          }
        }
        let resumed = try run(fit, threads: 2, resuming: TensorFile(contentsOf: path))
        #expect(resumed.surrogate == whole.surrogate, "epoch \(epoch)")
        #expect(resumed.last == whole.last, "epoch \(epoch)")
        #expect(resumed.bestEpoch == whole.bestEpoch)
      }
    }
  }

  /// The best surrogate has the grids of its own epoch, and reaches that epoch's loss.
  @Test func theBestEpochKeepsItsGrids() throws {
    // At so high a rate the loss soon goes up and down.
    var fit = try fit([0, 2, 5])
    (fit.training.rate, fit.calibrates) = (1, false)
    fit.training.schedule = .constant
    var result = try run(fit)
    for seed in 0..<20 as Range<UInt64> where !(1...5).contains(result.bestEpoch) {
      fit.training.seed = seed
      result = try run(fit)
    }
    try #require((1...5).contains(result.bestEpoch))
    #expect(
      result.surrogate.description.options.gridRanges != result.last.description.options.gridRanges)
    var shorter = fit
    shorter.training.epochs = result.bestEpoch
    #expect(try run(shorter).last == result.surrogate)
  }

  @Test func aModelFileKeepsItsGridsAndSaysWhatIsOutside() throws {
    let surrogate = try run(fit([0])).surrogate
    let outside = try #require(try surrogate.fractionsOutsideGrid(at: points.momenta))
    #expect(outside.count == 3 && outside[0] > 0 && outside[0] < 0.03)
    let fixed = try #require(
      try run(fit([])).surrogate.fractionsOutsideGrid(at: points.momenta))
    #expect(fixed[0] > 0.2)
    try withScratchFolder { folder in
      try surrogate.write(to: folder + "/a.safetensors")
      #expect(try Surrogate(contentsOf: folder + "/a.safetensors") == surrogate)
    }
    let other = try Fit(epochs: 0)
    #expect(try run(other).surrogate.fractionsOutsideGrid(at: points.momenta) == nil)
  }
}
