import AmpData
import AmpUncertainty

/// The Swift of Docs/Recalibration.md.
func recalibration(_ surrogate: Surrogate, _ validation: AmplitudeTable) throws {
  // shown
  let points = try CalibrationPoints(surrogate, validation)
  let calibrated = try surrogate.recalibrated(by: .conformal(points, level: 0.9))
  try calibrated.write(to: "calibrated.safetensors")
  // hidden
}
