/// Reads a decimal number from text, correctly rounded, several times faster than `strtod`.
///
/// A number w · 10^e with w < 2⁶⁴ and |e| ≤ 27 is one exact multiplication or division by
/// 5^|e| < 2⁶⁴ in 128 bits; this covers nearly all that files of momenta hold. Anything else
/// (more than 19 digits, larger exponents, `nan`, `inf`) goes to the standard library.
///
/// On success `cursor` moves behind the number; otherwise it stays and the result is nil.
package func scanDouble(
  _ cursor: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
) -> Double? {
  let start = cursor
  var at = cursor
  var isNegative = false
  if at < end, at.pointee == 0x2d || at.pointee == 0x2b {
    isNegative = at.pointee == 0x2d
    at += 1
  }
  var mantissa: UInt64 = 0
  var exponent = 0
  var significant = 0
  var digits = 0
  func isDigit() -> Bool { at < end && at.pointee &- 0x30 < 10 }
  while isDigit() {
    mantissa = mantissa &* 10 &+ UInt64(at.pointee &- 0x30)
    significant += mantissa == 0 && significant == 0 ? 0 : 1
    digits += 1
    at += 1
  }
  if at < end, at.pointee == 0x2e {
    at += 1
    while isDigit() {
      mantissa = mantissa &* 10 &+ UInt64(at.pointee &- 0x30)
      significant += mantissa == 0 && significant == 0 ? 0 : 1
      digits += 1
      exponent -= 1
      at += 1
    }
  }
  guard digits > 0 else { return scanWord(&cursor, end: end) }
  if at < end, at.pointee | 0x20 == 0x65 {
    // An e without digits after it does not belong to the number.
    let mark = at
    at += 1
    var isSmall = false
    if at < end, at.pointee == 0x2d || at.pointee == 0x2b {
      isSmall = at.pointee == 0x2d
      at += 1
    }
    var power = 0
    if isDigit() {
      while isDigit() {
        power = min(power * 10 + Int(at.pointee &- 0x30), 100_000)
        at += 1
      }
      exponent += isSmall ? -power : power
    } else {
      at = mark
    }
  }
  cursor = at
  if mantissa == 0 && significant == 0 { return isNegative ? -0.0 : 0 }
  if significant > 19 || abs(exponent) > 27 {
    let text = UnsafeBufferPointer(start: start, count: at - start)
    return Double(String(decoding: text, as: UTF8.self))
  }
  let magnitude = rounded(mantissa, timesTenTo: exponent)
  return isNegative ? -magnitude : magnitude
}

/// The double nearest to w · 10^e, ties to even, for 0 < w and |e| ≤ 27.
private func rounded(_ w: UInt64, timesTenTo e: Int) -> Double {
  let shift = w.leadingZeroBitCount
  let wide = w << UInt64(shift)
  var bits: UInt64  // The 64 leading bits of the result.
  var isInexact: Bool
  var scale: Int  // The result is (bits + something in [0, 1)) · 2^scale.
  let power = powersOfFive.withUnsafeBufferPointer { $0[abs(e)] }
  let powerShift = power.leadingZeroBitCount
  let divisor = power << UInt64(powerShift)
  if e <= 0 {
    let isLess = wide < divisor
    let (quotient, remainder) = divisor.dividingFullWidth(
      isLess ? (wide, 0) : (wide >> 1, wide << 63))
    (bits, isInexact) = (quotient, remainder != 0)
    scale = (isLess ? -64 : -63) + powerShift - shift + e
  } else {
    let product = wide.multipliedFullWidth(by: divisor)
    (bits, isInexact) = (product.high, product.low != 0)
    scale = 64 - powerShift - shift + e
    if bits >> 63 == 0 {
      bits = bits << 1 | product.low >> 63
      isInexact = product.low << 1 != 0
      scale -= 1
    }
  }
  // 53 of the 64 bits stay.
  var mantissa = bits >> 11
  let rest = bits & 0x7ff
  if rest > 0x400 || (rest == 0x400 && (isInexact || mantissa & 1 == 1)) { mantissa += 1 }
  return Double(mantissa) * Double(bitPattern: UInt64(scale + 11 + 1023) << 52)
}

/// Reads `nan`, `inf` or `infinity` in any case, with or without a sign.
private func scanWord(
  _ cursor: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
) -> Double? {
  var at = cursor
  while at < end, at - cursor < 9, at.pointee != 0x2c, at.pointee > 0x20 { at += 1 }
  let text = UnsafeBufferPointer(start: cursor, count: at - cursor)
  let word = String(decoding: text, as: UTF8.self).lowercased()
  let unsigned = word.hasPrefix("-") || word.hasPrefix("+") ? String(word.dropFirst()) : word
  let value: Double
  switch unsigned {
  case "nan": value = .nan
  case "inf", "infinity": value = .infinity
  default: return nil
  }
  cursor = at
  return word.hasPrefix("-") ? -value : value
}

/// 5⁰ to 5²⁷, the largest below 2⁶⁴.
private let powersOfFive: [UInt64] = {
  var powers: [UInt64] = [1]
  for _ in 1...27 { powers.append((powers.last ?? 0) * 5) }
  return powers
}()
