import AmpCore
import TestSupport
import Testing

/// Sums over shards, optimiser updates and elementwise arithmetic, at every level.
@Suite struct UpdateTests {
  /// ((0+1)+(2+3))+…: neighbours are added until one is left; an odd one out goes on as it is.
  func tree<S: Scalar>(_ parts: [S]) -> S {
    if parts.count == 1 { return parts[0] }
    return tree(
      stride(from: 0, to: parts.count, by: 2).map {
        $0 + 1 < parts.count ? parts[$0] + parts[$0 + 1] : parts[$0]
      })
  }

  func sums<S: KernelScalar>(_: S.Type, parts: Int) {
    var random = Philox(seed: UInt64(parts), purpose: .other)
    for count in [1, 3, 4, 8, 21] {
      let distance = count + random.whole(0...5)
      let x: [S] = random.normals(parts * distance)
      let expected = (0..<count).map { i in tree((0..<parts).map { x[$0 * distance + i] }) }
      for kernels in S.levels {
        var sum = x
        kernels.sumTree(count, parts, distance, &sum)
        #expect(Array(sum[..<count]) == expected, "\(kernels.level): \(parts) parts of \(count)")
        #expect(sum[count...] == x[count...], "\(kernels.level): only part 0 is written")
      }
    }
  }

  @Test(arguments: 1...64)
  func sumOverShardsIsTheTreeBitForBit(parts: Int) {
    sums(Float.self, parts: parts)
    sums(Double.self, parts: parts)
  }

  /// Relative errors are those of 1 − β₂, a hundred times the rounding of β₂ = 0.99.
  func adam<S: KernelScalar>(_: S.Type, seed: UInt64, relative: Double) {
    var random = Philox(seed: seed, purpose: .other)
    let n = random.whole(1...70)
    let (g, w): ([S], [S]) = (random.normals(n), random.normals(n))
    let m: [S] = random.normals(n)
    let v: [S] = random.normals(n).map { $0 * $0 }
    let (beta1, beta2, rate, root, epsilon, keep) = (0.9, 0.99, 0.01, 1.3, 1e-8, 0.95)
    for kernels in S.levels {
      var (m1, v1, w1) = (m, v, w)
      kernels.adam(
        n, g, &m1, &v1, &w1, S(beta1), S(beta2), S(rate), S(root), S(epsilon), S(keep))
      var direction = w
      var v2 = v
      kernels.soapDirection(
        n, g, m, &v2, &direction, S(beta2), S(root), S(epsilon), S(rate))
      for i in 0..<n {
        let (g, m, v, w) = (Double(g[i]), Double(m[i]), Double(v[i]), Double(w[i]))
        let m2 = beta1 * m + (1 - beta1) * g
        let vNew = beta2 * v + (1 - beta2) * g * g
        let step = rate * m2 / (vNew.squareRoot() * root + epsilon)
        expectClose(Double(m1[i]), m2, absolute: relative * (abs(m) + abs(g)), kernels.level)
        expectClose(Double(v1[i]), vNew, relative: relative, kernels.level)
        expectClose(
          Double(w1[i]), keep * w - step,
          absolute: relative * (abs(w) + abs(step) * (1 + (abs(m) + abs(g)) / abs(m2))),
          kernels.level)
        expectClose(Double(v2[i]), vNew, relative: relative, kernels.level)
        expectClose(
          Double(direction[i]), rate * m / (vNew.squareRoot() * root + epsilon),
          relative: relative, kernels.level)
      }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func adamIsItsFormula(seed: UInt64) {
    adam(Float.self, seed: seed, relative: 5e-6)
    adam(Double.self, seed: seed, relative: 1e-14)
  }

  func elementwise<S: KernelScalar>(_: S.Type, seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let n = random.whole(1...70)
    let (x, y, z): ([S], [S], [S]) = (random.normals(n), random.normals(n), random.normals(n))
    for kernels in S.levels {
      func expect(_ values: [S], _ i: Int, _ reference: Double, _ size: Double) {
        expectClose(
          Double(values[i]), reference, absolute: 2 * Double(S.ulpOfOne) * size, kernels.level)
      }
      var (sum, product, added, square) = (y, z, z, x)
      kernels.axpby(n, 0.75, x, -1.5, &sum)
      kernels.multiply(n, x, y, &product, 0)
      kernels.multiply(n, x, y, &added, 1)
      square.withUnsafeMutableBufferPointer {  // in place
        kernels.multiply(n, UnsafePointer($0.baseAddress), y, $0.baseAddress, 0)
      }
      for i in 0..<n {
        let (a, b, c) = (Double(x[i]), Double(y[i]), Double(z[i]))
        expect(sum, i, 0.75 * a - 1.5 * b, abs(a) + 2 * abs(b))
        expect(product, i, a * b, abs(a * b))
        expect(added, i, c + a * b, abs(c) + abs(a * b))
        expect(square, i, a * b, abs(a * b))
      }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func elementwiseArithmeticIsItsFormula(seed: UInt64) {
    elementwise(Float.self, seed: seed)
    elementwise(Double.self, seed: seed)
  }
}
