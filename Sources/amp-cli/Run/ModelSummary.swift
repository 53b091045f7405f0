import AmpCore
import AmpNets
import AmpUncertainty
import Foundation

/// What `amp-cli inspect` says of a model or a run.
struct ModelSummary {
  private let surrogate: Surrogate?
  private let folder: RunFolder?

  init(_ path: String) throws {
    if path.hasSuffix(".safetensors") {
      (surrogate, folder) = (try Surrogate(contentsOf: path), nil)
    } else {
      let run = try RunFolder(opening: path)
      folder = run
      surrogate =
        FileManager.default.fileExists(atPath: run.best)
        ? try Surrogate(contentsOf: run.best) : nil
    }
  }

  func text(json: Bool) throws -> String {
    json ? try jsonText() : try plainText()
  }

  private func jsonText() throws -> String {
    let encoder = JSONEncoder()
    var members: [String: Any] = [:]
    if let surrogate {
      members["surrogate"] = try JSONSerialization.jsonObject(
        with: encoder.encode(surrogate.description))
      members["precision"] = surrogate.weights.precisionName
      members["parameters"] = surrogate.weights.count
    }
    if let folder {
      members["configuration"] = try JSONSerialization.jsonObject(
        with: encoder.encode(RunConfiguration(contentsOf: folder.configuration)))
      members["finished"] = folder.isFinished
    }
    return try merged("{}", members).trimmingCharacters(in: .newlines)
  }

  /// The sizes that the architecture has.
  private func shape(of about: Surrogate.Description) throws -> [(String, String)] {
    let (sizes, options) = (try Architecture(named: about.architecture).sizes, about.options)
    if let width = options.lorentz ?? sizes.lorentz {
      return [
        ("blocks", "\(width.blocks)"), ("channels", "\(width.channels)"),
        ("scalars", "\(width.scalars)"), ("heads", "\(width.heads)"),
      ]
    }
    var lines = [
      ("hidden", options.hidden.map(String.init).joined(separator: ", ")),
      ("activation", options.activation.name),
    ]
    for (name, chosen, usual) in [
      ("embedding", options.embedding, sizes.embedding), ("grid", options.grid, sizes.grid),
      ("order", options.order, sizes.order),
    ] {
      if let usual { lines.append((name, "\(chosen ?? usual)")) }
    }
    return lines
  }

  private func plainText() throws -> String {
    var lines: [(String, String)] = []
    if let surrogate {
      let about = surrogate.description
      lines += [
        ("version", about.version),
        ("process", about.process.particles.map(String.init).joined(separator: " ")),
        ("architecture", about.architecture),
      ]
      lines += try shape(of: about)
      lines += [
        ("features", "\(about.features.name) (\(about.features.width))"),
        ("target", about.target.factor.rawValue),
        ("likelihood", type(of: about.likelihood.base).name),
        ("method", about.method.name),
        ("precision", surrogate.weights.precisionName),
        ("parameters", grouped(surrogate.weights.count)),
      ]
      lines += about.recalibrations.map { ("calibrated", $0.description) }
    }
    var text = lines.map { $0.0.padding(toLength: 14, withPad: " ", startingAt: 0) + $0.1 }
      .joined(separator: "\n")
    if let folder {
      let state =
        folder.isFinished ? "finished" : "not finished: amp-cli fit --resume \(folder.path)"
      text += (text.isEmpty ? "" : "\n") + "run           \(state)\n\nconfiguration:\n"
      text += try String(contentsOfFile: folder.configuration, encoding: .utf8)
      if folder.isFinished {
        text += "\nmetrics:\n" + (try String(contentsOfFile: folder.metrics, encoding: .utf8))
      }
    }
    return text
  }
}
