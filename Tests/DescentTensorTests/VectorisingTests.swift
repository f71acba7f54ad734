import DescentGraph
import DescentTensor
import TestSupport
import Testing

@Suite struct VectorisingTests {
  struct Line: TensorStructure {
    var slope: Tensor
    var offset: Tensor
  }

  private let cube = Tensor.range(to: 24, type: .float64).reshaped(to: 2, 3, 4)

  @Test func everyAxisAgreesWithALoop() {
    withEvery("axis", in: -3..<3) { axis in
      withEvery("resultAxis", in: -3..<3) { resultAxis in
        let parts = cube.split(count: cube.shape[axis], axis: axis).map { $0.squeezed(axes: axis) }
        let place = resultAxis < 0 ? resultAxis + 3 : resultAxis
        let expected = Tensor.stack(parts.map { $0.transposed() * 2 }, axis: place)
        let actual = vmap(cube, axis: axis, resultAxis: resultAxis) { x in x.transposed() * 2 }
        #expect(actual.shape == expected.shape, "\(Combination.description)")
        expectClose(actual.scalars, expected.scalars, .exact)
      }
    }
  }

  @Test func severalArgumentsWithAxesOfTheirOwn() {
    let (matrix, vector): (Tensor, Tensor) = ([[1, 2], [3, 4], [5, 6]], [1, -1])
    let products = vmap(matrix, vector, axes: [0, nil]) { row, vector in (row * vector).sum() }
    #expect(products.scalars == [-1, -1, -1])
    #expect(vmap(vector, vector) { x, y in x * y + 1 }.scalars == [2, 2])
    #expect(vmap(vector, vector, vector) { x, y, z in x * y - z }.scalars == [0, 2])
    #expect(vmap(matrix, vector, axes: [1, 0]) { column, factor in column * factor }.scalars == [1, 3, 5, -2, -4, -6])
  }

  @Test func structuresAreMappedAndReturned() {
    let lines = Line(slope: [1, 2, 3], offset: [0, 1, 0])
    #expect(vmap(lines) { line in line.slope * 2 + line.offset }.scalars == [2, 5, 6])
    let doubled = vmap(lines) { line in Line(slope: line.slope * 2, offset: [7, 8]) }
    #expect(doubled.slope.scalars == [2, 4, 6])
    #expect(doubled.offset.scalars == [7, 8, 7, 8, 7, 8])
    #expect(vmap(lines.slope) { x in [x, x * x] }.map(\.scalars) == [[1, 2, 3], [1, 4, 9]])
  }

  @Test func mapsNest() {
    let (x, y): (Tensor, Tensor) = ([1, 2, 3], [10, 20])
    let outer = vmap(x) { x in vmap(y) { y in x * y } }
    #expect(outer.shape == [3, 2])
    #expect(outer.scalars == [10, 20, 20, 40, 30, 60])
    let products = vmap(x) { x in vmap(y) { v in vmap(y) { w in x * v - w } } }
    #expect(products.shape == [3, 2, 2])
    #expect(products.scalars == [0, -10, 10, 0, 10, 0, 30, 20, 20, 10, 50, 40])
  }

  @Test func derivativesAndMapsMixInEveryOrder() {
    let x = Tensor(scalars: [1.0, 2, 3], type: .float64)
    func cube(_ x: Tensor) -> Tensor { x ** 3 }
    #expect(vmap(x) { x in gradient(at: x) { x in cube(x) } }.scalars == [3, 12, 27])
    #expect(gradient(at: x) { x in vmap(x) { x in cube(x) }.sum() }.scalars == [3, 12, 27])
    #expect(vmap(x) { x in gradient(at: x) { x in gradient(at: x) { x in cube(x) } } }.scalars == [6, 12, 18])
    #expect(gradient(at: x) { x in vmap(x) { x in gradient(at: x) { x in cube(x) } }.sum() }.scalars == [6, 12, 18])
    let (value, tangent) = jvp(at: x, along: x) { x in vmap(x) { x in cube(x) } }
    #expect(value.scalars == [1, 8, 27] && tangent.scalars == [3, 24, 81])
    #expect(vmap(x) { x in jvp(at: x, along: x) { x in cube(x) }.tangent }.scalars == [3, 24, 81])
  }

  /// A captured tensor is the same for every sample; its derivative is the sum over the samples.
  @Test func derivativesReachWhatTheFunctionCaptures() {
    let samples: Tensor = [[1, 2], [3, 4]]
    let slope = gradient(at: Tensor([1, 1])) { w in vmap(samples) { x in (w * x).sum() ** 2 }.sum() }
    #expect(slope.scalars == [48, 68])
    let each = vmap(samples) { x in gradient(at: Tensor([1, 1])) { w in (w * x).sum() ** 2 } }
    #expect(each.scalars == [6, 12, 42, 56])
  }

  @Test func noSamplesGiveNoResults() {
    #expect(vmap(Tensor.zeros([0, 3])) { x in exp(x).sum() }.shape == [0])
  }

  @Test func theFunctionIsCalledOnceAndNothingIsComputed() {
    var calls = 0
    let result = vmap(Tensor([1, 2, 3]) + 0.5) { x in
      calls += 1
      return x * x
    }
    #expect(calls == 1)
    #expect(result.node.value == nil)
  }

  @Test func mistakesAreExplained() {
    let (x, y): (Tensor, Tensor) = ([1, 2], [1, 2, 3])
    #expect(words { vmap(x, y) { x, y in x * y } }.contains("has 3 samples, and what stands before it has 2"))
    #expect(words { vmap(x, axis: 1) { x in x } }.contains("shape [2] has no axis 1 to map over"))
    #expect(words { vmap(x, resultAxis: 2) { x in x } }.contains("resultAxis 2 does not exist"))
    #expect(words { vmap(x, y, axes: [nil, nil]) { x, y in x } }.contains("no argument is mapped over"))
    #expect(words { vmap(x, y, axes: [0]) { x, y in x } }.contains("argument 2 has no axis"))
    #expect(words { vmap(x, x, axes: [0, 0, 0]) { x, y in x } }.contains("3 axes for 2 arguments"))
    #expect(words { vmap(x) { x in y + Tensor([1, 2]) * x } }.contains("shapes do not broadcast"))
    let full = Tensor.zeros([1, 1, 1, 1, 1, 1, 1, 1])
    #expect(words { vmap(x) { x in full * x } }.contains("no room for the batch axis"))
  }
}
