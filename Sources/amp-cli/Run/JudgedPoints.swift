import AmpCore
import AmpData

/// The points on which a surrogate is judged.
struct JudgedPoints {
  let table: AmplitudeTable
  let truth: [Double]
  let hasNoise: Bool
  let description: String
  /// What was changed when the points were read, in sentences without their full stop.
  let notes: [String]

  init(_ model: Model, data: String, dataset: String?) throws {
    let training = try model.training()
    if let configuration = training {
      if configuration.hasPoints(sha256: try SHA256.hex(ofFile: data), dataset: dataset) {
        var configuration = configuration
        configuration.data = data
        configuration.dataset = dataset ?? configuration.dataset
        let points = try RunData(configuration)
        let rows = points.split.test.isEmpty ? points.split.validation : points.split.test
        table = points.table.rows(rows)
        notes = points.notes
        truth = rows.map { points.truth.amplitudes[$0] }
        hasNoise = (configuration.noise ?? 0) > 0
        description =
          "\(grouped(rows.count)) \(points.split.test.isEmpty ? "validation" : "test") points of "
          + data
        return
      }
    }
    let (points, report) = try AmplitudeTable.read(
      data, formats: .known, badRows: .stop,
      options: .events(
        of: model.surrogate.description.process, dataset: dataset))
    table = points
    notes =
      report.notes
      + (training == nil
        ? [
          "the model does not say on which points it was trained: if they are among these, it "
            + "looks better than it is"
        ] : [])
    truth = table.amplitudes
    hasNoise = false
    description = "\(grouped(table.count)) points of \(data)"
  }
}
