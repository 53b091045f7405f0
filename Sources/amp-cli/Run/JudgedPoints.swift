import AmpCore
import AmpData

/// The points on which a surrogate is judged.
struct JudgedPoints {
  let table: AmplitudeTable
  let truth: [Double]
  let hasNoise: Bool
  let description: String

  init(_ model: Model, data: String) throws {
    if let folder = model.folder {
      let configuration = try RunConfiguration(contentsOf: folder.configuration)
      if try SHA256.hex(ofFile: data) == configuration.dataSHA256 {
        var configuration = configuration
        configuration.data = data
        let points = try RunData(configuration)
        let rows = points.split.test.isEmpty ? points.split.validation : points.split.test
        table = points.table.rows(rows)
        truth = rows.map { points.truth.amplitudes[$0] }
        hasNoise = (configuration.noise ?? 0) > 0
        description =
          "\(grouped(rows.count)) \(points.split.test.isEmpty ? "validation" : "test") points of "
          + data
        return
      }
    }
    table = try AmplitudeTable(contentsOf: data)
    truth = table.amplitudes
    hasNoise = false
    description = "\(grouped(table.count)) points of \(data)"
  }
}
