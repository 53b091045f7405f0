import Foundation

/// Says what has happened when an input file is cut short while it is read.
///
/// Files are mapped into memory, and touching a page behind the new end of one raises SIGBUS, which
/// would end the process without a word. The handler only does what a handler may: it writes a constant
/// and leaves, with the exit code of bad input. A program that is started gets the usual handling back,
/// so that workers die of SIGBUS and those who started them see it.
func explainCutInput() {
  signal(SIGBUS) { _ in
    let text: StaticString = """
      Error: an input file was cut short while it was read. Give it again when it is complete; no \
      output was finished.

      """
    _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
    _exit(1)
  }
}
