import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Resizing against the formulas, element by element.
@Suite struct ResizingTests {
  /// Where the new element i lies among the old ones.
  private func coordinate(_ i: Int, _ size: Int, _ count: Int, _ alignment: GridAlignment) -> Double {
    switch alignment {
    case .halfPixelCenters: (Double(i) + 0.5) * Double(size) / Double(count) - 0.5
    case .corners: count == 1 ? 0 : Double(i * (size - 1)) / Double(count - 1)
    }
  }

  /// One row of the matrix that resizes an axis.
  private func weights(
    _ i: Int, _ size: Int, _ count: Int, _ method: ResizingMethod, _ alignment: GridAlignment
  ) -> [Double] {
    var row = [Double](repeating: 0, count: size)
    let place = min(max(coordinate(i, size, count, alignment), 0), Double(size - 1))
    switch method {
    case .nearest: row[min(Int((place + 0.5).rounded(.down)), size - 1)] = 1
    case .bilinear:
      let low = Int(place)
      row[low] += 1 - (place - Double(low))
      row[min(low + 1, size - 1)] += place - Double(low)
    }
    return row
  }

  @Test func everyAxisIsResizedByItsMatrix() {
    withEvery("alignment", in: GridAlignment.allCases) { alignment in
      withEvery("method", in: ResizingMethod.allCases) { method in
        withEvery("size", in: [1, 2, 3, 5]) { size in
          withEvery("count", in: [1, 2, 4, 5, 7, 13]) { count in
            let x = distinctNumbers([2, size, 2])
            let y = x.resized(to: PerAxis(count), method: method, alignment: alignment)
            #expect(y.shape == [2, count, 2])
            let rows = (0..<count).map { weights($0, size, count, method, alignment) }
            let expected = einsum("nsc,ms->nmc", x, Tensor(rows: rows, type: .float64))
            expectClose(y.scalars, expected.scalars, .relative(1e-13))
          }
        }
      }
    }
  }

  @Test func axesAreIndependent() {
    let x = distinctNumbers([1, 3, 4, 2, 2])
    withEvery("method", in: ResizingMethod.allCases) { method in
      let whole = x.resized(to: [5, 2, 3], method: method)
      #expect(whole.shape == [1, 5, 2, 3, 2])
      let steps = x.resized(to: [3, 4, 3], method: method).resized(to: [5, 4, 3], method: method)
      expectClose(whole.scalars, steps.resized(to: [5, 2, 3], method: method).scalars, .relative(1e-13))
      let first = x.channelsFirst.resized(to: [5, 2, 3], method: method, layout: .channelsFirst)
      #expect(first.scalars == whole.channelsFirst.scalars)
    }
  }

  @Test func knownNumbers() {
    let ramp = Tensor([[[0], [1]]], type: .float64)
    #expect(ramp.resized(to: 4).scalars == [0, 0.25, 0.75, 1])
    #expect(ramp.resized(to: 3, alignment: .corners).scalars == [0, 0.5, 1])
    #expect(ramp.resized(to: 4, method: .nearest).scalars == [0, 0, 1, 1])
    #expect(ramp.resized(to: 1, method: .nearest).scalars == [1])
    let integers = Tensor([[[0], [1]]], type: .int32)
    #expect(integers.resized(to: 4, method: .nearest).scalarType == .int32)
    #expect(integers.resized(to: 4).scalars == [0, 0.25, 0.75, 1])
    #expect(ramp.resized(to: 2).node === ramp.node)
    #expect(Tensor.ones([0, 2, 3]).resized(to: 5).shape == [0, 5, 3])
  }

  @Test func gradients() throws {
    let x = distinctNumbers([1, 3, 2, 2])
    withEvery("method", in: ResizingMethod.allCases) { method in
      withEvery("alignment", in: GridAlignment.allCases) { alignment in
        try expectGradients(at: [x]) { $0[0].resized(to: [5, 1], method: method, alignment: alignment).squared() }
      }
    }
  }

  @Test func mistakes() {
    let x = Tensor.ones([1, 3, 2, 2]).named("x")
    expectMistake(.invalidArgument, "resized: size [0, 4] is outside its domain, 1 to 2147483647") {
      x.resized(to: [0, 4])
    }
    expectMistake(
      .invalidArgument, "resized: size [2, 2, 2] has 3 numbers, and 'x' with shape [1, 3, 2, 2] has 2 axes of space"
    ) { x.resized(to: [2, 2, 2]) }
    expectMistake(.shapeMismatch, "resized: the tensor with shape [1, 0, 2] has no elements along an axis of space") {
      Tensor.ones([1, 0, 2]).resized(to: 3)
    }
    expectMistake(.resource, "no memory holds a tensor of shape") {
      Tensor.ones([4, 2, 2, 4]).resized(to: 2_147_483_647)
    }
  }
}
