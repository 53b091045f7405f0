// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Amp", path: "..")],
  targets: [
    .target(name: "CPeak"),
    .executableTarget(
      name: "TrainingBenchmark",
      dependencies: [
        "CPeak", .product(name: "AmpCore", package: "Amp"),
        .product(name: "AmpData", package: "Amp"), .product(name: "AmpNets", package: "Amp"),
        .product(name: "AmpONNX", package: "Amp"), .product(name: "AmpPlots", package: "Amp"),
        .product(name: "AmpUncertainty", package: "Amp"),
      ]),
    .executableTarget(
      name: "FileBenchmark", dependencies: [.product(name: "AmpData", package: "Amp")]),
  ],
  swiftLanguageModes: [.v6]
)
