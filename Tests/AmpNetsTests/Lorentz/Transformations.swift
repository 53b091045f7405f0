import AmpNets

/// Rotations and boosts for tests of equivariance.
struct LorentzTransformation {
  /// Λ, (4, 4).
  var matrix: [[Double]]

  /// A random rotation times a random boost with 0.3 ≤ β ≤ 0.9.
  init(using rng: inout Philox) {
    func direction() -> [Double] {
      let n = (0..<3).map { _ in rng.normal() }
      let length = n.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return n.map { $0 / length }
    }
    let (axis, along) = (direction(), direction())
    let angle = 6 * rng.uniform()
    // Rodrigues' formula with cos and sin from a half-angle tangent.
    let t = angle / 3 - 1
    let (c, s) = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
    var rotation = [[Double]](repeating: [0, 0, 0, 0], count: 4)
    rotation[0][0] = 1
    for i in 0..<3 {
      for j in 0..<3 {
        let k = 3 - i - j
        let cross = i == j ? 0 : ((j - i + 3) % 3 == 1 ? -1.0 : 1.0) * axis[k]
        rotation[i + 1][j + 1] = (i == j ? c : 0) + (1 - c) * axis[i] * axis[j] + s * cross
      }
    }
    let beta = 0.3 + 0.6 * rng.uniform()
    let gamma = 1 / (1 - beta * beta).squareRoot()
    var boost = [[Double]](repeating: [0, 0, 0, 0], count: 4)
    boost[0][0] = gamma
    for i in 0..<3 {
      boost[0][i + 1] = gamma * beta * along[i]
      boost[i + 1][0] = gamma * beta * along[i]
      for j in 0..<3 {
        boost[i + 1][j + 1] = (i == j ? 1 : 0) + (gamma - 1) * along[i] * along[j]
      }
    }
    matrix = (0..<4).map { i in
      (0..<4).map { j in (0..<4).reduce(0) { $0 + boost[i][$1] * rotation[$1][j] } }
    }
  }

  /// The outermorphism on multivectors, (16, 16): minors of Λ.
  var onMultivectors: [[Double]] {
    let blades = SpacetimeAlgebra.blades
    return blades.map { rows in
      blades.map { columns in rows.count == columns.count ? minor(rows, columns) : 0 }
    }
  }

  private func minor(_ rows: [Int], _ columns: [Int]) -> Double {
    guard let row = rows.first else { return 1 }
    var (sum, sign) = (0.0, 1.0)
    for (k, column) in columns.enumerated() {
      var rest = columns
      rest.remove(at: k)
      sum += sign * matrix[row][column] * minor(Array(rows.dropFirst()), rest)
      sign = -sign
    }
    return sum
  }

  /// Λ on every four numbers.
  func callAsFunction(_ momenta: [Double]) -> [Double] {
    stride(from: 0, to: momenta.count, by: 4).flatMap { at in
      (0..<4).map { i in (0..<4).reduce(0) { $0 + matrix[i][$1] * momenta[at + $1] } }
    }
  }

  /// Λ on the channels of a token matrix, feature-major with `columns` columns; scalars stay.
  func callAsFunction(_ x: [Double], shape: TokenShape, columns: Int) -> [Double] {
    let map = shape.components == 16 ? onMultivectors : matrix
    var result = x
    for i in 0..<shape.components {
      for c in 0..<shape.channels {
        for p in 0..<columns {
          result[(i * shape.channels + c) * columns + p] = (0..<shape.components).reduce(0) {
            $0 + map[i][$1] * x[($1 * shape.channels + c) * columns + p]
          }
        }
      }
    }
    return result
  }
}

/// Numbers from a normal distribution.
func normals(_ count: Int, _ rng: inout Philox) -> [Double] {
  (0..<count).map { _ in rng.normal() }
}

/// Massless momenta (points, 4·particles).
func masslessMomenta(_ points: Int, particles: Int, _ rng: inout Philox) -> [Double] {
  (0..<points * particles).flatMap { _ -> [Double] in
    let p = normals(3, &rng)
    return [p.reduce(0) { $0 + $1 * $1 }.squareRoot()] + p
  }
}
