import AmpData
import AmpNets
import AmpUncertainty

// Points of g g → γ γ g with their exact |M|²; parts for training, validation and test.
let points = try DiphotonGenerator().generate(points: 20_000, seed: 1, threads: 2).table
let (training, validation, test) = try points.split(training: 0.7, validation: 0.1, seed: 1)

// A network that learns ln |M|² and its systematic uncertainty; the same bits for any threads.
var fit = try Fit(.fast, epochs: 20, seed: 1)
fit.hidden = [64, 64, 64]
let result = try fit.run(training, validation: validation, threads: 2)
try result.surrogate.write(to: "quick-start.safetensors")

// Points it has never seen: |M|² in GeV⁻² with its uncertainty.
let surrogate = try Surrogate(contentsOf: "quick-start.safetensors")
let prediction = try surrogate.predict(test.momenta, threads: 2)
let systematic = prediction.systematic ?? []
print("|M|² = \(prediction.amplitude[0]) ± \(systematic[0]), exact \(test.amplitudes[0])")

// Is the uncertainty honest? Then the pulls follow a unit Gaussian.
let pulls = try SystematicPull(prediction, against: test.amplitudes).distribution
print("pulls: mean \(pulls.mean), width \(pulls.width), within 1σ \(pulls.coverage[0].observed)")
