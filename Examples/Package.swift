// swift-tools-version: 6.1
// Complete programs to copy from. Run one with: swift run -c release --package-path Examples Lecture
import PackageDescription

let package = Package(
  name: "DescentExamples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Descent", path: "..")],
  targets: ["Lecture", "Digits", "ByHand"].map {
    .executableTarget(name: $0, dependencies: [.product(name: "Descent", package: "Descent")])
  },
  swiftLanguageModes: [.v6]
)
