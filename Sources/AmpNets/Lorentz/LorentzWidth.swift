/// The size of a Lorentz-equivariant transformer.
public struct LorentzWidth: Sendable, Equatable, Codable {
  /// The number of blocks.
  public var blocks: Int
  /// The multivectors or vectors of a token.
  public var channels: Int
  /// The scalars of a token.
  public var scalars: Int
  /// The attention heads.
  public var heads: Int
  /// The type of each particle from 0, which tokens carry one-hot; nil where all but the third and
  /// fourth particle, the photons of g g → γ γ g, are alike.
  public var types: [Int]?

  /// Collects the sizes; traps unless all are positive and heads divide channels and scalars evenly
  /// where there is more than one channel or more than four scalars per head.
  public init(blocks: Int, channels: Int, scalars: Int, heads: Int, types: [Int]? = nil) {
    precondition(
      blocks >= 0 && channels > 0 && scalars > 0 && heads > 0,
      "\(blocks) blocks of \(channels) channels, \(scalars) scalars, \(heads) heads")
    self.blocks = blocks
    self.channels = channels
    self.scalars = scalars
    self.heads = heads
    self.types = types
  }

  /// The types of `particles` particles.
  func types(of particles: Int) -> [Int] {
    let types = types ?? (0..<particles).map { $0 == 2 || $0 == 3 ? 1 : 0 }
    precondition(types.count == particles, "\(types.count) types for \(particles) particles")
    return types
  }
}
