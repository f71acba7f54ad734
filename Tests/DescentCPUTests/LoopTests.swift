import CDescentRuntime
import DescentCalculus
import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// A scan over a body, and the same steps one after the other.
struct LoopCase: CustomStringConvertible, Sendable {
  var name: String
  var carries: [ReferenceTensor]
  var sequences: [ReferenceTensor]
  var constants: [ReferenceTensor] = []
  var isReversed = false
  var step: @Sendable (_ arguments: [Node]) -> [Node]

  var description: String { "\(name)\(isReversed ? ", backward" : "")" }
  private var length: Int { sequences[0].shape[0] }

  /// The results of the scan: last carries, all carries, outputs.
  func scanned() -> [Node] {
    let operands = (carries + sequences + constants).map(\.node)
    let form = ScanForm(
      carries: carries.count, sequences: sequences.count, length: length, isReversed: isReversed)
    let elements = sequences.map { Body.Signature($0.shape.removing([0]), $0.scalarType) }
    let (body, captures) = Body.trace(
      carries.map { Body.Signature($0.node) } + elements + constants.map { Body.Signature($0.node) }, hoists: true, step
    )
    return Node.scan(form, body, operands + captures).partNodes
  }

  /// The same results from a graph without a loop.
  func unrolled() -> [Node] {
    var state = carries.map(\.node)
    let (sequences, constants) = (sequences.map(\.node), constants.map(\.node))
    var stacks: [[Node]] = []
    for place in isReversed ? (0..<length).reversed() : Array(0..<length) {
      let elements = sequences.map { sequence in
        var window = Window(rank: sequence.shape.rank)
        window.starts[0] = Int32(place)
        let shape = sequence.shape.removing([0])
        return Node.reshape(.slice(sequence, window, to: Shape([1] + shape.dimensions)), to: shape)
      }
      let results = step(state + elements + constants)
      stacks.append(state + results.dropFirst(state.count))
      state = Array(results.prefix(state.count))
    }
    if isReversed { stacks.reverse() }
    return state
      + (stacks.first ?? []).indices.map { index in
        .concatenate(
          stacks.map { .reshape($0[index], to: Shape([1] + $0[index].shape.dimensions)) }, axis: 0)
      }
  }
}

