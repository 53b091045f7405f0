import AmpData
import AmpPlots
import Foundation

/// Pictures of what is in a file of points.
struct PointFigures {
  let momenta: Momenta
  let amplitudes: [Double]?
  let incoming: Int

  /// Amplitude, collision energy, energies of the incoming and p_T of the outgoing particles.
  func grid(title: String) -> FigureGrid {
    var figures: [Figure] = []
    if let amplitudes {
      let power = 8 - 2 * momenta.particles
      figures.append(
        figure("Amplitude", "|M|²" + (power == 0 ? "" : " in GeV^{\(power)}"), amplitudes))
    }
    let rows = 0..<momenta.count
    figures.append(
      figure(
        "Collision energy", "√s in GeV",
        rows.map { row in
          let total = (0..<incoming).reduce(SIMD4<Double>()) { $0 + momenta[row, $1] }
          return max(0, minkowski(total, total)).squareRoot()
        }))
    for particle in 0..<min(momenta.particles, 10) {
      let isIncoming = particle < incoming
      figures.append(
        figure(
          "Particle \(particle + 1)", isIncoming ? "E in GeV" : "p_{T} in GeV",
          rows.map { row in
            let p = momenta[row, particle]
            return isIncoming ? p[0] : (p[1] * p[1] + p[2] * p[2]).squareRoot()
          }))
    }
    return FigureGrid(
      title, subtitle: "\(grouped(momenta.count)) good points", figures: figures, columns: 3)
  }

  /// A histogram over logarithmic bins, for numbers that span orders of magnitude.
  private func figure(_ title: String, _ label: String, _ values: [Double]) -> Figure {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    var figure = Figure(title, x: Axis(label, .logarithmic), y: Axis("points"))
    guard let low = positive.min(), let high = positive.max() else { return figure }
    let histogram = Histogram(
      positive, logarithmicBins: FitFigures.bins(for: positive.count),
      range: low * (1 - 1e-9)...max(high * (1 + 1e-9), low * 1.0001))
    figure.marks = [.histogram(histogram, filled: true)]
    if positive.count < values.count {
      figure.marks.append(.note("\(grouped(values.count - positive.count)) not positive"))
    }
    return figure
  }
}
