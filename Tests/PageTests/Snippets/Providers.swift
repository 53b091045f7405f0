import AmpData

/// The Swift of Docs/Providers.md, which needs a library that nobody has here: it is only compiled.
func providers(_ momenta: Momenta) throws {
  // shown
  var provider = try BLHAProvider(
    library: "libnjet2.so", contract: "contract.lh",
    worker: ["/usr/local/bin/amp-cli", "blha-worker"])
  provider.parameters = [.init("alphas", 0.118)]
  let evaluated = try provider.amplitudes(of: momenta, threads: 8)
  for failure in evaluated.failures { print(failure.row, failure.reason) }
  // hidden
}
