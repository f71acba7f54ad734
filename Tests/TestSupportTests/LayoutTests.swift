import DescentGraph
import Synchronization
import TestSupport
import Testing

struct LayoutTests {
  /// Every layout stands for the same numbers, and does so by the view that it names.
  @Test(arguments: Layout.allCases)
  func layoutsKeepTheNumbers(layout: Layout) throws {
    withEvery("shape", in: [[], [4], [2, 3], [2, 1, 3], [0, 2]] as [Shape]) { shape in
      withEvery("type", in: ScalarType.allCases) { type in
        let tensor = ReferenceTensor((0..<shape.elementCount).map { Double($0 % 5) }, shape, type)
        let node = try layout.node(tensor)
        #expect(node.shape == shape && node.scalarType == type, "\(Combination.description)")
        #expect(try node.evaluated() == tensor, "\(Combination.description)")
      }
    }
    let operation = try layout.node(ReferenceTensor([1, 2, 3, 4], [2, 2])).operation.family
    #expect(operation == [.contiguous: .input, .transposed: .transpose, .strided: .slice, .computed: .select][layout])
  }
}

struct ThreadTests {
  /// All threads run at once: each waits until the last one has come.
  @Test func threadsRunTogetherAndKeepTheirOrder() throws {
    final class Arrivals: Sendable { let count = Atomic<Int>(0) }
    let arrivals = Arrivals()
    let results = try onThreads(8) { thread in
      arrivals.count.add(1, ordering: .relaxed)
      while arrivals.count.load(ordering: .relaxed) < 8 {}
      return thread * thread
    }
    #expect(results == [0, 1, 4, 9, 16, 25, 36, 49])
  }

  @Test func errorsOfThreadsAreThrown() {
    struct Mistake: Error {}
    #expect(throws: Mistake.self) { try onThreads(4) { thread in if thread == 2 { throw Mistake() } } }
  }
}
