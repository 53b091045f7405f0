#if MPI
  import AmpCore
  import COpenMPI

  /// The processes that `mpirun` has started.
  ///
  /// MPI itself keeps the state of the process; this value only knows the numbers. A rank that is lost
  /// ends all others: what a checkpoint holds is kept. All calls come from the main thread.
  public struct MPIRanks: Ranks {
    /// The number of this process in MPI_COMM_WORLD.
    public let rank: Int
    /// The size of MPI_COMM_WORLD.
    public let count: Int

    /// Joins the other processes; begins MPI unless it has begun.
    public init() {
      amp_mpi_start()
      (rank, count) = (Int(amp_mpi_rank()), Int(amp_mpi_size()))
    }

    /// Leaves the other processes in order; all must, and none may exchange anything afterwards.
    public func leave() { amp_mpi_end() }

    /// Ends all processes, with `code` as the result of `mpirun`.
    public func abort(code: Int32) { amp_mpi_abort(code) }

    /// `MPI_Sendrecv`, see ``AmpCore/Ranks``.
    public func exchange(
      _ memory: UnsafeRawPointer, bytes: Int, with partner: Int,
      into received: UnsafeMutableRawPointer
    ) {
      parts(bytes) {
        amp_mpi_exchange(memory + $0, received + $0, Int32($1), Int32(partner))
      }
    }

    /// `MPI_Bcast`, see ``AmpCore/Ranks``.
    public func broadcast(_ memory: UnsafeMutableRawPointer, bytes: Int, from owner: Int) {
      parts(bytes) { amp_mpi_broadcast(memory + $0, Int32($1), Int32(owner)) }
    }

    /// `MPI_Allgatherv` in place, see ``AmpCore/Ranks``.
    public func gather(_ memory: UnsafeMutableRawPointer, bounds: [Int]) {
      guard let total = bounds.last, total > Int(Int32.max) else {
        let offsets = bounds.map { Int32($0) }
        let counts = zip(offsets.dropFirst(), offsets).map { $0 - $1 }
        return amp_mpi_gather(memory, counts, offsets)
      }
      for owner in 0..<count {
        broadcast(
          memory + bounds[owner], bytes: bounds[owner + 1] - bounds[owner], from: owner)
      }
    }

    /// Calls `body` with offset and length of parts that MPI's 32-bit counts can hold.
    private func parts(_ bytes: Int, _ body: (Int, Int) -> Void) {
      let most = 1 << 30
      for start in stride(from: 0, to: bytes, by: most) { body(start, min(most, bytes - start)) }
    }
  }
#endif
