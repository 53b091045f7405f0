// Times training steps and matrix products, as asked for in JSON.
//
//     TrainingBenchmark --serve              answers the requests on standard input, one per line
//     TrainingBenchmark '{"model": "…"}' …   answers its arguments (to profile a single case)
//     TrainingBenchmark --scaling FILE.svg   draws how the cost grows with data, width and members
//
// An answer is one line: {"ms": …, "count": …, "parameters": …}, {"about": …} or {"error": …}.

import AmpNets
import Foundation

struct Answer: Encodable {
  /// Milliseconds per step or product.
  var ms: Double?
  /// The steps or products that were timed.
  var count: Int?
  /// The parameters of the network.
  var parameters: Int?
  var about: String?
  var error: String?
}

func answer(_ line: String) -> Answer {
  do {
    let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
    switch request.dtype {
    case "f32": return try answer(request, as: Float.self)
    case "f64": return try answer(request, as: Double.self)
    default: return Answer(error: "dtype is f32 or f64, not \(request.dtype)")
    }
  } catch {
    return Answer(error: "\(error)")
  }
}

func answer<S: Scalar>(_ request: Request, as type: S.Type) throws -> Answer {
  switch request.task {
  case "infer": return try timeInference(request, as: S.self)
  case "export": return try export(request)
  default: break
  }
  switch request.model {
  case "about": return Answer(about: BLAS.description)
  case "fma":
    let (ms, count) = timePeak(request, as: S.self)
    return Answer(ms: ms, count: count)
  case "gemm":
    let (ms, count) = timeProducts(request, as: S.self)
    return Answer(ms: ms, count: count)
  default:
    return try timeSteps(request, as: S.self)
  }
}

func reply(to line: String) throws {
  FileHandle.standardOutput.write(try JSONEncoder().encode(answer(line)) + Data("\n".utf8))
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "--serve" {
  while let line = readLine() { try reply(to: line) }
} else if arguments.first == "--scaling", let path = arguments.last, arguments.count == 2 {
  try drawScaling(to: path, threads: 2)
} else {
  for line in arguments { try reply(to: line) }
}
