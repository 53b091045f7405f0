/// Processes that compute one result together, on one machine or on many.
///
/// Each runs the same program on the same data, takes a part of the work and exchanges what it found,
/// so that afterwards all have the same numbers to the bit. A process is known by its rank. All calls
/// are collective: every rank makes the same ones, in the same order, from one thread. A process by
/// itself is a ``SingleRank``.
public protocol Ranks: Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }

  /// The number of processes.
  var count: Int { get }

  /// Sends `bytes` bytes of `memory` to rank `partner` and receives as many from it in `received`.
  func exchange(
    _ memory: UnsafeRawPointer, bytes: Int, with partner: Int,
    into received: UnsafeMutableRawPointer)

  /// Copies `bytes` bytes of `memory` from rank `owner` to all others.
  func broadcast(_ memory: UnsafeMutableRawPointer, bytes: Int, from owner: Int)

  /// Completes `memory`, of which rank r has the bytes bounds[r] ..< bounds[r + 1], on all ranks.
  func gather(_ memory: UnsafeMutableRawPointer, bounds: [Int])
}

/// A process by itself: nothing is exchanged.
public struct SingleRank: Ranks {
  /// Creates the one rank.
  public init() {}

  /// 0.
  public var rank: Int { 0 }

  /// 1.
  public var count: Int { 1 }

  /// Traps: there is no partner.
  public func exchange(
    _ memory: UnsafeRawPointer, bytes: Int, with partner: Int,
    into received: UnsafeMutableRawPointer
  ) {
    preconditionFailure("there is no rank \(partner)")
  }

  /// Does nothing.
  public func broadcast(_ memory: UnsafeMutableRawPointer, bytes: Int, from owner: Int) {}

  /// Does nothing.
  public func gather(_ memory: UnsafeMutableRawPointer, bounds: [Int]) {}
}

extension Ranks {
  /// Whether this is the rank that writes files and talks.
  public var isFirst: Bool { rank == 0 }

  /// The part of `total` items that this rank takes.
  public func share(of total: Int) -> Range<Int> { share(of: total, rank) }

  /// The rank that takes item `item` of `total`.
  public func owner(of item: Int, among total: Int) -> Int {
    (0..<count).first { share(of: total, $0).contains(item) } ?? 0
  }

  /// The first of `total` items that rank `rank` takes.
  public func bound(of total: Int, _ rank: Int) -> Int { total * rank / count }

  private func share(of total: Int, _ rank: Int) -> Range<Int> {
    bound(of: total, rank)..<bound(of: total, rank + 1)
  }

  /// Completes `items` items of `width` elements each, of which every rank has its share.
  public func gather<Element: BitwiseCopyable>(
    _ memory: UnsafeMutablePointer<Element>, items: Int, width: Int = 1
  ) {
    if count == 1 { return }
    let size = width * MemoryLayout<Element>.stride
    gather(memory, bounds: (0...count).map { size * bound(of: items, $0) })
  }

  /// `value` as rank 0 has it.
  public func agree<Value: BitwiseCopyable>(on value: Value) -> Value {
    var value = value
    withUnsafeMutableBytes(of: &value) { bytes in
      if let base = bytes.baseAddress { broadcast(base, bytes: bytes.count, from: 0) }
    }
    return value
  }

  /// The bytes of every rank, in the order of ranks.
  public func collect(_ bytes: [UInt8]) -> [[UInt8]] {
    (0..<count).map { owner in
      var size = bytes.count
      broadcast(&size, bytes: MemoryLayout<Int>.size, from: owner)
      var own = owner == rank ? bytes : [UInt8](repeating: 0, count: size)
      own.withUnsafeMutableBytes { bytes in
        if let base = bytes.baseAddress { broadcast(base, bytes: size, from: owner) }
      }
      return own
    }
  }
}
