// MPI as functions: its communicator and types are macros with casts, which Swift cannot read.
#pragma once
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

// Starts MPI for calls from the main thread, if it has not begun; what MPI refuses ends all ranks.
static inline void amp_mpi_start(void) {
  int begun = 0, provided = 0;
  MPI_Initialized(&begun);
  if (!begun) MPI_Init_thread(0, 0, MPI_THREAD_FUNNELED, &provided);
}

// Ends MPI, if it has begun.
static inline void amp_mpi_end(void) {
  int begun = 0, ended = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&ended);
  if (begun && !ended) MPI_Finalize();
}

static inline int amp_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int amp_mpi_size(void) {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

static inline void amp_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

static inline void amp_mpi_exchange(const void *sent, void *received, int bytes, int partner) {
  MPI_Sendrecv(sent, bytes, MPI_BYTE, partner, 0, received, bytes, MPI_BYTE, partner, 0,
               MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static inline void amp_mpi_broadcast(void *memory, int bytes, int owner) {
  MPI_Bcast(memory, bytes, MPI_BYTE, owner, MPI_COMM_WORLD);
}

static inline void amp_mpi_gather(void *memory, const int *counts, const int *offsets) {
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, memory, counts, offsets, MPI_BYTE,
                 MPI_COMM_WORLD);
}
