// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Amp",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "AmpCore", targets: ["AmpCore"]),
    .library(name: "AmpNets", targets: ["AmpNets"]),
    .library(name: "AmpUncertainty", targets: ["AmpUncertainty"]),
    .library(name: "AmpData", targets: ["AmpData"]),
    .library(name: "AmpONNX", targets: ["AmpONNX"]),
    .library(name: "AmpPlots", targets: ["AmpPlots"]),
    .library(name: "AmpHDF5", targets: ["AmpHDF5"]),
    .executable(name: "amp-cli", targets: ["amp-cli"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Training over several processes with Open MPI.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // MARK: - System libraries
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),

    // Only built with the trait MPI.
    .systemLibrary(
      name: "COpenMPI", pkgConfig: "ompi-c",
      providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),

    // MARK: - Kernels (the only C)
    .target(name: "CAmpKernels"),

    // MARK: - Libraries
    .target(
      name: "AmpCore", dependencies: ["COpenBLAS", "CZlib", "CAmpKernels"],
      // Debian's OpenBLAS carries no LAPACKE; Homebrew's does.
      linkerSettings: [.linkedLibrary("lapacke", .when(platforms: [.linux]))]),
    .target(name: "AmpNets", dependencies: ["AmpCore"]),
    .target(name: "AmpUncertainty", dependencies: ["AmpCore", "AmpNets"]),
    .target(name: "AmpData", dependencies: ["AmpCore"]),
    .target(name: "AmpONNX", dependencies: ["AmpCore", "AmpNets", "AmpUncertainty"]),
    .target(name: "AmpPlots", dependencies: []),
    // Apart, so that nobody but the tool links libhdf5.
    .target(name: "AmpHDF5", dependencies: ["AmpData", "CHDF5"]),

    .target(
      name: "AmpMPI",
      dependencies: ["AmpCore", .target(name: "COpenMPI", condition: .when(traits: ["MPI"]))]),

    // MARK: - Tool
    .executableTarget(
      name: "amp-cli",
      dependencies: [
        "AmpCore", "AmpNets", "AmpUncertainty", "AmpData", "AmpONNX", "AmpPlots", "AmpHDF5",
        .target(name: "AmpMPI", condition: .when(traits: ["MPI"])),
        "Yams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // MARK: - Tests
    .target(name: "TestSupport", dependencies: ["AmpCore"], path: "Tests/TestSupport"),
    .testTarget(
      name: "AmpCoreTests", dependencies: ["AmpCore", "CAmpKernels", "TestSupport"]),
    .testTarget(name: "AmpNetsTests", dependencies: ["AmpNets", "TestSupport"]),
    .testTarget(
      name: "AmpUncertaintyTests", dependencies: ["AmpUncertainty", "AmpData", "TestSupport"]),
    .testTarget(name: "AmpDataTests", dependencies: ["AmpData", "TestSupport"]),
    .testTarget(name: "AmpONNXTests", dependencies: ["AmpONNX", "AmpData", "TestSupport"]),
    .testTarget(name: "AmpPlotsTests", dependencies: ["AmpPlots", "TestSupport"]),
    .testTarget(name: "AmpHDF5Tests", dependencies: ["AmpHDF5", "AmpData", "TestSupport"]),
    // Effects of the paper behind Amp in seconds, for `make test`; with XCTest.
    .testTarget(name: "ReproductionTests", dependencies: ["AmpData", "AmpUncertainty"]),
    .testTarget(
      name: "PageTests",
      dependencies: ["AmpData", "AmpNets", "AmpUncertainty", "AmpPlots", "TestSupport"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "amp-cli", "AmpData", "AmpUncertainty", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// MARK: - Thread sanitizer
// For scripts/sanitize-threads.sh alone.
if Context.environment["AMP_SANITIZE_THREADS"] != nil {
  package.targets.append(
    .executableTarget(
      name: "thread-test", dependencies: ["AmpCore", "AmpUncertainty", "AmpData", "TestSupport"],
      path: "Tests/Threads"))
}

// MARK: - C interface
// Functions with @c need Swift 6.3; everything else needs 6.1.
#if compiler(>=6.3)
  package.products.append(.library(name: "AmpExport", type: .dynamic, targets: ["AmpExport"]))
  package.targets += [
    .target(
      name: "AmpExport", dependencies: ["AmpCore", "AmpData", "AmpUncertainty"],
      exclude: ["include"]),
    .testTarget(
      name: "AmpExportTests", dependencies: ["AmpExport", "AmpData", "TestSupport"]),
  ]
#endif
