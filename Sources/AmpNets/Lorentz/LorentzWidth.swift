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

  /// Collects the sizes.
  ///
  /// A network traps on sizes that are not positive, an ``Architecture`` throws.
  public init(blocks: Int, channels: Int, scalars: Int, heads: Int, types: [Int]? = nil) {
    self.blocks = blocks
    self.channels = channels
    self.scalars = scalars
    self.heads = heads
    self.types = types
  }

  /// The size of ``Architecture/lgatr`` if nothing is chosen.
  public static let lgatr = LorentzWidth(blocks: 4, channels: 8, scalars: 16, heads: 4)

  /// The size of ``Architecture/lgatrSlim`` if nothing is chosen.
  public static let lgatrSlim = LorentzWidth(blocks: 4, channels: 16, scalars: 32, heads: 4)

  /// The same size; throws an ``AmpError`` unless a network of `particles` can have it, whose tokens
  /// have `components`.
  func checked(particles: Int, components: Int) throws -> LorentzWidth {
    for (name, value, range) in [
      ("blocks", blocks, 0...1000), ("channels", channels, 1...4096),
      ("scalars", scalars, 1...4096), ("heads", heads, 1...4096),
    ] where !range.contains(value) {
      throw AmpError(
        "\(value) \(name) are not possible", in: "--" + name,
        remedy: "Give a number from \(range.lowerBound) to \(range.upperBound).")
    }
    if let types, types.count != particles || !haveNoGap(types) {
      throw AmpError(
        "the particle types are \(types) for \(particles) particles", in: "--types",
        remedy: "Give each particle a type from 0 without gaps, for example 0,0,1,1,0.")
    }
    let head = components * max(channels / heads, 1) + max(scalars / heads, 4)
    guard head <= TokenShape.mostPerHead else {
      throw AmpError(
        "a head of \(head) numbers is too large: \(channels) channels and \(scalars) scalars in "
          + "\(heads) heads", in: "--heads", remedy: "Give more heads, or fewer channels.")
    }
    let most = min(TokenShape.mostTokens, head)
    guard particles <= most else {
      throw AmpError(
        "\(particles) particles are more than the \(most) that this network reads",
        in: "--architecture", remedy: "Choose another architecture, or more channels.")
    }
    return self
  }

  /// The types of `particles` particles.
  func types(of particles: Int) -> [Int] {
    precondition(
      blocks >= 0 && channels > 0 && scalars > 0 && heads > 0,
      "\(blocks) blocks of \(channels) channels, \(scalars) scalars, \(heads) heads")
    let types = types ?? (0..<particles).map { $0 == 2 || $0 == 3 ? 1 : 0 }
    precondition(types.count == particles, "\(types.count) types for \(particles) particles")
    return types
  }
}

/// Whether `types` are 0, 1, … without a gap, each at least once.
func haveNoGap(_ types: [Int]) -> Bool {
  // Not a set of all numbers up to the largest, which may be any.
  let kinds = Set(types)
  return kinds.min() == 0 && kinds.max() == kinds.count - 1
}
