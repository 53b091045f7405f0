/// What a snippet should have done and has not; `precondition` would be silent in release mode.
struct Unfulfilled: Error {
  let demand: String
}

/// Throws unless `isFulfilled`.
func demand(_ isFulfilled: Bool, _ demand: String) throws {
  if !isFulfilled { throw Unfulfilled(demand: demand) }
}
