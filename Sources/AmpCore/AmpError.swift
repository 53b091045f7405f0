/// A problem with what the user gave: what is wrong, where, and how to mend it.
///
/// One type serves every library of Amp, so that a caller catches and prints one thing:
/// `points.npy, row 17: amplitude is -3e-07. Amplitudes must be positive: remove the row.`
/// Programming errors (mismatched shapes) are traps, never an `AmpError`.
public struct AmpError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, option or key in which the problem lies, if it lies in one.
  public var place: String?

  /// The line (from 1) or the row (from 0) in ``place``, for example `row 17`, `line 3`.
  public var position: String?

  /// What is wrong, as a sentence without its full stop.
  public var problem: String

  /// What the user can do about it, as a full sentence.
  public var remedy: String

  /// Whether the problem is a name that stands for nothing, misspelt perhaps.
  ///
  /// Where the name was typed as an option it is the command line that is wrong.
  package private(set) var isUnknownName = false

  /// Creates an error from its parts.
  public init(
    _ problem: String, in place: String? = nil, at position: String? = nil, remedy: String
  ) {
    self.place = place
    self.position = position
    self.problem = problem
    self.remedy = remedy
  }

  /// An error about a name that stands for nothing.
  package static func unknownName(
    _ problem: String, in place: String? = nil, remedy: String
  ) -> AmpError {
    var error = AmpError(problem, in: place, remedy: remedy)
    error.isUnknownName = true
    return error
  }

  /// The sentence shown to the user.
  public var description: String {
    let location = [place, position].compactMap { $0 }.joined(separator: ", ")
    return (location.isEmpty ? "" : location + ": ") + problem + ". " + remedy
  }
}

/// What `body` returns; an error of it without a place gets `place`.
package func located<Result>(_ place: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch var error as AmpError {
    error.place = error.place ?? place
    throw error
  }
}
