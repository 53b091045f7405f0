// Writes points in every format, and times how long reading them takes.
//
//     FileBenchmark make FOLDER ROWS EVENTS   points.npz, .csv, … and events.hepmc3, .lhe
//     FileBenchmark read FILE                 one line of JSON: rows and seconds
//
// Reading is what `amp-cli fit` does with a file: all rows in memory, normalised and checked.

import AmpData
import Foundation

/// Points that are all different: few exact ones, each turned about the beam many times.
func points(_ count: Int) throws -> AmplitudeTable {
  let few = try DiphotonGenerator().generate(points: 10_000, seed: 1).table
  var random = Philox(seed: 2, purpose: .other)
  var table = few.rows((0..<count).map { $0 % few.count })
  for row in 0..<count {
    let angle = 2 * Double.pi * random.uniform()
    let (c, s) = (cos(angle), sin(angle))
    for at in stride(from: 20 * row, to: 20 * row + 20, by: 4) {
      let (x, y) = (table.momenta.components[at + 1], table.momenta.components[at + 2])
      table.momenta.components[at + 1] = c * x - s * y
      table.momenta.components[at + 2] = s * x + c * y
    }
  }
  return table
}

func run(_ arguments: [String]) throws {
  if arguments.count == 4, arguments[0] == "make", let rows = Int(arguments[2]),
    let events = Int(arguments[3])
  {
    let table = try points(rows)
    for suffix in ["npz", "npy", "csv", "csv.gz", "txt"] {
      try table.write(to: "\(arguments[1])/points.\(suffix)")
    }
    let part = table.rows(0..<events)
    for suffix in ["hepmc3", "hepmc3.gz", "lhe"] {
      try part.write(to: "\(arguments[1])/events.\(suffix)", process: .diphotonGluon)
    }
  } else if arguments.count == 2, arguments[0] == "read" {
    let start = ContinuousClock().now
    let table = try AmplitudeTable(contentsOf: arguments[1])
    let seconds = (ContinuousClock().now - start) / .seconds(1)
    print("{\"rows\": \(table.count), \"seconds\": \(seconds)}")
  } else {
    throw AmpError("these arguments mean nothing here", remedy: "See the top of main.swift.")
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("FileBenchmark: \(error)\n".utf8))
  exit(1)
}
