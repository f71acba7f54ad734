import DescentCalculus
import DescentGraph
import TestSupport
import Testing

/// Gradients of a loop's constants: sums over the steps, taken outside of the loop where they are products.
@Suite struct ScanSumTests {
  /// A loop over [steps, …] sequences, as a scan and as steps one after the other.
  struct Loop: CustomStringConvertible, Sendable {
    var name: String
    var carry: Shape
    var elements: [Shape]
    var constants: [Shape]
    var isReversed = false
    /// Whether the sums of the constants' gradients are in carries.
    var isCarried = [Bool]()
    /// The next carry and an output.
    var step: @Sendable (_ carry: Node, _ elements: [Node], _ constants: [Node]) -> (Node, Node)

    var description: String { "\(name)\(isReversed ? ", backward" : "")" }
    var shapes: [Shape] { [carry] + elements + constants }

    /// A number from all results.
    func scanned(_ x: [Node]) -> Node {
      let signatures =
        [Body.Signature(x[0])] + elements.map { Body.Signature($0.removing([0]), .float64) }
      let others = Array(x[(1 + elements.count)...])
      let (body, captures) = Body.trace(signatures, hoists: true) { nodes in
        let (next, output) = step(nodes[0], Array(nodes[1...]), others)
        return [next, output]
      }
      let form = ScanForm(
        carries: 1, sequences: elements.count, length: elements[0][0], isReversed: isReversed)
      let parts = Node.scan(form, body, Array(x[...elements.count]) + captures).partNodes
      return parts[0].total + (parts[2] * parts[2]).total
    }

    func unrolled(_ x: [Node]) -> Node {
      var (carry, result) = (x[0], nil as Node?)
      let others = Array(x[(1 + elements.count)...])
      let length = elements[0][0]
      for place in isReversed ? (0..<length).reversed() : Array(0..<length) {
        let (next, output) = step(carry, x[1...elements.count].map { $0.element(place) }, others)
        let term = (output * output).total
        (carry, result) = (next, result.map { $0 + term } ?? term)
      }
      return result.map { carry.total + $0 } ?? carry.total
    }

    func point(seed: UInt64) -> [ReferenceTensor] {
      var generator = SplitMix64(seed: seed)
      return shapes.map { ReferenceTensor(generator.doubles($0.elementCount, in: -0.6..<0.6), $0) }
    }
  }

  private static func product(_ x: Node, _ y: Node, _ left: AxisList = [1], _ right: AxisList = [0]) -> Node {
    .contract(x, y, Contraction(leftContracting: left, rightContracting: right))
  }

  private static func repeated(_ bias: Node, like node: Node) -> Node { bias.broadcast(to: node.shape, along: [0]) }

  private static let loops: [Loop] = [false, true].flatMap { isReversed in
    [1, 2, 4].flatMap { length in
      [(2, 3), (1, 4), (5, 1)].flatMap { batch, units in
        [
          Loop(
            name: "a recurrent cell, \(length) x \(batch) x \(units)", carry: [batch, units],
            elements: [[length, batch, units]], constants: [[units, units], [units]], isReversed: isReversed,
            isCarried: [false, true]
          ) { carry, elements, constants in
            let sum = product(carry, constants[0]) + elements[0]
            let next = Node.unary(.tanh, sum + repeated(constants[1], like: sum))
            return (next, next)
          },
          Loop(
            name: "a matrix in three places, \(length) x \(batch) x \(units)", carry: [batch, units],
            elements: [[length, batch, units]], constants: [[units, units]], isReversed: isReversed, isCarried: [false]
          ) { carry, elements, constants in
            let back = product(product(carry, constants[0]), constants[0], [1], [1])
            let left = Node.transpose(product(constants[0], elements[0], [0], [1]), [1, 0])
            return (.unary(.sin, back + left), left)
          },
          Loop(
            name: "moved products, \(length) x \(batch) x \(units)", carry: [batch, units],
            elements: [[length, batch, units]], constants: [[1, units * units], [units, units]],
            isReversed: isReversed, isCarried: [false, true]
          ) { carry, elements, constants in
            let weight = Node.reshape(constants[0], to: [units, units])
            let next = Node.unary(.tanh, product(carry, weight) * elements[0])
            // A derivative that is no product.
            return (next, next * product(elements[0], constants[1] * constants[1]))
          },
        ]
      }
    }
  }

