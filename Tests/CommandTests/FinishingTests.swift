import AmpData
import AmpUncertainty
import Foundation
import TestSupport
import Testing

/// Gauss–Newton steps as the part of a fit between training and the refit of the head.
struct FinishingFitTests {
  private struct Stop: Error {}

  private let points: AmplitudeTable

  init() throws { points = try DiphotonGenerator().generate(points: 700, seed: 1).table }

  private func fit(_ precision: Fit.Precision = .float32) throws -> Fit {
    var fit = try Fit(epochs: 3, seed: 3)
    fit.hidden = [12, 10]
    fit.training.batch = 100
    fit.precision = precision
    fit.finishing = Finishing(epochs: 8, batch: 150)
    return fit
  }

  private func run(
    _ fit: Fit, threads: Int = 1, resuming checkpoint: TensorFile? = nil,
    observe: (Fit.Event) throws -> Void = { _ in }
  ) throws -> Fit.Result {
    try fit.run(
      points.rows(Array(0..<600)), validation: points.rows(Array(600..<700)), threads: threads,
      resuming: checkpoint, observe: observe)
  }

  @Test func finishingLowersTheResidualAndIsTold() throws {
    let result = try run(fit())
    let record = try #require(result.finishing)
    #expect(record.steps == 32 && record.isBetter && record.after < 0.5 * record.before)
    #expect(result.seconds > result.history.last?.seconds ?? 0)
    var without = try fit()
    without.finishing = .none
    let plain = try run(without)
    #expect(plain.finishing == nil && plain.surrogate != result.surrogate)
    #expect(plain.last == result.last)
  }

  /// Stopped in training or after any event of finishing, gone on with on other threads.
  @Test(arguments: [Fit.Precision.float32, .float64])
  func aResumedFitEndsTheSameWhereverItStopped(_ precision: Fit.Precision) throws {
    let fit = try fit(precision)
    let whole = try run(fit)
    for moment in 0..<6 {
      try withScratchFolder { folder in
        let path = folder + "/checkpoint.safetensors"
        var events = 0
        #expect(throws: Stop.self) {
          try run(fit, threads: 2) { event in
            switch event {
            case .epoch(let record, _, let checkpoint) where record.epoch >= 2:
              if events == moment { try checkpoint().write(to: path) }
            case .finishing(_, _, _, let checkpoint):
              if events == moment { try checkpoint().write(to: path) }
            default: return
            }
            events += 1
            if events > moment { throw Stop() }
          }
        }
        let resumed = try run(fit, threads: 3, resuming: TensorFile(contentsOf: path))
        #expect(resumed.surrogate == whole.surrogate, "moment \(moment)")
        #expect(resumed.last == whole.last, "moment \(moment)")
        #expect(resumed.finishing?.after == whole.finishing?.after)
      }
    }
  }

  @Test func aRecipeLeavesOutWhatDoesNotApply() throws {
    for architecture in Architecture.all {
      let fit = try Fit(architecture: architecture.name)
      #expect(
        (fit.finishing.epochs > 0) == ["mlp", "mlp-i"].contains(architecture.name),
        "\(architecture.name)")
    }
    #expect(try Fit(.paper).finishing.epochs == 0)
  }

  @Test func whatCannotBeFinishedIsRefusedOrLeftOut() throws {
    try withPoints(300) { amp in
      let start = "fit points.npz --epochs 1 --hidden 4 --output run"
      for (options, reason) in [
        ("--architecture ds --embedding 4", "dense layers"), ("--activation groupkan-2", "fixed"),
        ("--uncertainty ensemble --members 2", "single networks"),
        ("--uncertainty mixture", "mean as the first output"),
      ] {
        let refused = try amp("\(start) \(options) --finishing-epochs 2")
        #expect(refused.code == 1 && refused.errors.contains(reason), "\(options)")
        #expect(refused.errors.contains("--finishing-epochs 0") && !amp.has("run"))
      }
      #expect(try amp("\(start) --finishing-epochs -1").errors.contains("--finishing-epochs"))
      #expect(try amp("\(start) --noise 0.05").code == 0)
      #expect(try Command.text(amp.path("run/config.yaml")).contains("\nfinishing-epochs: 0\n"))
    }
  }
}
