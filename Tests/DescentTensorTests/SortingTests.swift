import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Order along an axis against Swift's own sorting.
@Suite struct SortingTests {
  /// Numbers with ties, both zeros and infinities.
  static let numbers: [Double] = [3, -1, 0, 3, -0.0, .infinity, -2.5, -1, -.infinity, 7, 0]

  @Test func theOrderIsStable() {
    withEvery("type", in: [ScalarType.float32, .float64, .int32, .int64, .bool]) { type in
      let limited: [Double] = Self.numbers.map { max(-90, min(90, $0)) }
      let finite = Tensor(scalars: limited, type: type)
      let values = finite.scalars
      withEvery("descending", in: [false, true]) { descending in
        let order = values.indices.sorted {
          values[$0] == values[$1] ? $0 < $1 : (values[$0] < values[$1]) != descending
        }
        expectClose(finite.argSort(descending: descending).scalars, order.map(Double.init), .exact)
        expectClose(finite.sorted(descending: descending).scalars, order.map { values[$0] }, .exact)
      }
    }
  }

  @Test func infinitiesStandAtTheEndsAndNaNLast() {
    for type in [ScalarType.float32, .float64] {
      let numbers: [Double] = [.nan, 1, .infinity, -Double.nan, -.infinity, 0]
      let x = Tensor(scalars: numbers, type: type)
      #expect(x.argSort().scalars == [4, 5, 1, 2, 0, 3])
      #expect(x.argSort(descending: true).scalars == [2, 1, 5, 4, 0, 3])
      #expect(x.topK(2).values.scalars == [.infinity, 1])
    }
    let extremes = Tensor(scalars: [Int64.max, Int64.min, 0, Int64.max - 1])
    #expect(extremes.argSort().scalars == [1, 2, 3, 0])
    #expect(extremes.argSort(descending: true).scalars == [0, 3, 2, 1])
  }

  @Test func everyAxisIsSortedByItself() throws {
    let cube = Tensor(scalars: (0..<60).map { Double($0 * 37 % 60) }, shape: [3, 5, 4], type: .float64)
    withEvery("axis", in: [0, 1, 2, -1]) { axis in
      let sorted = cube.sorted(axis: axis).movingAxis(from: axis, to: -1).scalars
      let rows = cube.movingAxis(from: axis, to: -1).scalars
      let length = cube.shape[axis]
      let expected: [Double] = (0..<60 / length).flatMap { row in
        rows[(row * length)..<(row * length + length)].sorted()
      }
      expectClose(sorted, expected, .exact)
      try expectGradients(at: [cube]) { $0[0].sorted(axis: axis, descending: true) }
      try expectGradients(at: [cube]) { $0[0].topK(2, axis: axis, largest: false).values }
    }
    let long = Tensor(scalars: (0..<20_000).map { Double($0 * 7919 % 20_011) }, shape: [4, 5000])
    let rows = long.scalars
    let expected: [Double] = (0..<4).flatMap { row in rows[(row * 5000)..<(row * 5000 + 5000)].sorted() }
    #expect(long.sorted().scalars == expected)
    #expect(Tensor.zeros([2, 0]).sorted().shape == [2, 0])
    #expect(Tensor.zeros([0, 2]).argSort(axis: 0).scalarType == .int64)
    #expect(Tensor.ones([2, 1]).argSort().scalars == [0, 0])
  }

  @Test func topKChoosesInOrder() {
    let x: Tensor = [[1, 4, 2], [9, 7, 9]]
    let (values, indices) = x.topK(2)
    #expect(values.scalars == [4, 2, 9, 9])
    #expect(indices.scalars == [1, 2, 0, 2])
    #expect(indices.scalarType == .int64)
    #expect(x.topK(1, axis: 0, largest: false).values.scalars == [1, 4, 2])
    #expect(x.topK(0).values.shape == [2, 0])
  }

  @Test func mistakes() {
    let a = Tensor([[1, 2, 3]]).named("a")
    expectMistake(.invalidAxis, "argSort: axis 2 does not exist in 'a'") { a.argSort(axis: 2) }
    expectMistake(.invalidAxis, "sorted: axis 0 does not exist") { Tensor(1.0).sorted(axis: 0) }
    expectMistake(.invalidArgument, "topK: can't choose 4 of the 3 elements along axis 1 of 'a', shape [1, 3]") {
      a.topK(4).values
    }
    expectMistake(.invalidArgument, "topK: can't choose -1") { a.topK(-1).indices }
  }
}
