/// The rows of a table that serve for training, validation and test: disjoint and exhaustive.
///
/// Rows are shuffled by the seed and cut into test, validation and training rows in this order,
/// so that test and validation stay the same while the training part is shortened.
public struct Split: Sendable, Equatable {
  /// The rows for training, in random order.
  public let training: [Int]

  /// The rows for choosing the best network, in random order.
  public let validation: [Int]

  /// The rows for judging it, in random order.
  public let test: [Int]

  /// Splits `count` rows.
  ///
  /// - Parameters:
  ///   - count: The number of rows.
  ///   - training: The fraction for training.
  ///   - validation: The fraction for validation, rounded to whole rows.
  ///   - test: The fraction for test, rounded to whole rows. The three add up to 1.
  ///   - trainFraction: The part of the training rows to use: the first ⌈trainFraction · n⌉ of
  ///     them, so that smaller parts lie inside larger ones.
  ///   - seed: Selects the shuffling.
  /// - Throws: ``AmpError`` if the fractions do not add up to 1 or leave a part without rows.
  public init(
    count: Int, training: Double = 0.7, validation: Double = 0.1, test: Double = 0.2,
    trainFraction: Double = 1, seed: UInt64
  ) throws(AmpError) {
    let fractions = [training, validation, test]
    guard fractions.allSatisfy({ $0 >= 0 }), abs(fractions.reduce(0, +) - 1) < 1e-9 else {
      throw AmpError(
        "the fractions \(training), \(validation) and \(test) for training, validation and test "
          + "do not add up to 1", in: "split",
        remedy: "Give three fractions from 0 to 1, for example 0.7, 0.1 and 0.2.")
    }
    guard trainFraction > 0 && trainFraction <= 1 else {
      throw AmpError(
        "the train fraction \(trainFraction) is not in (0, 1]", in: "split",
        remedy: "Give the part of the training points to use, for example 0.25.")
    }
    guard count <= Int(Int32.max) else {
      throw AmpError(
        "\(count) points are too many to shuffle", in: "split",
        remedy: "Use at most \(Int32.max) points.")
    }
    let testCount = Int((test * Double(count)).rounded())
    let validationCount = min(Int((validation * Double(count)).rounded()), count - testCount)
    let trainingCount = count - testCount - validationCount
    let counts = [trainingCount, validationCount, testCount]
    for (part, name) in ["training", "validation", "test"].enumerated()
    where fractions[part] > 0 && counts[part] == 0 {
      throw AmpError(
        "a fraction of \(fractions[part]) leaves none of \(count) points for \(name)",
        in: "split", remedy: "Use more points or a larger fraction.")
    }
    var random = Philox(seed: seed, purpose: .split)
    let order = random.permutation(count).map(Int.init)
    // A hair less, so that 0.25 · 100 000 does not round up to 25 001 points.
    let used = Int((trainFraction * Double(trainingCount) - 1e-6).rounded(.up))
    let first = testCount + validationCount
    self.test = Array(order[..<testCount])
    self.validation = Array(order[testCount..<first])
    self.training = Array(order[first..<first + min(max(used, 1), trainingCount)])
  }
}

extension AmplitudeTable {
  /// The points for training, validation and test; see ``Split``.
  ///
  /// - Throws: ``AmpError`` if the fractions do not add up to 1 or leave a part without points.
  public func split(
    training: Double = 0.7, validation: Double = 0.1, test: Double = 0.2,
    trainFraction: Double = 1, seed: UInt64
  ) throws(AmpError) -> (training: AmplitudeTable, validation: AmplitudeTable, test: AmplitudeTable)
  {
    let split = try Split(
      count: count, training: training, validation: validation, test: test,
      trainFraction: trainFraction, seed: seed)
    return (rows(split.training), rows(split.validation), rows(split.test))
  }
}
