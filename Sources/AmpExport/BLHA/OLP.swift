import AmpCore
import AmpUncertainty
import Foundation

// The functions by which a Monte Carlo program calls a one-loop provider, with the names and
// arguments of the Binoth Les Houches Accord (arXiv:1001.1307, 1308.3462).

/// Answers an order: reads the file `order` and writes the file `contract`.
///
/// `ok` becomes 1, −1 if a file cannot be read or written, or −2 if the contract contains errors.
@c(OLP_Order) public func olpOrder(
  _ order: UnsafePointer<CChar>?, _ contract: UnsafePointer<CChar>?,
  _ ok: UnsafeMutablePointer<CInt>?
) {
  guard let order = text(order), let contract = text(contract) else {
    return tell(-1, "order or contract is NULL", ok)
  }
  do {
    let signed = try Contract(contentsOf: order)
    try AtomicFile.write(to: contract) { file in
      var text = signed.text
      try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
    }
    if signed.isAccepted { return tell(1, "", ok) }
    tell(-2, "the contract \(contract) contains errors", ok)
  } catch {
    tell(-1, "\(error)", ok)
  }
}

/// Begins a contract: reads the file that `OLP_Order` wrote, and the model that it names.
///
/// `ok` becomes 1, or 0 for a contract that cannot be fulfilled; an earlier contract is over.
@c(OLP_Start) public func olpStart(
  _ contract: UnsafePointer<CChar>?, _ ok: UnsafeMutablePointer<CInt>?
) {
  Registry.shared.provider.withLock { $0.provider = nil }
  guard let contract = text(contract) else { return tell(0, "contract is NULL", ok) }
  do {
    let provider = try Provider(try Contract(contentsOf: contract), place: contract)
    Registry.shared.provider.withLock { $0.provider = provider }
    tell(1, "", ok)
  } catch {
    tell(0, "\(error)", ok)
  }
}

/// Writes name and version, at most 15 bytes each, and what to cite, at most 255 bytes.
@c(OLP_Info) public func olpInfo(
  _ name: UnsafeMutablePointer<CChar>?, _ version: UnsafeMutablePointer<CChar>?,
  _ message: UnsafeMutablePointer<CChar>?
) {
  copy("Amp", to: name, capacity: 15)
  copy(ampVersion, to: version, capacity: 15)
  copy(
    "Surrogate amplitudes with uncertainties; please cite arXiv:2412.12069.", to: message,
    capacity: 255)
}

/// Sets a parameter: `alphas` (α_s) or `alpha` (α); the case of letters does not matter.
///
/// `ok` becomes 1, 0 for a value that is not possible, or 2 for a parameter on which the amplitude
/// does not depend, or that is not known. A mass of a light quark other than zero is not possible.
@c(OLP_SetParameter) public func olpSetParameter(
  _ name: UnsafePointer<CChar>?, _ re: UnsafePointer<Double>?, _ im: UnsafePointer<Double>?,
  _ ok: UnsafeMutablePointer<CInt>?
) {
  guard let name = text(name), let re else { return tell(0, "name or value is NULL", ok) }
  let (value, imaginary) = (re.pointee, im?.pointee ?? 0)
  let key = name.lowercased().filter { $0 != " " }
  let path: WritableKeyPath<Registry.BLHA, Double?>
  switch key {
  case "alphas", "alpha_s", "as": path = \.alphaS
  case "alpha", "alphaem", "alpha_em", "alpha_qed", "aem": path = \.alpha
  case "mass(1)", "mass(2)", "mass(3)", "mass(4)", "mass(5)":
    return value == 0 && imaginary == 0
      ? tell(1, "", ok) : tell(0, "\(name) must be 0: the light quarks are massless", ok)
  default: return tell(2, "the amplitude does not depend on \(name)", ok)
  }
  guard value > 0, value.isFinite, imaginary == 0 else {
    return tell(0, "\(name) must be a positive number", ok)
  }
  Registry.shared.provider.withLock { $0[keyPath: path] = value }
  tell(1, "", ok)
}

