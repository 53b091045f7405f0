/// What to time; what is left out of the JSON has the values below.
struct Request: Decodable {
  /// What to train, see `Parts`; `gemm`, `fma`, or `about` for the libraries used.
  var model: String
  /// `train`; `infer` to predict; `export` to write an ONNX graph to `path`.
  var task = "train"
  /// Whether a prediction begins with momenta and ends with uncertainties.
  var features = false
  /// Where to write.
  var path: String?
  /// `f32` or `f64`.
  var dtype = "f32"
  /// `adam`, `adamw` or `soap`.
  var optimizer = "adam"
  var threads = 2
  /// The points of a step.
  var batch = 1024
  /// The points of an epoch; nil for 64 steps.
  var points: Int?
  /// The widths of the hidden layers; nil for the usual ones.
  var hidden: [Int]?
  /// The parts of a batch; nil for as many as usual.
  var shards: Int?
  /// The order of the matrices of `gemm`.
  var size = 128
  /// How long to measure, after the warm-up.
  var seconds = 0.3

  enum CodingKeys: CodingKey {
    case model, task, features, path, dtype, optimizer, threads, batch, points, hidden, shards, size
    case seconds
  }

  init(model: String, threads: Int) {
    self.model = model
    self.threads = threads
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try values.decode(String.self, forKey: .model)
    task = try values.decodeIfPresent(String.self, forKey: .task) ?? task
    features = try values.decodeIfPresent(Bool.self, forKey: .features) ?? features
    path = try values.decodeIfPresent(String.self, forKey: .path)
    dtype = try values.decodeIfPresent(String.self, forKey: .dtype) ?? dtype
    optimizer = try values.decodeIfPresent(String.self, forKey: .optimizer) ?? optimizer
    threads = try values.decodeIfPresent(Int.self, forKey: .threads) ?? threads
    batch = try values.decodeIfPresent(Int.self, forKey: .batch) ?? batch
    points = try values.decodeIfPresent(Int.self, forKey: .points)
    hidden = try values.decodeIfPresent([Int].self, forKey: .hidden)
    shards = try values.decodeIfPresent(Int.self, forKey: .shards)
    size = try values.decodeIfPresent(Int.self, forKey: .size) ?? size
    seconds = try values.decodeIfPresent(Double.self, forKey: .seconds) ?? seconds
  }
}
