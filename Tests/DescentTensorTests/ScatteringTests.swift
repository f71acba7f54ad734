import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Reading and writing at indices and masks against NumPy's results and finite differences.
@Suite struct ScatteringTests {
  static let x = Tensor([[1, 5, 3], [9, 2, 4]], type: .float64)
  static let cube = distinctNumbers([2, 3, 2])

  static func integers(_ literal: TensorLiteral) -> Tensor { Tensor(literal, type: .int64) }

  @Test func takingAlongReadsOneElementForEachIndex() throws {
    let x = Self.x
    #expect(x.takingAlong(Self.integers([[2, 0], [-1, 1]]), axis: 1).scalars == [3, 1, 4, 2])
    #expect(x.takingAlong(Tensor([[1, 0, -2]], type: .int32), axis: 0).scalars == [9, 5, 3])
    #expect(x.takingAlong(x.argMax(axis: 1).expanded(axes: 1), axis: -1).scalars == [5, 9])
    withEvery("axis", in: 0..<3) { axis in
      let indices = (Tensor(.iota([2, 3, 2], axis: axis, .int64)) + 1) * -1
      expectClose(Self.cube.takingAlong(indices, axis: axis).scalars, Self.cube.flipped(axes: axis).scalars, .exact)
      try expectGradients(at: [Self.cube]) { $0[0].takingAlong(indices, axis: axis) }
    }
    try expectGradients(at: [x]) { $0[0].takingAlong(Self.integers([[0, 0], [2, 2]]), axis: 1) }
  }

