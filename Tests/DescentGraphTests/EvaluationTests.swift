import Synchronization
import TestSupport
import Testing

@testable import DescentGraph

struct EvaluationTests {
  private let engine = ReferenceEngine()
  private let x = Node.literal([1, 2, 3, 4], [2, 2])

  @Test func nodesGetTheirValuesAndLetGo() throws {
    let middle = Node.binary(.add, x, x)
    let result = Node.binary(.multiply, middle, x)
    #expect(middle.pendingDepth.load(ordering: .relaxed) == 1 && result.pendingDepth.load(ordering: .relaxed) == 2)
    #expect(x.consumers.load(ordering: .relaxed) == 3 && middle.consumers.load(ordering: .relaxed) == 1)
    try Evaluation.evaluate([result], on: engine)
    #expect(try result.doubles() == [2, 8, 18, 32])
    #expect(result.operandCount == 0 && result.pendingDepth.load(ordering: .relaxed) == 0)
    #expect(middle.value == nil && middle.operandCount == 2, "nobody asked for it")
    #expect(x.consumers.load(ordering: .relaxed) == 2 && middle.consumers.load(ordering: .relaxed) == 0)
  }

  @Test func pendingDepthIsTheLongestChain() throws {
    let deep = Node.unary(.exp, .unary(.tanh, .unary(.sin, x)))
    let wide = Node.concatenate([x, x, x, x, deep], axis: 0)
    #expect(wide.pendingDepth.load(ordering: .relaxed) == 4)
    try Evaluation.evaluate([deep], on: engine)
    #expect(Node.unary(.cos, deep).pendingDepth.load(ordering: .relaxed) == 1)
    #expect(Node.fill(1, [], .float32).pendingDepth.load(ordering: .relaxed) == 1)
    #expect(x.pendingDepth.load(ordering: .relaxed) == 0)
  }

  @Test func handlesAreFulfilledTogether() throws {
    let (first, second) = (Node.unary(.exp, x), Node.unary(.tanh, .unary(.exp, x)))
    let named = second.operand(0)
    named.handles.add(1, ordering: .relaxed)
    try Evaluation.evaluate([first, second], on: engine)
    #expect(first.value != nil && second.value != nil && named.value != nil)
    #expect(try named.doubles() == first.doubles())
  }

  /// An error in the middle leaves everything pending, and comes again.
  @Test func failuresChangeNothing() throws {
    let divisor = Node.literal([1, 0], [2], .int32)
    let fine = Node.binary(.add, divisor, divisor)
    let broken = Node.binary(.divide, fine, divisor)
    let after = Node.unary(.negate, broken)
    for _ in 0..<3 {
      #expect(throws: TensorError(.divisionByZero, "divide", "an integer is divided by zero")) {
        try Evaluation.evaluate([fine, after], on: engine)
      }
      for node in [fine, broken, after] { #expect(node.value == nil && node.operandCount > 0) }
    }
    #expect(try fine.doubles() == [2, 0], "what doesn't need the broken node can still be had")
    #expect(throws: TensorError.self) { try after.evaluated() }
  }

  @Test func eightThreadsEvaluateOneNode() throws {
    for _ in 0..<20 {
      let chain = (0..<50).reduce(x) { node, step in .binary(.add, node, .fill(Double(step), [2, 2], .float64)) }
      let values = try onThreads(8) { _ in try chain.doubles() }
      #expect(values == Array(repeating: [1226, 1227, 1228, 1229], count: 8))
    }
  }

  /// Making and evaluating nodes that share operands, from several threads at once.
  @Test func eightThreadsUseOneOperand() throws {
    let shared = Node.unary(.exp, .binary(.subtract, x, x))
    let sums = try onThreads(8) { thread in
      try (0..<50).reduce(0.0) { total, step in
        let factor = Node.fill(Double(thread * step), [2, 2], .float64)
        return try total + Node.reduce(.sum, .binary(.multiply, shared, factor), [0, 1]).doubles()[0]
      }
    }
    #expect(sums == (0..<8).map { Double($0 * 4 * 1225) })
    #expect(shared.consumers.load(ordering: .relaxed) == 0)
  }

  @Test func plansAreMadeOncePerStructure() throws {
    let counting = CountingEngine()
    for factor in 1...5 {
      let node = Node.binary(.multiply, x, .fill(Double(factor), [2, 2], .float64))
      #expect(try node.doubles(on: counting) == [1, 2, 3, 4].map { $0 * Double(factor) })
    }
    #expect(counting.count == 1)
    _ = try Node.binary(.multiply, x, x).evaluated(on: counting)
    #expect(counting.count == 2)
    let plan = try Evaluation.plan(of: [.binary(.multiply, x, x)], on: counting)
    #expect(plan.description.hasPrefix("interpret") && counting.count == 2)
  }

  @Test func theCacheForgetsWhatWasUsedLongestAgo() throws {
    let (cache, counting) = (PlanCache(capacity: 8), CountingEngine())
    func plan(_ size: Int) throws -> any Plan {
      var graph = Graph()
      graph.outputs = [graph.appendInput([size], .float32)]
      return try cache.plan(for: graph, on: counting)
    }
    for size in 0..<8 { _ = try plan(size) }
    _ = try plan(0)
    _ = try plan(8)
    #expect(counting.count == 9)
    _ = try plan(0)
    _ = try plan(7)
    #expect(counting.count == 9, "used lately")
    _ = try plan(1)
    #expect(counting.count == 10, "forgotten")
  }
}

/// The reference engine under a name of its own, counting what it compiles.
private final class CountingEngine: Engine {
  let name = "counting \(UInt64.random(in: 0 ... .max))"
  private let compiled = Mutex(0)

  var count: Int { compiled.withLock { $0 } }

  func compile(_ graph: Graph) throws(TensorError) -> any Plan {
    compiled.withLock { $0 += 1 }
    return try ReferenceEngine().compile(graph)
  }
}
