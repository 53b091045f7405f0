import AmpCore
import AmpData
import AmpUncertainty
import Synchronization

/// What the C interface knows: surrogates under the numbers by which callers hold them, what
/// OLP_Start has begun, and the tables of exact amplitudes.
///
/// The one global of Amp, because C has no other place for it. Numbers instead of pointers, so that
/// one that was never given out, or was given back, is an error and not a crash.
final class Registry: Sendable {
  static let shared = Registry()

  private let surrogates = Mutex<[LoadedSurrogate?]>([])

  /// What the functions of the Binoth Les Houches Accord share.
  struct BLHA: Sendable {
    /// The contract that OLP_Start has begun.
    var provider: Provider?
    /// α_s as set; nil for that of the training.
    var alphaS: Double?
    /// α as set; nil for that of the training.
    var alpha: Double?
    /// What was wrong in the last call.
    var message = ""

    /// The couplings as set, or those of the training.
    var couplings: Couplings {
      let trained = provider?.trained ?? Couplings(alphaS: 0.118, alpha: 1 / 137.035999084)
      return Couplings(alphaS: alphaS ?? trained.alphaS, alpha: alpha ?? trained.alpha)
    }
  }

  let provider = Mutex(BLHA())

  private let amplitudes = Mutex<[[Int]: any SquaredAmplitude]>([:])

  /// Keeps `surrogate` and returns its number, from 1.
  func add(_ surrogate: LoadedSurrogate) throws -> Int32 {
    try surrogates.withLock { all in
      guard all.count < 1 << 20 else {
        throw AmpError(
          "a million surrogates have been loaded in this process",
          remedy: "Load a model once and keep its number.")
      }
      all.append(surrogate)
      return Int32(all.count)
    }
  }

  /// The surrogate with this number.
  subscript(number: Int32) -> LoadedSurrogate? {
    surrogates.withLock { $0.indices.contains(Int(number) - 1) ? $0[Int(number) - 1] : nil }
  }

  /// The exact amplitude of a process; its tables are made once.
  func amplitude(of particles: [Int]) throws -> any SquaredAmplitude {
    try amplitudes.withLock { known in
      if let amplitude = known[particles] { return amplitude }
      let made = try BuiltInAmplitudes.amplitude(of: ScatteringProcess(particles))
      known[particles] = made
      return made
    }
  }

  /// Forgets the surrogate with this number; calls under way end as if it were still there.
  func remove(_ number: Int32) -> Bool {
    surrogates.withLock { all in
      let at = Int(number) - 1
      guard all.indices.contains(at), all[at] != nil else { return false }
      all[at] = nil
      return true
    }
  }
}
