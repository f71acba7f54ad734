import DescentGraph
import DescentReference
import DescentTensor
import Foundation
import Testing

/// Values and derivatives against cases that JAX and PyTorch computed in float64.
///
/// The cases live outside the repository, in `../shared/reference` beside it or where the environment variable
/// `DESCENT_SHARED_REFERENCE` says; without them these tests are skipped.
@Suite(.enabled(if: referenceFolder != nil))
struct ReferenceCaseTests {
  @Test func descentAgrees() throws {
    let cases = try ReferenceManifest.cases(inFolder: try #require(referenceFolder))
    try #require(!cases.isEmpty)
    var (passed, missing) = (0, Set<String>())
    for reference in cases {
      switch reference.verdict() {
      case .passed: passed += 1
      case .failed(let faults): Issue.record("\(reference.name): \(faults)")
      case .unsupported(let reason): missing.insert(reason)
      }
    }
    #expect(passed > 0)
    print("reference cases: \(passed) of \(cases.count) agree")
    print(missing.sorted().joined(separator: "\n"))
  }

  /// The comparison must see results that are off by a millionth, in the values and in every kind of derivative.
  @Test func smallErrorsAreSeen() throws {
    var seen = Set<ReferenceFault.Kind>()
    for reference in try ReferenceManifest.cases(inFolder: try #require(referenceFolder)) {
      guard let right = reference.spelling, reference.outputs.contains(where: hasNumbers) else { continue }
      let faults = reference.faults(
        { try right($0, $1).map { $0.scalarType.isFloatingPoint ? $0 * 1.000001 : $0 } }, in: .float64)
      #expect(faults.contains { $0.kind == .output }, "\(reference.name)")
      seen.formUnion(faults.map(\.kind))
    }
    #expect(seen == Set(ReferenceFault.Kind.allCases))
  }

  private func hasNumbers(_ tensor: Tensor) -> Bool {
    tensor.scalarType.isFloatingPoint && tensor.scalars.contains { $0 != 0 }
  }
}

private let referenceFolder: String? = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let named = ProcessInfo.processInfo.environment["DESCENT_SHARED_REFERENCE"]
  let folder = named ?? root.deletingLastPathComponent().appendingPathComponent("shared/reference").path
  return FileManager.default.fileExists(atPath: folder) ? folder : nil
}()
