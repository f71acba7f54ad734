import DescentGraph
import DescentTensor
import Testing

/// Running sums, products, extremes and recurrences as users see them.
@Suite struct ScanFunctionTests {
  private let table: Tensor = [[1, 2, 3], [4, 5, 6]]

  @Test func runAlongAnAxisFromEitherEnd() {
    let rows: [(Tensor, [Double])] = [
      (table.cumulativeSum(), [1, 3, 6, 4, 9, 15]), (table.cumulativeSum(axis: 0), [1, 2, 3, 5, 7, 9]),
      (table.cumulativeSum(axis: 1, reversed: true), [6, 5, 3, 15, 11, 6]),
      (table.cumulativeProduct(), [1, 2, 6, 4, 20, 120]),
      (table.cumulativeProduct(axis: 0, reversed: true), [4, 10, 18, 4, 5, 6]),
      (Tensor([2, 1, 3, 0]).cumulativeMax(), [2, 2, 3, 3]), (Tensor([2, 1, 3, 0]).cumulativeMin(), [2, 1, 1, 0]),
      (Tensor([2, 1, 3, 0]).cumulativeMax(axis: 0, reversed: true), [3, 3, 3, 0]),
      (linearRecurrence(factors: Tensor(0.5), terms: Tensor([0, 0, 1]), reversed: true), [0.25, 0.5, 1]),
      (linearRecurrence(factors: Tensor([2, 3]), terms: table.transposed(), axis: 0), [1, 4, 4, 17, 11, 57]),
    ]
    for (row, (result, expected)) in rows.enumerated() { #expect(result.scalars == expected, "row \(row)") }
  }

  @Test func truthValuesAreCounted() {
    let truth: Tensor = Tensor([1, 0, 1]) .> 0
    #expect(truth.cumulativeSum().scalarType == .int64)
    #expect(truth.cumulativeSum().scalars == [1, 1, 2])
    #expect(truth.cumulativeProduct().scalars == [1, 0, 0])
    #expect(truth.cumulativeMin().scalarType == .bool)
  }

  /// Large enough to be split, across rows and across columns.
  @Test(arguments: [[300, 500], [3, 70000], [2, 400, 300], [100_000]]) func largeSums(_ sizes: [Int]) {
    let shape = Shape(sizes)
    for axis in 0..<sizes.count {
      let places = Tensor.ones(shape).cumulativeSum(axis: axis)
      #expect((places.max(axes: axis) .== Float(sizes[axis])).all(), "axis \(axis)")
      let steps = places - Tensor.ones(shape).cumulativeSum(axis: axis, reversed: true)
      #expect(abs(steps.sum(axes: axis)).max().scalar == 0, "axis \(axis)")
      let growth = gradient(at: Tensor.ones(shape)) { $0.cumulativeSum(axis: axis).sum() }
      #expect((growth + places .== Float(sizes[axis] + 1)).all(), "axis \(axis)")
    }
  }

  /// The running value of float32 is kept in double precision: the sum of ten million times 0.1 is not far off.
  @Test func longSumsStayAccurate() {
    let sum = Tensor.full([1_000_000], 0.1).cumulativeSum()
    #expect(Swift.abs(sum[-1].scalar - 100_000) < 0.01)
  }

  @Test func productsWithZerosHaveTheirDerivatives() {
    let rows: [([Float], [Float])] = [
      ([2, 3, 4], [1 + 3 + 12, 2 + 8, 6]), ([2, 0, 4], [1 + 0 + 0, 2 + 8, 0]), ([0, 3, 0], [1 + 3, 0, 0]),
    ]
    for (x, expected) in rows {
      let slope = gradient(at: Tensor(scalars: x)) { $0.cumulativeProduct().sum() }
      #expect(slope.scalars(as: Float.self) == expected, "\(x)")
    }
    // ∂²(x₀ + x₀x₁ + x₀x₁x₂)/∂x₀∂x = (0, 1 + x₂, x₁).
    let second = gradient(at: Tensor([2, 0, 4])) { x in
      gradient(at: x) { $0.cumulativeProduct().sum() }[0]
    }
    #expect(second.scalars == [0, 5, 0])
  }

  @Test func logCumulativeSumExpIsStable() {
    let rows: [([Float], [Float])] = [
      ([0, 0, 0], [0, 0.6931472, 1.0986123]), ([1000, 0, 1000], [1000, 1000, 1000.6931472]),
      ([-1000, -1000, 50], [-1000, -999.30685, 50]), ([-.infinity, -800, 0], [-.infinity, -800, 0]),
      ([1, .infinity, 2], [1, .infinity, .infinity]),
    ]
    for (x, expected) in rows {
      #expect(Tensor(scalars: x).logCumulativeSumExp().scalars(as: Float.self) == expected, "\(x)")
    }
    #expect(Tensor([0, 0]).logCumulativeSumExp(reversed: true).scalars(as: Float.self) == [0.6931472, 0])
    let slope = gradient(at: Tensor([1000, 1000])) { $0.logCumulativeSumExp().sum() }
    #expect(slope.scalars == [1.5, 0.5])
    let buried = gradient(at: Tensor(scalars: [-Float.infinity, -800, 0])) { $0.logCumulativeSumExp()[1...].sum() }
    #expect(buried.scalars == [0, 1, 1])
  }

  @Test func mistakesAreExplained() {
    let truth: Tensor = Tensor([1, 0]) .> 0
    let rows: [(TensorError.Kind, () -> Tensor)] = [
      (.invalidAxis, { self.table.cumulativeSum(axis: 2) }), (.invalidAxis, { Tensor(1.0).cumulativeMax() }),
      (.invalidAxis, { self.table.logCumulativeSumExp(axis: 5) }),
      (.shapeMismatch, { linearRecurrence(factors: Tensor([1, 2]), terms: self.table) }),
      (.scalarTypeMismatch, { linearRecurrence(factors: truth, terms: truth) }),
    ]
    for (row, (kind, program)) in rows.enumerated() {
      let error = #expect(throws: TensorError.self, "row \(row)") { try checked { program().scalars } }
      #expect(error?.kind == kind, "row \(row)")
    }
  }
}
