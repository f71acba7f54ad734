import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Laws of derivatives with respect to structures and several arguments.
@Suite struct StructureDerivativeTests {
  struct Pair: TensorStructure {
    var first: Tensor
    var second: Tensor?
  }

  struct Nest: TensorStructure {
    var pairs: [Pair]
    var named: [String: [Tensor]]
    var count = 3
    let constant = Tensor([9], type: .float64)
  }

  private static func numbers(_ count: Int, _ seed: Int) -> Tensor { distinctNumbers([count], seed: seed) }

  private static var structures: [(String, any TensorStructure)] {
    [
      ("tensor", numbers(3, 1)), ("array", [numbers(2, 1), numbers(1, 2)]), ("empty array", [Tensor]()),
      ("optional", Optional(numbers(2, 3))), ("none", Tensor?.none),
      ("dictionary", ["b": numbers(2, 1), "a": numbers(3, 2)]),
      ("array of optionals", [Optional(numbers(2, 3)), nil, numbers(1, 4)]),
      ("dictionary of arrays", ["x": [numbers(2, 1)], "y": []]),
      ("struct", Pair(first: numbers(2, 5), second: nil)),
      (
        "nest",
        Nest(
          pairs: [Pair(first: numbers(2, 1), second: numbers(1, 2)), Pair(first: numbers(1, 3), second: nil)],
          named: ["u": [numbers(2, 4)], "v": [numbers(1, 5), numbers(1, 6)]])
      ),
    ]
  }

  /// A function of all tensors of structures, each with a part of its own: Σₖ k·Σ sin(xₖ)·(1 + s) with the sum s of
  /// all.
  private func mixed(_ tensors: [Tensor]) -> Tensor {
    let all = tensors.reduce(Tensor(0.0, type: .float64)) { $0 + $1.sum() }
    return tensors.enumerated().reduce(Tensor(1.0, type: .float64)) { total, entry in
      total + Double(entry.offset + 1) * (sin(entry.element) * (1 + 0.1 * all)).sum()
    }
  }

  private func check<Structure: TensorStructure>(_ structure: Structure) throws {
    let tensors = structure.tensors
    func moved(_ numbers: [[Double]]) -> [Tensor] { numbers.map { Tensor(scalars: $0, type: .float64) } }
    let claimed = gradient(at: structure) { mixed($0.tensors) }.tensors.map(\.scalars)
    let fault = try FiniteDifferences().fault(
      in: claimed, asGradientOf: { mixed(moved($0)).scalars }, weights: [1], at: tensors.map(\.scalars))
    #expect(fault == nil, "\(Combination.description)")
    // Forward mode, alone and with the structure as one of three arguments, is the adjoint of reverse mode.
    let directions = tensors.enumerated().map { distinctNumbers($1.shape, seed: 20 + $0) }
    let direction = structure.replacingTensors(with: directions)
    let expected = dot(claimed.flatMap(\.self), directions.flatMap(\.scalars))
    let forward = jvp(at: structure, along: direction) { mixed($0.tensors) }.tangent
    expectClose(forward.scalars, [expected], .relative(1e-12))
    let (a, b) = (Self.numbers(1, 30), [Self.numbers(2, 31)])
    func whole(_ x: Structure, _ a: Tensor, _ b: [Tensor]) -> Tensor { mixed(x.tensors + [a] + b) }
    let (value, (dx, da, db)) = valueWithGradient(at: structure, a, b) { whole($0, $1, $2) }
    expectClose(value.scalars, whole(structure, a, b).scalars, .exact)
    let several = jvp(at: structure, a, b, along: direction, a, b) { whole($0, $1, $2) }.tangent.scalar
    let pairs = [(dx.tensors, directions), ([da], [a]), (db, b)]
    let sum = pairs.reduce(0) { $0 + dot($1.0.flatMap(\.scalars), $1.1.flatMap(\.scalars)) }
    expectClose([several], [sum], .relative(1e-12))
    // The jacobian of a scalar is its gradient.
    let (jx, ja, jb) = jacobian(at: structure, a, b) { whole($0, $1, $2) }
    let (rows, columns) = (jx.tensors + [ja] + jb, dx.tensors + [da] + db)
    for (row, column) in zip(rows, columns) { expectClose(row.scalars, column.scalars, .relative(1e-13)) }
    let second = hessianVectorProduct(at: structure, along: direction) { mixed($0.tensors) }
    #expect(second.tensors.map(\.shape) == tensors.map(\.shape))
  }

  @Test func lawsHoldForEveryStructure() {
    withEvery("structure", in: Self.structures) { _, structure in try check(structure) }
  }

  /// Tuples of arguments may nest as closures' arguments do: three tensors, a pullback of each.
  @Test func severalArguments() {
    let (x, y, z): (Tensor, Tensor, Tensor) = ([1, 2], [3, 4], [5])
    let (value, pullback) = vjp(at: x, y, z) { x, y, z in x * y * z }
    #expect(value.scalars == [15, 40])
    let (dx, dy, dz) = pullback([1, 1])
    #expect(dx.scalars == [15, 20] && dy.scalars == [5, 10] && dz.scalars == [11])
    let product = jvp(at: x, y, along: [1, 0], [0, 1]) { x, y in x * y }
    #expect(product.value.scalars == [3, 8] && product.tangent.scalars == [3, 2])
    let (jx, jz) = jacobian(at: x, z) { x, z in x * z }
    #expect(jx.scalars == [5, 0, 0, 5] && jz.shape == [2, 1] && jz.scalars == [1, 2])
    #expect(words { jvp(at: x, z, along: z, z) { x, z in x * z }.tangent }.contains("a tangent is float32 [1]"))
  }

  @Test func blocksOfSecondDerivatives() {
    let (x, y): (Tensor, Tensor) = ([1, 2], [3])
    let blocks = hessian(at: [x, y]) { p in (p[0] * p[0] * p[1]).sum() }
    #expect(blocks.map { $0.map(\.shape) } == [[[2, 2], [2, 1]], [[1, 2], [1, 1]]])
    #expect(blocks.map { $0.map(\.scalars) } == [[[6, 0, 0, 6], [2, 4]], [[2, 4], [0]]])
  }
}
