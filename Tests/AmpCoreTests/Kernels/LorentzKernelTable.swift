import AmpCore
import CAmpKernels

/// The Lorentz kernels of one level in one precision, under one type for Float and Double.
struct LorentzKernelTable<S: Scalar> {
  typealias Source = UnsafePointer<S>?
  typealias Target = UnsafeMutablePointer<S>?
  typealias Tokens = UnsafePointer<amp_tokens>?
  typealias Norm = (Tokens, Int, Source, Target) -> Void
  typealias NormBack = (Tokens, Int, Source, Source, Target, CInt) -> Void
  typealias Map = (Tokens, Source, Target) -> Void
  typealias MapBack = (Tokens, Source, Source, Target, CInt) -> Void

  let level: String
  let mix: (Int, UnsafePointer<amp_mixing>?, Int, Int, Source, Source, Int, Target) -> Void
  let outer: (Int, UnsafePointer<amp_outer>?, Int, Source, Int, Source) -> Void
  let rowSums: (Int, Int, Source, Int, Int, Target, CInt) -> Void
  let transpose: (Int, Int, Source, Int, Target, Int, S, CInt) -> Void
  let norms: [(name: String, components: Int, forward: Norm, back: NormBack)]
  let maps: [(name: String, components: Int, forward: Map, back: MapBack)]
  let attention: (Tokens, Int, Int, Source, Target, Target) -> Void
  let attentionBack: (Tokens, Int, Int, Source, Source, Source, Target, CInt) -> Void
}

/// `Float` or `Double` with the tables of all levels that this processor has.
protocol LorentzKernelScalar: Scalar {
  static var lorentzLevels: [LorentzKernelTable<Self>] { get }
}

private let levelNames = [
  (number: CInt(AMP_LEVEL_BASELINE), name: "baseline"),
  (number: CInt(AMP_LEVEL_AVX2), name: "avx2"),
  (number: CInt(AMP_LEVEL_AVX512), name: "avx512"),
]

extension Float: LorentzKernelScalar {
  static var lorentzLevels: [LorentzKernelTable<Float>] {
    levelNames.compactMap { level in
      guard let t = amp_lorentz_f32(level.number)?.pointee else { return nil }
      return LorentzKernelTable(
        level: "\(level.name) f32", mix: t.mix, outer: t.outer_product, rowSums: t.row_sums,
        transpose: t.transpose_part,
        norms: [
          ("norm", 16, t.geometric_norm, t.geometric_norm_back),
          ("joint norm", 4, t.joint_norm, t.joint_norm_back),
        ],
        maps: [
          ("product", 16, t.geometric_product, t.geometric_product_back),
          ("gate", 16, t.gate, t.gate_back),
          ("gated unit", 4, t.gated_unit, t.gated_unit_back),
        ], attention: t.attention, attentionBack: t.attention_back)
    }
  }
}

extension Double: LorentzKernelScalar {
  static var lorentzLevels: [LorentzKernelTable<Double>] {
    levelNames.compactMap { level in
      guard let t = amp_lorentz_f64(level.number)?.pointee else { return nil }
      return LorentzKernelTable(
        level: "\(level.name) f64", mix: t.mix, outer: t.outer_product, rowSums: t.row_sums,
        transpose: t.transpose_part,
        norms: [
          ("norm", 16, t.geometric_norm, t.geometric_norm_back),
          ("joint norm", 4, t.joint_norm, t.joint_norm_back),
        ],
        maps: [
          ("product", 16, t.geometric_product, t.geometric_product_back),
          ("gate", 16, t.gate, t.gate_back),
          ("gated unit", 4, t.gated_unit, t.gated_unit_back),
        ], attention: t.attention, attentionBack: t.attention_back)
    }
  }
}
