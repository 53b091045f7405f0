import AmpData
import Foundation
import TestSupport
import Testing

private let folder = ProcessInfo.processInfo.environment["AMP_NJET_DATA"]

/// Points evaluated by NJet, in a folder outside the project.
@Suite(.enabled(if: folder != nil, "AMP_NJET_DATA names no folder with momenta.npy"))
struct NJetTests {
  /// The Doubles of a .npy file of version 1 or 2, whatever its shape.
  private func doubles(_ name: String) throws -> [Double] {
    let url = URL(fileURLWithPath: folder ?? "").appendingPathComponent(name)
    let bytes = [UInt8](try Data(contentsOf: url))
    let long = bytes[6] > 1
    let length = Int(bytes[8]) + Int(bytes[9]) << 8
    let start = (long ? 12 : 10) + length
    #expect(String(decoding: bytes[..<start], as: UTF8.self).contains("'<f8'"))
    return stride(from: start, to: bytes.count, by: 8).map { at in
      Double(bitPattern: bytes[at..<at + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }

  @Test func valuesAgreeWithNJet() throws {
    let momenta = Momenta(try doubles("momenta.npy"), particles: 5)
    let reference = try doubles("njet_values.npy")
    #expect(momenta.count == reference.count && momenta.count > 0)
    let result = DiphotonGluonAmplitude().amplitudes(of: momenta)
    expectClose(result.values, reference, relative: 2e-10)
    // One common factor, the digits of α; what scatters is smaller.
    let ratios = zip(result.values, reference).map { $0 / $1 }
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    expectClose(ratios, Array(repeating: mean, count: ratios.count), relative: 5e-11)
  }
}
