import AmpData
import AmpUncertainty

/// The Swift of Docs/Embedding.md.
func embedding(_ surrogate: Surrogate, _ momenta: Momenta) throws {
  // shown
  let gated = try surrogate.predict(momenta, trusting: TrustGate(maximum: 0.01), threads: 2) {
    hard in
    DiphotonGluonAmplitude().amplitudes(of: hard, threads: 2).values
  }
  // hidden
  try demand(gated.amplitudes.count == momenta.count, "an amplitude for each point")
}
