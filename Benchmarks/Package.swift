// swift-tools-version: 6.1
// Benchmarks are a package of their own, so that nobody who uses Descent builds them.
import PackageDescription

let package = Package(
  name: "DescentBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Descent", path: ".."),
    // The command line of the programs, as in the package itself.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // The harness of the micro-benchmarks: warm-up, iterations, statistics. Small, and builds in seconds.
    .package(url: "https://github.com/google/swift-benchmark", from: "0.1.2"),
  ],
  targets: [
    .target(name: "CPeak"),
    .target(name: "TypeChecking", dependencies: [.product(name: "Descent", package: "Descent")]),
    .executableTarget(
      name: "Workloads",
      dependencies: [
        "CPeak", .product(name: "Descent", package: "Descent"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "MicroBenchmarks",
      dependencies: [
        .product(name: "Descent", package: "Descent"), .product(name: "Benchmark", package: "swift-benchmark"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
