import DescentGraph
import DescentTensor
import TestSupport
import Testing

@Suite struct ScatteringReductionTests {
  private typealias Scattering = @Sendable (Tensor, Tensor, Tensor, Int) -> Tensor
  private static let kinds: [(name: String, scatter: Scattering, combine: @Sendable (Double, Double) -> Double)] = [
    ("product", { $0.scatteringProduct($1, at: $2, axis: $3) }, { $0 * $1 }),
    ("max", { $0.scatteringMax($1, at: $2, axis: $3) }, { max($0, $1) }),
    ("min", { $0.scatteringMin($1, at: $2, axis: $3) }, { min($0, $1) }),
  ]
  private static let rows: [(shape: Shape, axis: Int, indices: [Int64])] = [
    ([4], 0, [0, 2, 0, 0]), ([4], 0, [3]), ([4], 0, []), ([3, 2], 0, [2, 2, -1, 0]), ([2, 3], 1, [1, 1]),
    ([2, 4, 3], 1, [0, 3, 3, 3, 1]), ([1], 0, [0, 0]),
  ]

  private func inputs(_ row: (shape: Shape, axis: Int, indices: [Int64])) -> (Tensor, Tensor, Tensor) {
    var sizes = row.shape
    sizes[row.axis] = row.indices.count
    let x = sin(distinctNumbers(row.shape) * 3) + 1.5
    let updates = sin(distinctNumbers(sizes, seed: 1) * 5) + 1.5
    return (x, updates, Tensor(scalars: row.indices, shape: [row.indices.count], type: .int64))
  }

  @Test func combinesWhatHasTheSameIndex() {
    for kind in Self.kinds {
      withEvery("row", in: Self.rows.indices) { place in
        let row = Self.rows[place]
        let (x, updates, indices) = inputs(row)
        var expected = x.scalars
        let inner = Shape(row.shape.dimensions[(row.axis + 1)...]).elementCount
        let outer = Shape(row.shape.dimensions[..<row.axis]).elementCount
        let (extent, count) = (row.shape[row.axis], row.indices.count)
        let values = updates.scalars
        for o in 0..<outer {
          for (k, index) in row.indices.enumerated() {
            let target = Int(index < 0 ? index + Int64(extent) : index)
            for i in 0..<inner {
              let to = (o * extent + target) * inner + i
              expected[to] = kind.combine(expected[to], values[(o * count + k) * inner + i])
            }
          }
        }
        expectClose(kind.scatter(x, updates, indices, row.axis).scalars, expected, .relative(1e-14), "\(kind.name)")
        try expectGradients(at: [x, updates]) { kind.scatter($0[0], $0[1], indices, row.axis) }
      }
    }
  }

  @Test func zerosAndTies() {
    let indices = Tensor([1, 1, 1], type: .int64)
    let (x, updates) = (Tensor([2, 3]), Tensor([0, 4, 5]))
    let slopes = gradient(at: [x, updates]) { $0[0].scatteringProduct($0[1], at: indices).sum() }
    #expect(slopes[0].scalars == [1, 0] && slopes[1].scalars == [60, 0, 0])
    let tied = gradient(at: [x, Tensor([3, 3, 1])]) { $0[0].scatteringMax($0[1], at: indices).sum() }
    let third = Double(Float(1) / 3)
    #expect(tied[0].scalars == [1, third])
    #expect(tied[1].scalars == [third, third, 0])
    let indices32 = Tensor([0, 1], type: .int32)
    let integers = Tensor([7, 1], type: .int32).scatteringMin(Tensor([5, 9], type: .int32), at: indices32)
    #expect(integers.scalars == [5, 1])
  }

  @Test func mistakesAreNamed() {
    expectMistake(.shapeMismatch, "need to be integers and float32 slices of shape [2], not float32 [3]") {
      Tensor([1, 2]).scatteringMax(Tensor([1, 2, 3]), at: Tensor([0, 1], type: .int64))
    }
    expectMistake(.indexOutOfBounds, "index 5 at position 0 is outside axis 0") {
      Tensor([1, 2]).scatteringProduct(Tensor([1]), at: Tensor([5], type: .int64))
    }
  }
}

@Suite struct DynamicPartTests {
  private let x = distinctNumbers([4, 5])

  private func place(_ value: Int) -> Tensor { Tensor(value, type: .int64) }

  @Test func partsAtComputedPlaces() throws {
    for (i, j) in [(0, 0), (1, 2), (2, 3)] {
      let part = x.part(at: [place(i), place(j)], sizes: [2, 2])
      #expect(part.scalars == x[i..<i + 2, j..<j + 2].scalars, "\(i), \(j)")
      let replaced = x.replacingPart(at: [place(i), place(j)], with: -part)
      var expected = x
      expected[i..<i + 2, j..<j + 2] = -x[i..<i + 2, j..<j + 2]
      #expect(replaced.scalars == expected.scalars, "\(i), \(j)")
    }
    try expectGradients(at: [x, distinctNumbers([2, 2], seed: 5)]) { y in
      y[0].replacingPart(at: [place(1), place(2)], with: y[1]) * y[0].part(at: [place(0), place(0)], sizes: [4, 5])
    }
  }

  @Test func placesOutsideAreMovedInside() {
    #expect(x.part(at: [place(9), place(-9)], sizes: [2, 2]).scalars == x[2..<4, 0..<2].scalars)
  }

  @Test func mistakesAreNamed() {
    expectMistake(.invalidArgument, "needs 2 integer scalars to start at and 2 sizes that fit into it") {
      x.part(at: [place(0)], sizes: [2, 2])
    }
    expectMistake(.invalidArgument, "sizes [5, 1]") { x.part(at: [place(0), place(0)], sizes: [5, 1]) }
    expectMistake(.scalarTypeMismatch, "float32 can't be written into float64") {
      x.replacingPart(at: [place(0), place(0)], with: Tensor.zeros([1, 1]))
    }
  }
}
