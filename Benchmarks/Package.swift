// swift-tools-version: 6.1
// Benchmarks are a package of their own, so that nobody who uses Descent builds them.
import PackageDescription

let package = Package(
  name: "DescentBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Descent", path: "..")],
  targets: [
    .target(name: "CPeak"),
    .target(name: "TypeChecking", dependencies: [.product(name: "Descent", package: "Descent")]),
    .executableTarget(name: "Figures", dependencies: ["CPeak", .product(name: "Descent", package: "Descent")]),
  ],
  swiftLanguageModes: [.v6]
)
