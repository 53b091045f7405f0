import CAmpKernels

/// What a token of a Lorentz-equivariant network consists of, and how many tokens a point has.
///
/// On the tape a token matrix is a pile of panels, each for one token of 16 points: one row per number
/// of the token, first the `components` blocks of `channels` rows, then the scalars, and 16 columns.
/// The panels of the first token come first. Points are padded to a multiple of 16 by points whose
/// gradients are zero. So all kernels run along points, whatever the widths, and a panel stays in the
/// cache from its first to its last row.
public struct TokenShape: Sendable, Equatable {
  /// 16 for multivectors, 4 for vectors.
  public var components: Int
  /// The number of multivectors or vectors.
  public var channels: Int
  /// The number of Lorentz scalars beside them.
  public var scalars: Int

  /// Describes a token; traps unless it has 4 or 16 components.
  public init(components: Int, channels: Int, scalars: Int) {
    precondition(components == 4 || components == 16, "\(components) components")
    self.components = components
    self.channels = channels
    self.scalars = scalars
  }

  /// The numbers of a token.
  public var rows: Int { components * channels + scalars }

  /// The first row of a component.
  public func row(ofComponent component: Int) -> Int { component * channels }

  /// The first row of the components of a vector.
  var firstOfVector: Int { components == 16 ? channels : 0 }

  /// The first row of the scalars.
  public var firstScalar: Int { components * channels }

  /// The points of a panel.
  public static let lanes = Int(AMP_LANES)

  /// The most tokens that attend to each other.
  package static let mostTokens = Int(AMP_MAX_TOKENS)

  /// The most numbers of a token in one attention head.
  package static let mostPerHead = 1024

  /// The panels that one token of `points` points takes.
  package static func panels(_ points: Int) -> Int { (points + lanes - 1) / lanes }

  /// The kernels' description of a node of this shape.
  func tokens<S>(_ node: Tape<S>.Node) -> amp_tokens {
    precondition(
      node.rows % rows == 0 && node.columns == TokenShape.lanes,
      "\(node.rows) × \(node.columns) for tokens of \(rows)")
    return amp_tokens(
      components: components, channels: channels, scalars: scalars, panels: node.rows / rows)
  }
}
