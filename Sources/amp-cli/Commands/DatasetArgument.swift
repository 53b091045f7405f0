import ArgumentParser

/// The option that picks the points of one dataset, shared by all commands that read points.
struct DatasetArgument: ParsableArguments {
  @Option(
    help: "HDF5: the dataset with the points, such as aag; may be left out if it is the only one.")
  var dataset: String?

  /// The name as it stands in lists of datasets: `deep/aag` for `/deep//aag`.
  var name: String? {
    dataset.map { text in
      text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
  }
}