/// The values of nodes, which stay pending.
func values(of nodes: [Node], on engine: any Engine = CPUEngine()) throws -> [ReferenceTensor] {
  let region = Evaluation.region(of: nodes)
  let results = try engine.compile(region.graph).run(inputs: region.inputs, scalars: region.scalars)
  let places = Dictionary(
    zip(region.results.map(ObjectIdentifier.init), results), uniquingKeysWith: { first, _ in first })
  return try nodes.map { node in
    try ReferenceTensor(#require(places[ObjectIdentifier(node)]), node.shape, node.scalarType)
  }
}

private func random(_ shape: Shape, _ type: ScalarType = .float32, seed: UInt64) -> ReferenceTensor {
  var generator = SplitMix64(seed: seed)
  return ReferenceTensor(generator.doubles(shape.elementCount, in: -1..<1), shape, type)
}

@Suite(.serialized) struct LoopTests {
  // MARK: What bodies do with their arguments

  private static let wirings: [LoopCase] = [false, true].flatMap { isReversed in
    [0, 1, 2, 5].flatMap { length in
      func wiring(_ name: String, _ step: @escaping @Sendable ([Node]) -> [Node]) -> LoopCase {
        LoopCase(
          name: "\(name), \(length) steps", carries: [random([3], seed: 1), random([3], seed: 2)],
          sequences: [random([length, 3], seed: 3)], constants: [random([3], seed: 4)], isReversed: isReversed,
          step: step)
      }
      return [
        wiring("carries that change places") { [$0[1], $0[0]] },
        wiring("a carry that follows the other") { [$0[0] + $0[2], $0[0]] },
        wiring("a carry that stays") { [$0[0], $0[1] + $0[2], $0[0], $0[1]] },
        wiring("elements and constants as carries") { [$0[2], $0[3], $0[2], $0[3], $0[0]] },
        wiring("one value as everything") { x in
          let sum = x[0] * x[1] + x[2]
          return [sum, sum, sum, sum]
        },
        wiring("carries that change places behind functions") { [$0[1] * $0[3], .unary(.sin, $0[0]), $0[0] - $0[1]] },
        wiring("constants as outputs") { [$0[0] + $0[3], $0[1], $0[3] * $0[3], .unary(.exp, $0[3])] },
        wiring("numbers") { [$0[0].filled(2), $0[1] * $0[1].filled(0.5), $0[0].filled(3)] },
      ]
    }
  }

  @Test(arguments: wirings) func resultsAreThoseOfTheReference(loop: LoopCase) throws {
    let parts = loop.scanned()
    // All results, and each one alone, so that some places of results have nowhere to go.
    for wanted in [parts] + parts.map({ [$0] }) {
      let expected = try values(of: wanted, on: ReferenceEngine())
      for (name, engine) in GraphSketch.engines {
        for (actual, expected) in zip(try values(of: wanted, on: engine), expected) {
          expectClose(actual, expected, .relative(1e-6), "\(loop), \(name) engine")
        }
      }
    }
  }

  @Test func whileLoopsExchangeCarries() throws {
    for limit in 0..<5 {
      let start = [Node.fill(0, [], .int64), random([3], seed: 1).node, random([3], seed: 2).node]
      let (bodies, captures) = Body.trace(start.map(Body.Signature.init), count: 2, hoists: true) { index, x in
        index == 0 ? [x[0] .< x[0].filled(Double(limit))] : [x[0] + x[0].filled(1), x[2], x[1] + x[2]]
      }
      let node = Node.whileLoop(carries: 3, condition: bodies[0], body: bodies[1], start + captures)
      let results = node.partNodes
      let expected = try values(of: results, on: ReferenceEngine())
      for (actual, expected) in zip(try values(of: results), expected) {
        expectClose(actual, expected, .relative(1e-6), "\(limit) steps")
      }
    }
  }

  // MARK: Products with constants

  private static func product(_ name: String, _ rows: Int, _ depth: Int, _ columns: Int, _ type: ScalarType)
    -> [LoopCase]
  {
    let wide = LoopCase(
      name: "\(name): \(rows) x \(depth) x \(columns), \(type)", carries: [random([rows, columns], type, seed: 1)],
      sequences: [random([3, rows, depth], type, seed: 2)], constants: [random([depth, columns], type, seed: 3)]
    ) { x in
      let product = Node.contract(x[1], x[2], Contraction(leftContracting: [1], rightContracting: [0]))
      return [x[0] * x[0].filled(0.5) + product, product]
    }
    var left = wide
    left.name += ", on the left"
    left.step = { x in
      // (xW)ᵀ = Wᵀxᵀ
      let product = Node.contract(x[2], x[1], Contraction(leftContracting: [0], rightContracting: [1]))
      return [x[0] * x[0].filled(0.5) + .transpose(product, [1, 0])]
    }
    var transposed = wide
    transposed.name += ", transposed"
    transposed.constants = [random([columns, depth], type, seed: 4)]
    transposed.step = { x in
      let product = Node.contract(x[1], x[2], Contraction(leftContracting: [1], rightContracting: [1]))
      return [x[0] * x[0].filled(0.5) + product]
    }
    return [wide, left, transposed]
  }

  private static let products: [LoopCase] =
    product("tiles", 30, 40, 48, .float32) + product("odd sizes", 7, 61, 83, .float64)
    + product("two rows", 2, 300, 77, .float32) + product("several blocks", 65, 270, 300, .float32)
    + product("several spans of columns", 3, 20, 4200, .float32)
    + product("several spans of depth", 12, 2100, 530, .float32)

  @Test(arguments: products) func constantsArePackedOnceWithoutChangingBits(loop: LoopCase) throws {
    for isReversed in [false, true] {
      var loop = loop
      loop.isReversed = isReversed
      let parts = loop.scanned()
      #expect("\(try CPUEngine().compile(Evaluation.region(of: parts).graph))".contains("pack"), "\(loop)")
      let expected = try values(of: loop.unrolled())
      defer { descent_pool_set_thread_count(0) }
      for threads in [1, 2, 5] {
        descent_pool_set_thread_count(threads)
        for (place, (actual, expected)) in zip(try values(of: parts), expected).enumerated() {
          #expect(actual.hasSameBits(as: expected), "\(loop), result \(place), \(threads) threads")
        }
      }
    }
  }

  @Test func narrowConstantsAreConvertedOnce() throws {
    let loop = LoopCase(
      name: "narrow", carries: [random([20, 32], .bfloat16, seed: 1)],
      sequences: [random([4, 20, 32], .bfloat16, seed: 2)],
      constants: [random([32, 32], .bfloat16, seed: 3)]
    ) { x in
      [.unary(.tanh, .contract(x[0], x[2], Contraction(leftContracting: [1], rightContracting: [0])) + x[1])]
    }
    let results = loop.scanned()
    for (actual, expected) in zip(try values(of: results), try values(of: loop.unrolled())) {
      #expect(actual.hasSameBits(as: expected))
    }
  }

  @Test func productsOfConstantsStayAsTheyAre() throws {
    let loop = LoopCase(
      name: "constant", carries: [random([40, 40], seed: 1)], sequences: [random([3, 40, 40], seed: 2)],
      constants: [random([40, 40], seed: 3), random([40, 40], seed: 4)]
    ) { x in
      let product = Node.contract(x[2], x[3], Contraction(leftContracting: [1], rightContracting: [0]))
      return [.contract(x[0], product, Contraction(leftContracting: [1], rightContracting: [0])), product]
    }
    for (actual, expected) in zip(try values(of: loop.scanned()), try values(of: loop.unrolled())) {
      #expect(actual.hasSameBits(as: expected))
    }
  }
}
