extension UncertaintyMethod {
  /// The members of an ensemble unless told otherwise.
  ///
  /// The spread of M members is known to 1/√(2(M − 1)): 18 % with 16, at 16 times the cost of one.
  public static let usualMembers = 16

  /// Networks that differ in their initial weights only, arXiv:2412.12069 without the kernel.
  ///
  /// - Parameters:
  ///   - members: the networks, at least one.
  ///   - priorWidth: σ of a Gaussian prior of the weights, nil for none.
  public static func ensemble(
    members: Int = usualMembers, priorWidth: Double? = nil
  ) -> UncertaintyMethod {
    precondition(members > 0, "an ensemble of \(members) members")
    return UncertaintyMethod(Ensemble(members: members, priorWidth: priorWidth))
  }

  /// Networks that repel each other.
  ///
  /// By arXiv:2412.12069, Eq. 24, see ``RepulsionSpace``.
  ///
  /// - Parameters:
  ///   - members: the networks, at least one.
  ///   - beta: the strength β of the repulsion, 0 for an ensemble without.
  ///   - space: where they repel each other.
  ///   - priorWidth: σ_p of a Gaussian prior of the weights, nil for none.
  public static func repulsive(
    members: Int = usualMembers, beta: Double = 1, in space: RepulsionSpace = .function,
    priorWidth: Double? = 1
  ) -> UncertaintyMethod {
    precondition(members > 0 && beta >= 0, "\(members) members with a repulsion of \(beta)")
    return UncertaintyMethod(
      RepulsiveEnsemble(members: members, beta: beta, space: space, priorWidth: priorWidth))
  }
}

extension UncertaintyChoice {
  /// Several networks, see ``UncertaintyMethod/ensemble(members:priorWidth:)``.
  public static let ensemble = UncertaintyChoice(
    name: Ensemble.name, summary: "several networks from different initial weights",
    options: ["members", "likelihood", "prior-width"]
  ) { options, _ in
    let method = Ensemble(
      members: try options.resolvedMembers(), priorWidth: try options.resolvedPriorWidth())
    return (try options.resolvedLikelihood(), method)
  }

  /// Networks that repel each other, see
  /// ``UncertaintyMethod/repulsive(members:beta:in:priorWidth:)``.
  public static let repulsive = UncertaintyChoice(
    name: RepulsiveEnsemble.name, summary: "several networks that repel each other",
    options: ["members", "likelihood", "prior-width", "beta", "repulsion"]
  ) { options, _ in
    let beta = options.beta ?? 1
    guard beta >= 0 && beta.isFinite else {
      throw AmpError(
        "the strength of the repulsion is \(beta)", in: "--beta",
        remedy: "Give 1 as in the paper, 0 for none, or another number from 0 up.")
    }
    let space = try located("--repulsion") {
      try options.repulsion.map {
        try choose($0, among: RepulsionSpace.allCases, of: "repulsion", by: \.rawValue)
      } ?? .function
    }
    let method = RepulsiveEnsemble(
      members: try options.resolvedMembers(), beta: beta, space: space,
      priorWidth: try options.resolvedPriorWidth() ?? 1)
    return (try options.resolvedLikelihood(), method)
  }
}

extension UncertaintyOptions {
  fileprivate func resolvedMembers() throws -> Int {
    let members = members ?? UncertaintyMethod.usualMembers
    guard (1...10_000).contains(members) else {
      throw AmpError(
        "an ensemble of \(members) networks is not possible", in: "--members",
        remedy: "Give a number from 1 up, for example \(UncertaintyMethod.usualMembers).")
    }
    return members
  }

  fileprivate func resolvedPriorWidth() throws -> Double? {
    guard priorWidth.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw AmpError(
        "the width of the prior is \(priorWidth ?? 0)", in: "--prior-width",
        remedy: "Give a positive number, for example 1.")
    }
    return priorWidth
  }
}
