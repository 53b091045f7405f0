/// Deep Sets: a network per type of particle embeds each momentum, another reads all embeddings.
///
/// arXiv:2412.12069, Sec. 2 and App. A: the embedding network 4 → hidden… → 64 is shared by all
/// particles of a type; the embeddings of all particles, in the order of the particles, stand side
/// by side and enter the main network, together with any further features (DSI: the logarithms of
/// the Lorentz invariants). Exchanging two particles of one type therefore exchanges their
/// embeddings, nothing else.
public struct DeepSets: DenseHeadNetwork, ActivatedNetwork {
  /// The type of each particle, a number from 0.
  public let types: [Int]
  /// The number of features of a particle's embedding.
  public let embedding: Int
  /// The number of features of a point: four per particle, then those beside the momenta.
  public let inputs: Int
  /// The parameters of the embedding networks, type by type, and of the main network.
  public let layout: ParameterLayout

  /// The particles of each type.
  private let members: [[Int]]
  /// The number of features beside the momenta.
  private let extra: Int
  private let embeddings: [DenseStack]
  private let main: DenseStack

  /// The linear last layer of the main network.
  public var head: DenseLayer { main.head }

  /// A network for particles of `types` with `extra` features beside their momenta.
  ///
  /// Traps unless the types are 0, 1, … without a gap.
  public init(
    types: [Int], extra: Int = 0, hidden: [Int] = [128, 128, 128], embedding: Int = 64,
    outputs: Int, activation: LayerActivation
  ) {
    let kinds = (types.max() ?? -1) + 1
    precondition(Set(types) == Set(0..<kinds) && kinds > 0, "the types \(types) have a gap")
    self.types = types
    self.embedding = embedding
    self.extra = extra
    members = (0..<kinds).map { kind in types.indices.filter { types[$0] == kind } }
    inputs = 4 * types.count + extra
    var layout = ParameterLayout()
    embeddings = (0..<kinds).map {
      DenseStack(
        "type\($0).", inputs: 4, hidden: hidden, outputs: embedding, activation: activation,
        in: &layout)
    }
    main = DenseStack(
      inputs: types.count * embedding + extra, hidden: hidden, outputs: outputs,
      activation: activation, in: &layout)
    self.layout = layout
  }

  /// The types of g g → γ γ g and its like: the first two particles are one type, the last one
  /// (where there are more than four) another, and all between them a third.
  public static func types(particles: Int) -> [Int] {
    (0..<particles).map { $0 < 2 ? 0 : $0 == particles - 1 && particles > 4 ? 2 : 1 }
  }

  /// Uniform in ±1/√inputs, layer by layer.
  public func initialize<S: Scalar>(_ parameters: inout Parameters<S>, using rng: inout Philox) {
    for stack in embeddings + [main] { stack.initialize(&parameters, using: &rng) }
  }

  /// The activations of the embedding networks, type by type, and of the main network on `range`.
  public func activationCurves<S: Scalar>(
    _ parameters: Parameters<S>, over range: ClosedRange<Double>, strongest _: Int
  ) -> [ActivationCurves] {
    (embeddings + [main]).flatMap { $0.activationCurves(parameters, over: range) }
  }

  /// The last hidden layer of the main network, (points, hidden.last).
  public func hidden<S: Scalar>(_ x: Tape<S>.Variable, on tape: Tape<S>) -> Tape<S>.Variable {
    let rows = x.rows
    var all = tape.assembly(rows: rows, columns: types.count * embedding + extra)
    for type in embeddings.indices {
      // Particles of one type stand below each other, each as a contiguous range of rows.
      let members = members[type]
      var stacked = tape.assembly(rows: rows * members.count, columns: 4)
      for (place, particle) in members.enumerated() {
        tape.add(
          Block(rows: 0..<rows, columns: 4 * particle..<4 * particle + 4, row: place * rows),
          of: x, to: &stacked)
      }
      let embedded = embeddings[type](tape.finish(stacked), on: tape)
      for (place, particle) in members.enumerated() {
        tape.add(
          Block(
            rows: place * rows..<(place + 1) * rows, columns: 0..<embedding,
            column: particle * embedding), of: embedded, to: &all)
      }
    }
    if extra > 0 {
      tape.add(
        Block(rows: 0..<rows, columns: inputs - extra..<inputs, column: types.count * embedding),
        of: x, to: &all)
    }
    return main.hidden(tape.finish(all), on: tape)
  }
}

extension Architecture {
  /// Deep Sets on the four-momenta.
  public static let deepSets = Architecture(
    name: "ds", summary: "Deep Sets: an embedding per type of particle, on the four-momenta",
    features: "particles", activation: .gelu, schedule: .cosine, sizes: Sizes(embedding: 64)
  ) { options, features in
    guard features % 4 == 0 else {
      throw AmpError(
        "Deep Sets read four-momenta, and \(features) features are not four per particle",
        remedy: "Choose the features particles or momenta, or the architecture dsi.")
    }
    return try deepSets(options, particles: features / 4, extra: 0)
  }

  /// Deep Sets on four-momenta, with the Lorentz invariants beside the embeddings.
  public static let deepSetsI = Architecture(
    name: "dsi", summary: "Deep Sets with Lorentz invariants beside the embeddings",
    features: "particles+invariants", activation: .gelu, schedule: .cosine, precision: .float64,
    sizes: Sizes(embedding: 64)
  ) { options, features in
    // 4n momenta and n(n−1)/2 invariants
    guard let n = (2...64).first(where: { $0 * ($0 + 7) / 2 == features }) else {
      throw AmpError(
        "Deep Sets with invariants read four-momenta and the invariants of all pairs, "
          + "not \(features) features",
        remedy: "Choose the features particles+invariants or momenta+invariants.")
    }
    return try deepSets(options, particles: n, extra: features - 4 * n)
  }

  private static func deepSets(
    _ options: Options, particles: Int, extra: Int
  ) throws -> DeepSets {
    let types = options.types ?? DeepSets.types(particles: particles)
    guard types.count == particles, haveNoGap(types) else {
      throw AmpError(
        "the particle types are \(types) for \(particles) particles",
        remedy: "Give each particle a type from 0 without gaps, for example 0,0,1,1,2.")
    }
    guard (1...65536).contains(options.embedding ?? 64) else {
      throw AmpError(
        "an embedding of \(options.embedding ?? 64) features is not possible", in: "--embedding",
        remedy: "Give a number from 1 up.")
    }
    return DeepSets(
      types: types, extra: extra, hidden: options.hidden, embedding: options.embedding ?? 64,
      outputs: options.outputs, activation: options.activation)
  }
}