  @Test(arguments: loops) func derivativesAreThoseOfTheSteps(loop: Loop) throws {
    let point = loop.point(seed: 1)
    let scanned = Derivatives(function: loop.scanned, point: point)
    let unrolled = Derivatives(function: loop.unrolled, point: point)
    let directions = scanned.directions(seed: 2)
    func expect(_ actual: [[Double]], _ expected: [[Double]], _ name: String) {
      for (input, (actual, expected)) in zip(actual, expected).enumerated() {
        expectClose(actual, expected, .relative(1e-11), "\(loop), \(name), input \(input)")
      }
    }
    let gradient = try scanned.pullback([1.5])
    expect(gradient, try unrolled.pullback([1.5]), "gradient")
    expect(
      try scanned.secondPullback([1], weights: directions), try unrolled.secondPullback([1], weights: directions),
      "second derivative")
    expect(
      try scanned.pullbackMoved([1], along: directions), try unrolled.pullbackMoved([1], along: directions),
      "forward over reverse")
    let fault = try FiniteDifferences().fault(
      in: gradient, asGradientOf: { try scanned.moved(to: $0).value() }, weights: [1.5], at: scanned.numbers)
    #expect(fault == nil, "\(loop)")
  }

  // MARK: The form of the gradient

  /// The gradients of the constants, as nodes.
  private func gradients(of loop: Loop) -> [Node] {
    let inputs = loop.point(seed: 1).map(\.node)
    let recorder = Recorder()
    return Scope.current.record(with: recorder) {
      let result = loop.scanned(inputs)
      let sources = Array(inputs.suffix(loop.constants.count))
      return ReverseMode(recorder.nodes, sources: sources).pullback(result.filled(1), of: result).compactMap(\.self)
    }
  }

  /// Whether a gradient is a result of a scan, or what was repeated is.
  private func isSumOfScan(_ node: Node) -> Bool {
    if case .reduce = node.operation { return isSumOfScan(node.operand(0)) }
    if case .part = node.operation { return true }
    return false
  }

  @Test func productsAreTakenOutsideOfTheLoop() throws {
    let loop = try #require(Self.loops.first)
    #expect(gradients(of: loop).map(isSumOfScan) == loop.isCarried)
  }

  /// Stacks may be some times as large as what the loop goes through, or as the sum.
  @Test func largeStacksAreNotMade() {
    func loop(_ wide: Int, _ length: Int) -> Loop {
      Loop(name: "wide", carry: [2, 3], elements: [[length, 2, 1]], constants: [[3, wide], [wide, 3]]) {
        carry, elements, constants in
        let next = Node.unary(.tanh, Self.product(.unary(.sin, Self.product(carry, constants[0])), constants[1]))
        return (next, next)
      }
    }
    // A step goes through 2·3 + 2·1 + 2·3 elements, and stacks 4·wide besides.
    #expect(gradients(of: loop(8, 50)).map(isSumOfScan) == [false, false])
    #expect(gradients(of: loop(100, 50)).map(isSumOfScan) == [true, true])
    #expect(gradients(of: loop(100, 1)).map(isSumOfScan) == [false, false])
  }
}

extension Node {
  /// The sum of all elements.
  fileprivate var total: Node { sum(.all(shape.rank)) }

  /// An element of a sequence.
  fileprivate func element(_ place: Int) -> Node {
    var window = Window(rank: shape.rank)
    window.starts[0] = Int32(place)
    let rest = shape.removing([0])
    return .reshape(.slice(self, window, to: Shape([1] + rest.dimensions)), to: rest)
  }
}
