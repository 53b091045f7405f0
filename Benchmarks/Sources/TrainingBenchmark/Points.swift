import AmpData
import AmpNets

/// Random points of a process 2 → 3 without masses, as features of the kind called `features`.
///
/// The partons collide along the z axis with 100 to 1000 GeV and a boost; the three outgoing
/// particles fill their phase space evenly (RAMBO). Targets are Gaussian: nothing is to be learned.
func randomPoints<S: Scalar>(
  _ count: Int, features: String, as type: S.Type
) throws -> TrainingSet<S> {
  var rng = Philox(seed: 1, purpose: .other)
  let phaseSpace = MasslessPhaseSpace(particles: 3)
  var components: [Double] = []
  components.reserveCapacity(20 * count)
  for _ in 0..<count {
    let energy = 100 + 900 * rng.uniform()
    let stretch = 0.5 + rng.uniform()
    var point = [energy / 2, 0, 0, energy / 2, energy / 2, 0, 0, -energy / 2]
    point += phaseSpace.sample(energy: energy, using: &rng)
    // A boost along z multiplies E + p_z and divides E − p_z.
    for i in stride(from: 0, to: 20, by: 4) {
      let (plus, minus) = ((point[i] + point[i + 3]) * stretch, (point[i] - point[i + 3]) / stretch)
      (point[i], point[i + 3]) = ((plus + minus) / 2, (plus - minus) / 2)
    }
    components += point
  }
  let momenta = Momenta(components, particles: 5)
  let map = try FeatureMap(
    FeatureSets.named(features), process: .diphotonGluon, fittedTo: momenta)
  return TrainingSet(
    inputs: try map(momenta), targets: (0..<count).map { _ in rng.normal() })
}
