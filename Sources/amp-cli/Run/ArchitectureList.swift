import AmpNets
import AmpUncertainty
import Foundation

/// What `amp-cli inspect --architectures` prints: each architecture with the choices that
/// arXiv:2412.12069 makes for it, and its size for g g → γ γ g.
package struct ArchitectureList {
  private struct Entry: Codable {
    var name: String
    var summary: String
    var features: String
    var hidden: [Int]?
    var activation: LayerActivation?
    var embedding: Int?
    var grid: Int?
    var order: Int?
    var blocks: Int?
    var channels: Int?
    var scalars: Int?
    var heads: Int?
    var schedule: Schedule
    var precision: Precision
    var parameters: Int
  }

  package init() {}

  package func text(json: Bool) throws -> String {
    let entries = try Architecture.all.map { architecture in
      let fit = try Fit(.paper, architecture: architecture.name)
      let width = try FeatureSets.named(fit.features)
        .width(particles: fit.process.particles.count)
      let (sizes, lorentz) = (architecture.sizes, architecture.sizes.lorentz)
      return Entry(
        name: architecture.name, summary: architecture.summary, features: fit.features,
        hidden: lorentz == nil ? fit.hidden : nil,
        activation: lorentz == nil ? fit.activation : nil, embedding: sizes.embedding,
        grid: sizes.grid, order: sizes.order, blocks: lorentz?.blocks,
        channels: lorentz?.channels, scalars: lorentz?.scalars, heads: lorentz?.heads,
        schedule: fit.training.schedule,
        precision: fit.precision, parameters: try fit.network(features: width).layout.count)
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      return String(decoding: try encoder.encode(["architectures": entries]), as: UTF8.self)
    }
    return entries.map { entry in
      let sizes = [
        ("embedding", entry.embedding), ("grid", entry.grid), ("order", entry.order),
        ("blocks", entry.blocks), ("channels", entry.channels), ("scalars", entry.scalars),
        ("heads", entry.heads),
      ]
      let shape =
        (entry.hidden ?? []).map(String.init) + (entry.activation.map { ["\($0)"] } ?? [])
        + sizes.compactMap { size in size.1.map { "\(size.0) \($0)" } }
      return entry.name.padding(toLength: 12, withPad: " ", startingAt: 0) + entry.summary
        + "\n            \(grouped(entry.parameters)) parameters: \(entry.features), "
        + (shape + [entry.schedule.rawValue, entry.precision.rawValue]).joined(separator: ", ")
    }.joined(separator: "\n")
  }
}
