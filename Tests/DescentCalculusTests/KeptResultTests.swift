import DescentCalculus
import DescentGraph
import TestSupport
import Testing

/// What is expensive in a step of a scan: its derivative reads it instead of computing it again.
@Suite struct KeptResultTests {
  /// A step from a carry, an element and a constant matrix, all square.
  struct Step: CustomStringConvertible, Sendable {
    var name: String
    /// How many values of a step are stacked if somebody wants them, and how many of those the derivative reads.
    var kept, read: Int
    /// How many products a step back computes.
    var products: Int
    var function: @Sendable (_ carry: Node, _ element: Node, _ matrix: Node) -> [Node]

    var description: String { name }
  }

  private static func product(_ x: Node, _ y: Node) -> Node {
    .contract(x, y, Contraction(leftContracting: [1], rightContracting: [0]))
  }

  private static func tanh(_ x: Node) -> Node { .unary(.tanh, x) }

  private static let steps = [
    Step(name: "a product in a function", kept: 1, read: 1, products: 1) { [tanh(product($0, $2) + $1)] },
    Step(name: "a product that no derivative needs", kept: 1, read: 0, products: 1) { [product($0, $2) + $1] },
    Step(name: "a carry that is a product", kept: 1, read: 0, products: 1) { [product($0, $2)] },
    Step(name: "an output that is a product", kept: 1, read: 1, products: 1) { carry, element, matrix in
      let sum = product(carry, matrix)
      return [tanh(sum + element), sum]
    },
    Step(name: "functions of products of functions of products", kept: 2, read: 2, products: 2) {
      [tanh(product(tanh(product($0, $2)), $2) + $1)]
    },
    // The first product is a factor of the matrix's gradient, a sum outside of the loop.
    Step(name: "a product of a product", kept: 2, read: 1, products: 2) {
      [tanh(product(product($0, $2), $2) + $1)]
    },
    Step(name: "a product of constants", kept: 1, read: 1, products: 1) { carry, element, matrix in
      [tanh(product(carry, product(matrix, matrix)) + element)]
    },
    Step(name: "a product that is computed again", kept: 0, read: 0, products: 2) { carry, element, matrix in
      let (body, captures) = Body.trace([Body.Signature(carry)], hoists: false) { [tanh(product($0[0], matrix))] }
      return [.part(.call(body, [carry] + captures), 0) + element]
    },
  ]

  private func tensor(_ shape: Shape, seed: UInt64) -> Node {
    var generator = SplitMix64(seed: seed)
    return ReferenceTensor(generator.doubles(shape.elementCount, in: -0.6..<0.6), shape).node
  }

  private func products(_ body: Body) -> Int {
    body.graph.instructions.indices.reduce(0) { count, index in
      let isProduct = if case .contract = body.graph.instructions[index].operation { true } else { false }
      return count + (isProduct ? 1 : 0) + (body.graph.bodies[index] ?? []).reduce(0) { $0 + products($1) }
    }
  }

  /// The nodes that a node depends on, itself included.
  private func ancestors(_ node: Node) -> [Node] {
    var (found, waiting): ([ObjectIdentifier: Node], [Node]) = ([:], [node])
    while let next = waiting.popLast() {
      if found.updateValue(next, forKey: ObjectIdentifier(next)) == nil { waiting += next.operands }
    }
    return Array(found.values)
  }

  @Test(arguments: steps) func areReadWhereTheDerivativeNeedsThem(step: Step) throws {
    let inputs = [tensor([3, 3], seed: 1), tensor([4, 3, 3], seed: 2), tensor([3, 3], seed: 3)]
    let recorder = Recorder()
    let (scan, gradients) = Scope.current.record(with: recorder) {
      let (body, captures) = Body.trace([Body.Signature(inputs[0]), Body.Signature([3, 3], .float64)], hoists: true) {
        step.function($0[0], $0[1], inputs[2])
      }
      let form = ScanForm(carries: 1, sequences: 1, length: 4, isReversed: false)
      let scan = Node.scan(form, body, inputs[..<2] + captures)
      let last = Node.part(scan, 0)
      let sources = [inputs[0], inputs[1], inputs[2]]
      return (scan, ReverseMode(recorder.nodes, sources: sources).pullback(last.filled(1), of: last))
    }
    let results = try #require(scan.bodies.first).results.count
    #expect(results - 1 == step.kept, "\(step)")
    let gradient = try #require(gradients[0])
    let scans = ancestors(gradient).filter { node in
      if case .scan = node.operation { node !== scan } else { false }
    }
    let backward = try #require(scans.first)
    guard case .scan(let form) = backward.operation else { return }
    // The states and the elements are gone through in any case.
    let read = Int(form.sequences) - 2
    #expect(read == step.read, "\(step)")
    #expect(products(backward.bodies[0]) == step.products, "\(step)")
  }
}
