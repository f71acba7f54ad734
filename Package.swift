// swift-tools-version: 6.1
// Descent: tensors that know their derivatives. Documentation/Architecture.md explains the targets and their arrows.
import PackageDescription

let package = Package(
  name: "Descent",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Descent", targets: ["Descent"]),
    .executable(name: "descent", targets: ["DescentCommand"]),
  ],
  dependencies: [
    // Parses the command line: help pages, typed options and error messages that users already know.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Reads descriptions of models in YAML, for the command alone: the library reads JSON and needs no parser of YAML.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // Reference values in the tests: an independent implementation of the elementary functions.
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    // C: what Swift can't say without unsafe flags. A thread's own storage and the thread pool; vectorised loops.
    .target(name: "CDescentRuntime"),
    .target(name: "CDescentKernels"),

    // The language, the mathematics, the embedded engine. A target never imports one below it in this list.
    .target(name: "DescentGraph", dependencies: ["CDescentRuntime"]),
    .target(name: "DescentCalculus", dependencies: ["DescentGraph"]),
    .target(name: "DescentCPU", dependencies: ["CDescentKernels", "CDescentRuntime", "DescentGraph"]),

    // Formulas and pictures as values, with renderers; they know nothing of tensors.
    .target(name: "DescentNotation"),
    .target(name: "DescentDrawing"),

    // What users hold.
    .target(name: "DescentTensor", dependencies: ["DescentCPU", "DescentCalculus", "DescentGraph"]),
    .target(
      name: "DescentData", dependencies: ["DescentGraph", "DescentTensor"],
      resources: [
        .copy("Resources/digits.csv"), .copy("Resources/iris.csv"), .copy("Resources/wine.csv"),
        .copy("Resources/breast_cancer.csv"), .copy("Resources/diabetes.csv"),
      ]),
    // From a graph to a derivation, and its forms.
    .target(
      name: "DescentExplain",
      dependencies: ["DescentCalculus", "DescentDrawing", "DescentGraph", "DescentNotation", "DescentTensor"]),
    .target(name: "DescentNetworks", dependencies: ["DescentData", "DescentDrawing", "DescentTensor"]),
    // Tensor programs as text, in Python's expression syntax: read, run, explained, checked.
    .target(
      name: "DescentProgram",
      dependencies: [
        "DescentCalculus", "DescentData", "DescentDrawing", "DescentExplain", "DescentGraph", "DescentNetworks",
        "DescentNotation", "DescentTensor",
      ]),
    .target(
      name: "Descent",
      dependencies: [
        "DescentData", "DescentExplain", "DescentGraph", "DescentNetworks", "DescentProgram", "DescentTensor",
      ]),
    // Cases computed by other programs, and how each operation is spelt here. A library, since `descent verify` and the
    // tests check the same cases in the same way.
    .target(name: "DescentReference", dependencies: ["DescentData", "DescentGraph", "DescentTensor"]),
    .executableTarget(
      name: "DescentCommand",
      dependencies: [
        "Descent", "DescentExplain", "DescentProgram", "DescentReference",
        .product(name: "ArgumentParser", package: "swift-argument-parser"), .product(name: "Yams", package: "Yams"),
      ]),

    // Tests: one folder per target, and the instruments they share, which are tested themselves.
    .target(
      name: "TestSupport",
      dependencies: [
        "DescentCalculus", "DescentGraph", "DescentTensor", .product(name: "RealModule", package: "swift-numerics"),
      ],
      path: "Tests/TestSupport"),
    .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"]),
    .testTarget(
      name: "DescentKernelsTests",
      dependencies: ["CDescentKernels", "CDescentRuntime", .product(name: "RealModule", package: "swift-numerics")]),
    .testTarget(name: "DescentGraphTests", dependencies: ["DescentGraph", "TestSupport"]),
    .testTarget(name: "DescentNotationTests", dependencies: ["DescentNotation", "TestSupport"]),
    .testTarget(name: "DescentDrawingTests", dependencies: ["DescentDrawing", "TestSupport"]),
    .testTarget(
      name: "DescentExplainTests",
      dependencies: [
        "DescentExplain", "DescentNetworks", "DescentNotation", "DescentProgram", "DescentTensor", "TestSupport",
      ]),
    .testTarget(name: "DescentProgramTests", dependencies: ["DescentProgram", "TestSupport"]),
    .testTarget(name: "DescentCalculusTests", dependencies: ["DescentCalculus", "DescentReference", "TestSupport"]),
    .testTarget(name: "DescentReferenceTests", dependencies: ["DescentReference", "TestSupport"]),
    .testTarget(name: "DescentCPUTests", dependencies: ["DescentCPU", "DescentCalculus", "TestSupport"]),
    .testTarget(name: "DescentTensorTests", dependencies: ["DescentNetworks", "DescentTensor", "TestSupport"]),
    .testTarget(name: "DescentNetworksTests", dependencies: ["Descent", "TestSupport"], exclude: ["References"]),
    .testTarget(name: "DescentDataTests", dependencies: ["DescentData", "TestSupport"], exclude: ["References"]),
    .testTarget(name: "DescentCommandTests", dependencies: ["DescentCommand", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
