import AmpExport
import AmpUncertainty
import TestSupport

/// A surrogate as C programs hold it.
struct Loaded: Sendable {
  let number: Int32

  /// Loads a model file; nil, with the message, if that fails.
  static func load(
    _ path: String?, _ maximum: Double = 0, samples: Int = 0
  ) -> (loaded: Loaded?, status: CInt, message: String) {
    var number: Int32 = -1
    var message = [CChar](repeating: 1, count: 400)
    let status =
      path?.withCString { AmpExport.load($0, maximum, samples, &number, &message, 400) }
      ?? AmpExport.load(nil, maximum, samples, &number, &message, 400)
    let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let loaded = status == Status.ok.rawValue ? Loaded(number: number) : nil
    return (loaded, status, String(decoding: bytes, as: UTF8.self))
  }

  /// Results of many points.
  struct Values: Equatable, Sendable {
    var status: CInt = 0
    var amplitude: [Double]
    var systematic: [Double]
    var statistical: [Double]
    var verdict: [CInt]

    init(_ count: Int) {
      amplitude = [Double](repeating: 7, count: count)
      systematic = amplitude
      statistical = amplitude
      verdict = [CInt](repeating: 7, count: count)
    }

    /// Whether two results have the same bits, where NaN is NaN.
    static func == (a: Values, b: Values) -> Bool {
      func bits(_ values: Values) -> [UInt64] {
        (values.amplitude + values.systematic + values.statistical).map(\.bitPattern)
      }
      return bits(a) == bits(b) && a.verdict == b.verdict && a.status == b.status
    }
  }

  /// All points by one call.
  func evaluate(_ momenta: Momenta) -> Values {
    var values = Values(momenta.count)
    values.status = AmpExport.evaluate(
      number, momenta.count, momenta.particles, momenta.components, &values.amplitude,
      &values.systematic, &values.statistical, &values.verdict, nil, 0)
    return values
  }

  /// All points one by one.
  func evaluateEach(_ momenta: Momenta) -> Values {
    var values = Values(momenta.count)
    var result = [Double](repeating: 7, count: 3)
    for i in 0..<momenta.count {
      let status = momenta.components.withUnsafeBufferPointer {
        evaluatePoint(
          number, $0.baseAddress.map { $0 + i * 4 * momenta.particles }, &result,
          &values.verdict[i])
      }
      if status != 0 { values.status = status }
      (values.amplitude[i], values.systematic[i], values.statistical[i]) = (
        result[0], result[1], result[2]
      )
    }
    return values
  }
}

/// Calls `body` with the path of a model file for `surrogate`.
func withModel<Result>(
  _ surrogate: Surrogate, _ body: (String) throws -> Result
) throws -> Result {
  try withScratchFolder { folder in
    let path = folder + "/model.safetensors"
    try surrogate.write(to: path)
    return try body(path)
  }
}
