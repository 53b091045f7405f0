import AmpData
import AmpUncertainty

/// The Swift of Docs/GettingStarted.md, in a folder with points.npz.
func gettingStarted() throws {
  // shown
  let points = try AmplitudeTable(contentsOf: "points.npz")
  let (training, validation, test) = try points.split(training: 0.7, validation: 0.1, seed: 1)

  let fit = try Fit(.fast, epochs: 20, seed: 1)
  let surrogate = try fit.run(training, validation: validation, threads: 2).surrogate

  let prediction = try surrogate.predict(test.momenta, threads: 2)
  let report = PullReport(prediction, truth: test.amplitudes, data: test.amplitudes)
  print("median |Δ|", report.medianAbsDelta ?? .nan, "width", report.pullSystematic?.std ?? .nan)
  // hidden
  try demand(report.points == test.count, "all test points are judged")
}
