import AmpCore
import TestSupport
import Testing

/// A layer in one kernel, and activations in every place of a row.
@Suite struct DenseTests {
  private func layer<S: KernelScalar>(_: S.Type, _ random: inout Philox) {
    let rows = [1, 2, random.whole(3...30)][random.whole(0...2)]
    let (columns, depth) = (random.whole(1...150), random.whole(1...40))
    let (aRow, cRow) = (depth + random.whole(0...5), columns + random.whole(0...5))
    let a: [S] = random.normals(rows * aRow)
    let (b, bias): ([S], [S]) = (random.normals(depth * columns), random.normals(columns))
    for kernels in S.levels {
      // Nothing lies behind the packed matrix: what is fetched ahead is not read.
      var packed = [S](repeating: 0, count: depth * (columns + kernels.panel))
      kernels.pack(depth, columns, b, columns, 1, &packed)
      for activation in kernelActivations {
        var one = [S](repeating: 7, count: rows * cRow)
        var two = one
        kernels.dense(
          activation.kind, 0.03, rows, columns, depth, a, aRow, packed, MemoryLayout<S>.stride,
          bias, &one, cRow)
        kernels.productPacked(rows, columns, depth, a, aRow, packed, bias, &two, cRow, 0)
        two.withUnsafeMutableBufferPointer {
          kernels.activate(
            activation.kind, rows, columns, cRow, $0.baseAddress, 0.03, $0.baseAddress, nil)
        }
        #expect(one == two, "\(kernels.level): \(activation.name), \(rows) rows of \(columns)")
      }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func aLayerHasTheBitsOfItsProductAndActivation(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    layer(Float.self, &random)
    layer(Double.self, &random)
  }

  private func places<S: KernelScalar>(_: S.Type, _ random: inout Philox) {
    let x: [S] = random.normals(150).map { 3 * $0 }
    for kernels in S.levels {
      for activation in kernelActivations {
        let single = x.map { kernels.values(activation.kind, of: [$0], saves: activation.saves) }
        for count in [1, 7, 16, 63, 64, 65, 100, 128, 150] {
          let (value, slope) = kernels.values(
            activation.kind, of: Array(x[..<count]), saves: activation.saves)
          let label = "\(kernels.level): \(activation.name), \(count) in a row"
          #expect(value == single[..<count].map { $0.value[0] }, "\(label)")
          if activation.saves { #expect(slope == single[..<count].map { $0.slope[0] }, "\(label)") }
        }
      }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func anActivationHasTheSameBitsInEveryPlaceOfARow(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    places(Float.self, &random)
    places(Double.self, &random)
  }
}
