import AmpNets
import TestSupport
import Testing

/// Sizes that only some architectures have.
struct SizesTests {
  private func features(_ name: String) throws -> Int {
    try FeatureSets.named(Architecture(named: name).features).width(particles: 5)
  }

  private func options(_ architecture: Architecture) -> Architecture.Options {
    Architecture.Options(
      hidden: [8, 8], activation: architecture.activation, outputs: 2)
  }

  /// Choosing what is listed as usual is choosing nothing; anything else is another network.
  @Test(arguments: Architecture.all.map(\.name))
  func listedSizesAreThoseOfTheNetwork(name: String) throws {
    let architecture = try Architecture(named: name)
    let (usual, width) = (options(architecture), try features(name))
    var chosen = usual
    chosen.embedding = architecture.sizes.embedding
    chosen.grid = architecture.sizes.grid
    chosen.order = architecture.sizes.order
    chosen.lorentz = architecture.sizes.lorentz
    let layout = try architecture.build(usual, width).layout
    #expect(try architecture.build(chosen, width).layout == layout)
    func changes(_ change: (inout Architecture.Options) -> Void) throws -> Bool {
      var other = chosen
      change(&other)
      return try architecture.build(other, width).layout != layout
    }
    let sizes = architecture.sizes
    let (embedding, grid, order) = (
      try changes { $0.embedding = 3 }, try changes { $0.grid = 3 }, try changes { $0.order = 2 }
    )
    #expect(embedding == (sizes.embedding != nil))
    #expect(grid == (sizes.grid != nil))
    #expect(order == (sizes.order != nil))
    let widths: [(inout LorentzWidth) -> Void] = [
      { $0.blocks = 1 }, { $0.channels = 2 }, { $0.scalars = 4 }, { $0.types = [0, 1, 2, 3, 4] },
    ]
    for change in widths {
      let changed = try changes { options in
        guard var width = options.lorentz else { return }
        change(&width)
        options.lorentz = width
      }
      #expect(changed == (sizes.lorentz != nil))
    }
  }

  @Test(arguments: ["lgatr", "lgatr-slim"])
  func impossibleTransformersAreRefused(name: String) throws {
    let architecture = try Architecture(named: name)
    var options = options(architecture)
    let changes: [(inout LorentzWidth) -> Void] = [
      { $0.blocks = -1 }, { $0.channels = 0 }, { $0.scalars = 0 }, { $0.heads = 0 },
      { $0.types = [0, 1] }, { $0.types = [0, 0, 2, 2, 0] }, { $0.types = [-1, -1, -1, -1, -1] },
      { $0.channels = 1_000_000 },
    ]
    for change in changes {
      var width = try #require(architecture.sizes.lorentz)
      change(&width)
      options.lorentz = width
      #expect(throws: AmpError.self) { try architecture.build(options, 20) }
    }
    // Heads need not divide anything.
    options.lorentz = LorentzWidth(blocks: 1, channels: 3, scalars: 5, heads: 2)
    let network = try architecture.build(options, 20)
    let parameters: Parameters<Double> = network.initialParameters(seed: 1)
    let tape = Tape(parameters, differentiates: false)
    let x = (0..<20).map { $0 % 4 == 0 ? 2 : 0.1 * Double($0 % 7) }
    let y = tape.value(of: network(tape.input(Tensor(x, shape: [1, 20])), on: tape))
    #expect(y.elements.allSatisfy { $0.isFinite })
  }
}
