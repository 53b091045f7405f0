import AmpCore
import AmpData
import AmpNets
import ArgumentParser
import Foundation

/// Options that say how a file of points is to be understood, where it cannot say it itself.
struct ReadingArguments: ParsableArguments {
  @Option(help: "The file with the amplitudes, if they are not in the first one.")
  var labels: String?

  @Option(help: "The column, array, dataset or weight with the amplitudes.")
  var amplitudeName: String?

  @OptionGroup var dataset: DatasetArgument

  @Option(
    parsing: .unconditional,
    help: """
      The process, gg_aag or by PDG identifiers "21 21 -> 22 22 21": picks its events, and puts \
      particles in its order, identical ones by p_T. 93 stands for any gluon or light quark.
      """)
  var process: String?

  @Option(
    parsing: .unconditional,
    help:
      "The PDG identifiers of the particles in the order of the file, for example 21,21,21,22,22."
  )
  var pdg: String?

  @Option(
    parsing: .unconditional,
    help: """
      The columns of a table or array in order, for example E1,px1,py1,pz1,…,amplitude with - for \
      those to pass over; or px,py,pz,E for the order within every particle.
      """)
  var columns: String?

  @Option(
    help: "The unit of momenta that the file does not tell: gev or mev.",
    completion: .list(EnergyUnit.allCases.map(\.rawValue)))
  var unit: String?

  @Flag(help: "Let particles have masses.")
  var massive = false

  /// The options given; throws an ``AmpError`` for one that cannot be understood.
  func options() throws -> ReadingOptions {
    var checks = PointChecks()
    if massive { checks.massShell = nil }
    return ReadingOptions(
      labels: labels, amplitudeName: amplitudeName, dataset: dataset.name, checks: checks,
      process: try process.map { text in
        try located("--process") { try ProcessPattern(named: text) }
      },
      pdg: try pdg.map { try identifiers($0) },
      columns: columns.map { text in
        text.split(separator: ",", omittingEmptySubsequences: false).map {
          $0.trimmingCharacters(in: .whitespaces)
        }
      },
      unit: try unit.map { text in
        try located("--unit") {
          try choose(text, among: EnergyUnit.allCases, of: "unit", by: \.rawValue)
        }
      })
  }

  private func identifiers(_ text: String) throws -> [Int] {
    let ids = text.split { $0 == "," || $0 == " " }.map { Int($0) }
    guard ids.count >= 3, ids.count <= 100, ids.allSatisfy({ ($0 ?? .max).magnitude < 1 << 31 })
    else {
      throw AmpError(
        "'\(text)' is not a list of PDG identifiers", in: "--pdg",
        remedy: "Name all particles, incoming ones first, for example 21,21,22,22,21.")
    }
    return ids.compactMap { $0 }
  }
}
