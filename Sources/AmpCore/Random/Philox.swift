/// Philox4x32-10, a counter-based random number generator.
///
/// Every block of four words is a pure function of a 128-bit counter and a 64-bit key, so a
/// stream can be entered anywhere: the same numbers come out for any number of threads and after
/// a resume. J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11).
public struct Philox: RandomNumberGenerator, Sendable, Equatable {
  /// What a stream of random numbers is used for; different purposes never share numbers.
  public enum Purpose: UInt32, Sendable {
    /// Points in phase space.
    case phaseSpace = 1
    /// Smearing of amplitudes.
    case noise = 2
    /// Assignment of points to training, validation and test parts.
    case split = 3
    /// Initial weights.
    case weights = 4
    /// Order of the training points in an epoch.
    case order = 5
    /// Noise on activations or weights in a training step.
    case step = 6
    /// Samples of a posterior at prediction time.
    case posterior = 7
    /// Acceptance of events.
    case unweighting = 8
    /// Anything in tests and examples.
    case other = 100
  }

  private var key: SIMD2<UInt32>
  private var counter: SIMD4<UInt32>
  private var block = SIMD4<UInt32>()
  private var used = 4

  /// Creates the stream of `seed` for `purpose`, `member` and `step`.
  ///
  /// The key is the seed; the counter holds (index, purpose, member, step). A stream has
  /// 2³² blocks, that is 2³³ 64-bit numbers.
  public init(seed: UInt64, purpose: Purpose, member: UInt32 = 0, step: UInt32 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = SIMD4(0, purpose.rawValue, member, step)
  }

  /// The four words that belong to `counter` and `key`.
  @inlinable @inline(__always)
  public static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    // In scalars: to take vectors of four words apart costs more than the rounds.
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let low = UInt64(0xD251_1F53) &* UInt64(c0)
      let high = UInt64(0xCD9E_8D57) &* UInt64(c2)
      (c0, c2) = (
        UInt32(truncatingIfNeeded: high >> 32) ^ c1 ^ k0,
        UInt32(truncatingIfNeeded: low >> 32) ^ c3 ^ k1
      )
      (c1, c3) = (UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: low))
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if used >= 4 {
      block = Philox.block(counter, key: key)
      counter[0] &+= 1
      used = 0
    }
    let word = UInt64(block[used]) | UInt64(block[used + 1]) << 32
    used += 2
    return word
  }

  /// Uniform in the open interval (0, 1), 53 bits, never 0 and never 1.
  public mutating func uniform() -> Double {
    (Double(next() >> 11) + 0.5) * 0x1p-53
  }

  /// Two independent standard normal deviates (Box–Muller).
  public mutating func normalPair() -> (Double, Double) {
    let radius = (-2 * logarithm(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    return (radius * cosine(angle), radius * sine(angle))
  }

  /// A standard normal deviate; the second of the Box–Muller pair is thrown away.
  public mutating func normal() -> Double { normalPair().0 }

  /// A uniformly random permutation of 0 ..< count (Fisher–Yates).
  public mutating func permutation(_ count: Int) -> [Int32] {
    var order = [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
      for i in 0..<count { buffer[i] = Int32(i) }
      initialized = count
    }
    order.withUnsafeMutableBufferPointer { buffer in
      func exchange(_ i: Int, _ word: UInt64) {
        let j = Int(word.multipliedFullWidth(by: UInt64(i + 1)).high)
        (buffer[i], buffer[j]) = (buffer[j], buffer[i])
      }
      var last = count - 1
      func exchangeOne() {
        exchange(last, next())
        last -= 1
      }
      while last > 0 && used < 4 { exchangeOne() }
      // Many numbers at a time: their blocks need not wait for each other, nor for the exchanges.
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { words in
        while last > words.count {
          for pair in 0..<words.count / 2 {
            var place = counter
            place[0] &+= UInt32(pair)
            let block = Philox.block(place, key: key)
            words[2 * pair] = UInt64(block[0]) | UInt64(block[1]) << 32
            words[2 * pair + 1] = UInt64(block[2]) | UInt64(block[3]) << 32
          }
          counter[0] &+= UInt32(words.count / 2)
          for (k, word) in words.enumerated() { exchange(last - k, word) }
          last -= words.count
        }
      }
      while last > 0 { exchangeOne() }
    }
    return order
  }
}
