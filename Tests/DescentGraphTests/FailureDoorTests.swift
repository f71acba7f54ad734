import DescentGraph
import Testing

/// Where wrong programs stop, observed from outside the process.
struct FailureDoorTests {
  /// The message must survive optimisation, which drops those of `precondition`.
  @Test func outsideCheckedTheProgramStopsAndSaysWhy() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Node.binary(.add, .fill(1, [2], .float32), .fill(1, [3], .float32))
    }
    let words = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(words.contains("add: shapes differ: the tensor has [2], the tensor has [3]"))
  }

  /// After the scope has ended, mistakes stop the program again.
  @Test func theScopeEnds() async {
    await #expect(processExitsWith: .failure) {
      try checked { _ = Shape([3]) }
      _ = Shape([-1])
    }
  }

  @Test func insideCheckedItGoesOn() async {
    await #expect(processExitsWith: .success) {
      for size in [-1, 1 << 31] { _ = try? checked { Shape([size]) } }
    }
  }

  @Test func productsWithMoreThanEightAxesAreToldNotTrapped() async {
    await #expect(processExitsWith: .success) {
      let x = Node.fill(1, [1, 1, 1, 1, 1], .float32)
      _ = try? checked { Node.contract(x, x, Contraction(leftContracting: [], rightContracting: [])) }
    }
  }

  @Test func concatenationsThatAreTooLongAreToldNotTrapped() async {
    await #expect(processExitsWith: .success) {
      let x = Node.fill(1, [(1 << 31) - 1], .bool)
      _ = try? checked { Node.concatenate([x, x], axis: 0) }
    }
  }

  @Test func axesThatAShapeDoesNotHaveAreToldNotTrapped() async {
    await #expect(processExitsWith: .success) {
      let shape: Shape = [2, 3]
      _ = try? checked { shape[9] + shape[-3] }
    }
  }
}
