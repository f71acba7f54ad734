// swift-tools-version: 6.1
// Complete programs to copy from. Run one with: swift run -c release --package-path Examples Lecture
import PackageDescription

/// An example is a folder with its program in main.swift, a README, and what came of a run in Results.
let examples = [
  "Lecture", "Digits", "ByHand", "FashionMNIST", "Shakespeare", "Tabular", "Sequences", "Diffusion", "VoiceActivity",
]

let package = Package(
  name: "DescentExamples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Descent", path: "..")],
  targets: examples.map {
    .executableTarget(
      name: $0, dependencies: [.product(name: "Descent", package: "Descent")], exclude: ["README.md", "Results"])
  },
  swiftLanguageModes: [.v6]
)