/// Evaluates process `label`, accord 1: `momenta` (particles, 5) are (E, px, py, pz, m) in GeV.
///
/// `alphaS` points to α_s (NULL: as set). `values` receives one number, |M|², for a process with
/// `AmplitudeType LoopInduced`, and otherwise four: two poles, |M|² as the finite part, and the Born
/// term. `values[0]` is NaN for an unknown label. `scale` has no influence.
@c(OLP_EvalSubProcess) public func olpEvaluate(
  _ label: CInt, _ momenta: UnsafePointer<Double>?, _ scale: Double,
  _ alphaS: UnsafePointer<Double>?, _ values: UnsafeMutablePointer<Double>?
) {
  _ = evaluate(Int(label), momenta, alphaS: alphaS?.pointee, values)
}

/// Evaluates process `label`, accord 2, with the couplings as set.
///
/// As OLP_EvalSubProcess; `accuracy` receives the relative total uncertainty: at least 1 for a point
/// unlike those of the training, infinity where `values` are NaN, −1 where it is not known.
@c(OLP_EvalSubProcess2) public func olpEvaluate2(
  _ label: UnsafePointer<CInt>?, _ momenta: UnsafePointer<Double>?,
  _ scale: UnsafePointer<Double>?, _ values: UnsafeMutablePointer<Double>?,
  _ accuracy: UnsafeMutablePointer<Double>?
) {
  let result = label.flatMap { evaluate(Int($0.pointee), momenta, alphaS: nil, values) }
  accuracy?.pointee = result ?? .infinity
}

/// Writes the values of all parameters to a file.
@c(OLP_PrintParameter) public func olpPrintParameter(_ path: UnsafePointer<CChar>?) {
  guard let path = text(path) else { return }
  let couplings = Registry.shared.provider.withLock { $0.couplings }
  var text = "# Parameters of Amp \(ampVersion)\n"
  text += "alphas = \(couplings.alphaS)\nalpha = \(couplings.alpha)\n"
  do {
    try AtomicFile.write(to: path) { file in
      try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
    }
  } catch {
    tell(0, "\(error)", nil)
  }
}

/// Writes what was wrong in the last OLP function that sets `ok`, or an empty text.
@c(amp_olp_message) public func olpMessage(
  _ message: UnsafeMutablePointer<CChar>?, _ capacity: Int
) {
  copy(Registry.shared.provider.withLock { $0.message }, to: message, capacity: capacity)
}

private func evaluate(
  _ label: Int, _ momenta: UnsafePointer<Double>?, alphaS: Double?,
  _ values: UnsafeMutablePointer<Double>?
) -> Double? {
  guard let values else { return nil }
  values[0] = .nan
  guard let momenta else { return nil }
  let (provider, couplings) = Registry.shared.provider.withLock { ($0.provider, $0.couplings) }
  var used = couplings
  if let alphaS { used.alphaS = alphaS }
  return provider?.evaluate(label, momenta, couplings: used, to: values)
}

private func tell(_ code: CInt, _ message: String, _ ok: UnsafeMutablePointer<CInt>?) {
  Registry.shared.provider.withLock { $0.message = message }
  ok?.pointee = code
}

extension Contract {
  /// Reads and answers the file `path`, with the model that it names.
  init(contentsOf path: String) throws {
    let file = try MappedFile(path)
    guard file.bytes.count < 1 << 20 else {
      throw AmpError(
        "the file has \(file.bytes.count) bytes", in: path,
        remedy: "An order is a text of some lines: give another file.")
    }
    let order = String(decoding: file.bytes, as: UTF8.self)
    self.init(order) { model in
      guard let path = model.path else {
        throw AmpError(
          "no model is named", remedy: "Write Extra AmpModel and its path above the processes.")
      }
      return try Surrogate(contentsOf: path).description.process
    }
  }
}
