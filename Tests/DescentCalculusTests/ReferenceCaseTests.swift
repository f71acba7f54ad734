import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

/// Values and derivatives against cases that JAX and PyTorch computed in float64.
///
/// The cases live outside the repository, in `../shared/reference` beside it or where the environment variable
/// `DESCENT_SHARED_REFERENCE` says; without them these tests are skipped.
@Suite(.enabled(if: referenceFolder != nil))
struct ReferenceCaseTests {
  @Test(arguments: [ScalarType.float64, .float32])
  func descentAgrees(type: ScalarType) throws {
    let cases = try ReferenceCases.load(try #require(referenceFolder))
    try #require(!cases.isEmpty)
    var (passed, tried, missing) = (0, 0, Set<String>())
    for reference in cases where type == .float64 || reference.holdsInFloat32 {
      guard let spelling = reference.spelling else {
        missing.insert(reference.operation)
        continue
      }
      tried += 1
      let faults: [String]
      do { faults = try reference.faults(spelling, in: type) } catch { faults = ["\(error)"] }
      if faults.isEmpty { passed += 1 }
      for fault in faults { Issue.record("\(reference.name): \(fault)") }
    }
    #expect(tried > 0)
    print("reference cases in \(type): \(passed) of \(tried) agree; of \(cases.count), no equivalent yet for:")
    print(missing.sorted().joined(separator: " "))
  }

  /// The comparison must see results that are off by a millionth, in the values and in every kind of derivative.
  @Test func smallErrorsAreSeen() throws {
    var seen = Set<String>()
    for reference in try ReferenceCases.load(try #require(referenceFolder)) {
      guard let right = reference.spelling, reference.outputs.contains(where: hasNumbers) else { continue }
      let faults = try reference.faults(
        { right($0, $1).map { $0.scalarType.isFloatingPoint ? $0 * 1.000001 : $0 } }, in: .float64)
      #expect(faults.contains { $0.hasPrefix("output ") }, "\(reference.name)")
      seen.formUnion(faults.map { String($0.prefix { !$0.isNumber }) })
    }
    #expect(
      seen == ["output ", "gradient ", "output tangent ", "second gradient ", "jacobian ", "hessian "])
  }

  private func hasNumbers(_ tensor: ReferenceTensor) -> Bool {
    tensor.scalarType.isFloatingPoint && tensor.doubles.contains { $0 != 0 }
  }
}

private let referenceFolder: URL? = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let named = ProcessInfo.processInfo.environment["DESCENT_SHARED_REFERENCE"].map { URL(fileURLWithPath: $0) }
  let folder = named ?? root.deletingLastPathComponent().appendingPathComponent("shared/reference")
  return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
}()