  @Test func settingAndAddingAlongWriteThere() throws {
    let (x, places) = (Self.x, Self.integers([[2, 0], [-1, 1]]))
    let updates = Tensor([[10, 20], [30, 40]], type: .float64)
    #expect(x.settingAlong(places, updates, axis: 1).scalars == [20, 5, 10, 9, 40, 30])
    #expect(x.addingAlong(places, updates, axis: 1).scalars == [21, 5, 13, 9, 42, 34])
    #expect(x.addingAlong(Self.integers([[1, 1], [0, 0]]), updates, axis: 1).scalars == [1, 35, 3, 79, 2, 4])
    #expect(
      x.addingAlong(Self.integers([[1, 1]]), Tensor([[10, 20]], type: .float64), axis: 1).scalars == [
        1, 35, 3, 9, 2, 4,
      ])
    #expect(
      x.settingAlong(Self.integers([[1]]), Tensor([[10]], type: .float64), axis: 0).scalars == [1, 5, 3, 10, 2, 4])
    let infinite = Tensor(scalars: [Double.infinity, 0])
    #expect(infinite.settingAlong(Self.integers([0]), [1], axis: 0).scalars == [1, 0])
    try expectGradients(at: [x, updates]) { $0[0].settingAlong(places, $0[1], axis: 1) }
    try expectGradients(at: [x, updates]) { $0[0].addingAlong(Self.integers([[1, 1], [0, 2]]), $0[1], axis: 1) }
  }

  @Test func gatheringAtReadsSlicesByTheirFirstPositions() throws {
    let cube = Self.cube
    #expect(
      cube.gathering(at: Self.integers([[0, 1], [-1, -1]])).scalars == (cube[0, 1].scalars + cube[1, 2].scalars))
    #expect(cube.gathering(at: Self.integers([1, 2, 0])).scalars == [cube[1, 2, 0].scalar])
    #expect(cube.gathering(at: Self.integers([[[1]], [[0]]])).shape == [2, 1, 3, 2])
    #expect(cube.gathering(at: Tensor.zeros([2, 0], type: .int64)).shape == [2, 2, 3, 2])
    try expectGradients(at: [cube]) { $0[0].gathering(at: Self.integers([[0, 1], [0, 1], [1, 0]])) }
  }

  @Test func scatteringSumAddsSlices() throws {
    let updates = Tensor([[1, 2], [10, 20]], type: .float64)
    #expect(Self.x.scatteringSum(updates, at: Self.integers([0, -1]), axis: 1).scalars == [2, 5, 5, 19, 2, 24])
    #expect(Self.x.scatteringSum(updates, at: Self.integers([1, 1]), axis: 1).scalars == [1, 8, 3, 9, 32, 4])
    try expectGradients(at: [Self.x, updates]) { $0[0].scatteringSum($0[1], at: Self.integers([2, 2]), axis: 1) }
  }

  @Test func segmentSumAddsRowsOfOneId() throws {
    let rows = Tensor([[1, 2], [3, 4], [5, 6]], type: .float64)
    #expect(rows.segmentSum(Self.integers([2, 0, 2]), count: 4).scalars == [3, 4, 0, 0, 6, 8, 0, 0])
    try expectGradients(at: [rows]) { $0[0].segmentSum(Self.integers([1, 1, 0]), count: 2) }
  }

  @Test func masksChooseElements() throws {
    let x = Self.x
    #expect(x.masked(x .> 3, with: 0).scalars == [1, 0, 3, 0, 2, 0])
    #expect(x.masked([true, false, false], with: -x).scalars == [-1, 5, 3, -9, 2, 4])
    #expect(x.entries(where: x .> 3).scalars == [5, 9, 4])
    #expect(x.entries(where: x .> 100).shape == [0])
    try expectGradients(at: [x]) { $0[0].entries(where: x .> 2) }
    try expectGradients(at: [x, -x]) { $0[0].masked(x .> 2, with: $0[1]) }
    let slope = gradient(at: x) { x in x.entries(where: x .> 3).squared().sum() }
    #expect(slope.scalars == [0, 10, 0, 18, 0, 8])
  }

  @Test func assignmentReplacesAPart() throws {
    let x = Self.x
    func assigned(_ change: (inout Tensor) -> Void) -> [Double] {
      var copy = x
      change(&copy)
      #expect(copy.shape == x.shape)
      return copy.scalars
    }
    func row(_ literal: TensorLiteral) -> Tensor { Tensor(literal, type: .float64) }
    #expect(assigned { $0[0] = row([7, 8, 6]) } == [7, 8, 6, 9, 2, 4])
    #expect(assigned { $0[-1, 1] = Tensor(7, type: .float64) } == [1, 5, 3, 9, 7, 4])
    #expect(assigned { $0[.all, 1...] = row([[7, 8], [6, 5]]) } == [1, 7, 8, 9, 6, 5])
    #expect(assigned { $0[.ellipsis, 0] = row([7, 8]) } == [7, 5, 3, 8, 2, 4])
    #expect(assigned { $0[.all, .stride(by: 2)] = row([7, 8]) } == [7, 5, 8, 7, 2, 8])
    #expect(assigned { $0[1, .stride(by: -1)] = row([7, 8, 6]) } == [1, 5, 3, 6, 8, 7])
    #expect(assigned { $0[.all, 1..<1] = row([[], []]) } == x.scalars)
    #expect(assigned { $0[0, 0..<2] += 1 } == [2, 6, 3, 9, 2, 4])
    #expect(assigned { $0[.ellipsis] = Tensor(0, type: .float64) } == [0, 0, 0, 0, 0, 0])
    #expect(x.scalars == [1, 5, 3, 9, 2, 4])
    try expectGradients(at: [x, row([7, 8])]) { inputs in
      var y = inputs[0] * 2
      y[.all, .stride(by: -2)] = inputs[1] * inputs[1]
      return y * y
    }
  }

  @Test func indicesOutsideTheirAxisAreNamed() {
    let x = Self.x
    expectMistake(.indexOutOfBounds, "index 3 at position 1 is outside axis 1, which has 3 elements") {
      x.takingAlong(Self.integers([[0, 3], [0, 0]]), axis: 1)
    }
    expectMistake(.indexOutOfBounds, "index -3 at position 2 is outside axis 0, which has 2 elements") {
      x.takingAlong(Self.integers([[0, 1, -3]]), axis: 0)
    }
    expectMistake(.indexOutOfBounds, "index 3 at position 0 is outside axis 1") {
      x.addingAlong(Self.integers([[3], [0]]), x[.all, 0..<1], axis: 1)
    }
    expectMistake(.indexOutOfBounds, "index 4 at position 0 is outside axis 1") {
      x.settingAlong(Self.integers([[4], [0]]), x[.all, 0..<1], axis: 1)
    }
    expectMistake(.indexOutOfBounds, "index 3 at position 1 is outside axis 1") {
      x.gathering(at: Self.integers([[0, 0], [0, 3]]))
    }
    expectMistake(.indexOutOfBounds, "index 2 at position 0 is outside axis 0") {
      x.scatteringSum(x[0..<1], at: Self.integers([2]))
    }
    expectMistake(.indexOutOfBounds, "index 2 at position 1 is outside axis 0") {
      x.segmentSum(Self.integers([0, 2]), count: 2)
    }
  }

  @Test func mistakes() {
    let x = Self.x.named("x")
    expectMistake(
      .shapeMismatch,
      "takingAlong: indices must be integers with the sizes of 'x', [2, 3], on all axes but 1; they are int64 with "
        + "shape [1, 2]"
    ) { x.takingAlong(Self.integers([[0, 1]]), axis: 1) }
    expectMistake(.shapeMismatch, "they are float64") { x.takingAlong(x, axis: 1) }
    expectMistake(.shapeMismatch, "they are int64 with shape [2]") { x.takingAlong(Self.integers([0, 1]), axis: 1) }
    expectMistake(
      .shapeMismatch, "and updates have their shape; they are int64 with shape [2, 1], updates of shape [2]"
    ) { x.addingAlong(Self.integers([[0], [1]]), x[.all, 0], axis: 1) }
    expectMistake(.shapeMismatch, "indices [..., r] must be integers with r at most 2") {
      x.gathering(at: Self.integers([0, 1, 2]))
    }
    expectMistake(.shapeMismatch, "slices of shape [2, 2], not [2, 3]") {
      x.scatteringSum(x, at: Self.integers([0, 1]), axis: 1)
    }
    expectMistake(.shapeMismatch, "segmentSum: int64 indices of shape [3] along axis 0 need") {
      x.segmentSum(Self.integers([0, 1, 0]), count: 2)
    }
    expectMistake(.invalidArgument, "can't make -1 sums") { x.segmentSum(Self.integers([0, 1]), count: -1) }
    expectMistake(.shapeMismatch, "the mask must be bool of shape [2, 3], and the tensor is bool of shape [3]") {
      x.entries(where: [true, false, true])
    }
    expectMistake(.scalarTypeMismatch, "masked: 0.5 is no int64") {
      Self.integers([1]).masked([true], with: 0.5)
    }
    func assigned(_ change: (inout Tensor) -> Void) -> Tensor {
      var copy = x
      change(&copy)
      return copy
    }
    expectMistake(.invalidArgument, "an assignment can't make a .newAxis") {
      assigned { $0[.newAxis, 0] = Tensor(1, type: .float64) }
    }
    expectMistake(.shapeMismatch, "the assigned value has shape [2], and the part of 'x' has [3]") {
      assigned { $0[0] = Tensor([1, 2], type: .float64) }
    }
    expectMistake(.indexOutOfBounds, "index 2 is outside axis 0") { assigned { $0[2] = x[0] } }
    expectMistake(.scalarTypeMismatch, "scalar types differ") { assigned { $0[0] = Tensor(1, type: .int64) } }
  }
}
