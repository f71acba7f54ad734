import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Pools and patches against direct loops.
@Suite struct PoolingTests {
  @Test(arguments: [1, 2, 3])
  func poolsAgreeWithLoops(axes: Int) {
    withEvery("geometry", in: LoopGeometry.all(axes: axes, dilated: false)) { geometry in
      let x = -distinctNumbers(Shape([2] + geometry.space + [3]))
      let (window, stride) = (PerAxis(geometry.sizes), PerAxis(geometry.strides))
      let shape = Shape([2] + geometry.counts + [3])
      func check(
        _ pooled: (Tensor, ChannelLayout) -> Tensor, _ combine: ([Double]) -> Double,
        sourceLocation: SourceLocation = #_sourceLocation
      ) {
        let expected = geometry.pool(x.scalars, batch: 2, channels: 3, combine)
        let (last, first) = (pooled(x, .channelsLast), pooled(x.channelsFirst, .channelsFirst))
        #expect(last.shape == shape && first.shape == last.channelsFirst.shape, sourceLocation: sourceLocation)
        #expect(first.scalars.map(\.bitPattern) == last.channelsFirst.scalars.map(\.bitPattern))
        for (actual, expected) in zip(last.scalars, expected) where !(actual.isNaN && expected.isNaN) {
          #expect(abs(actual - expected) <= 1e-12 || actual == expected, sourceLocation: sourceLocation)
        }
      }
      let padding = geometry.padding
      check({ $0.maxPooled(window: window, stride: stride, padding: padding, layout: $1) }) {
        $0.max() ?? -.infinity
      }
      check({ $0.sumPooled(window: window, stride: stride, padding: padding, layout: $1) }) { $0.reduce(0, +) }
      let places = Double(geometry.placeCount)
      check({ $0.averagePooled(window: window, stride: stride, padding: padding, layout: $1) }) {
        $0.reduce(0, +) / places
      }
      check({
        $0.averagePooled(window: window, stride: stride, padding: padding, countsPadding: false, layout: $1)
      }) { $0.reduce(0, +) / Double($0.count) }
    }
  }

  @Test func windowsLieSideBySideUnlessSaidOtherwise() {
    let x = Tensor([[[1], [5], [2], [4], [9]]], type: .float64)
    #expect(x.maxPooled(window: 2).scalars == [5, 4])
    #expect(x.maxPooled(window: 2, padding: .same).scalars == [5, 4, 9])
    #expect(x.averagePooled(window: 2, padding: .same).scalars == [3, 3, 4.5])
    #expect(x.averagePooled(window: 2, padding: .same, countsPadding: false).scalars == [3, 3, 9])
    #expect(x.sumPooled(window: 3, stride: 2).scalars == [8, 15])
    #expect(x.globalAveragePooled().scalars == [4.2])
    #expect(x.channelsFirst.globalAveragePooled(layout: .channelsFirst).shape == [1, 1])
    #expect(Tensor.ones([2, 3, 4, 5]).globalAveragePooled().shape == [2, 5])
  }

  @Test func otherTypes() {
    let x = Tensor([[[-3], [-5], [-7]]], type: .int32)
    #expect(x.maxPooled(window: 2, stride: 1, padding: .same).scalars == [-3, -5, -7])
    #expect(x.sumPooled(window: 2, stride: 1).scalars == [-8, -12])
    #expect(x.averagePooled(window: 2, stride: 1).scalars == [-4, -6])
    #expect(x.averagePooled(window: 2).scalarType == .float32)
    let truths: Tensor = [[[false], [true], [false], [false]]]
    #expect(truths.maxPooled(window: 2, padding: .explicit(low: 2, high: 0)).scalars == [0, 1, 0])
    #expect(truths.sumPooled(window: 3, stride: 1).scalarType == .int64)
    #expect(truths.sumPooled(window: 3, stride: 1).scalars == [1, 1])
    #expect(
      Tensor(scalars: [Float.nan, 1, 2], shape: [1, 3, 1]).maxPooled(window: 2, stride: 1).scalars.map(\.isNaN) == [
        true, false,
      ])
    #expect(Tensor.ones([0, 4, 4, 2]).maxPooled(window: 2).shape == [0, 2, 2, 2])
  }

  @Test func gradients() throws {
    let x = distinctNumbers([2, 4, 5, 2])
    try expectGradients(at: [x]) { $0[0].maxPooled(window: 3, stride: 2, padding: .same).squared() }
    try expectGradients(at: [x]) { $0[0].sumPooled(window: [2, 1], padding: .same).squared() }
    try expectGradients(at: [x]) {
      $0[0].averagePooled(window: 3, stride: 1, padding: .same, countsPadding: false).squared()
    }
    try expectGradients(at: [x]) { $0[0].patches(window: 2, dilation: 2, padding: .same).squared() }
    try expectGradients(at: [x]) { $0[0].globalAveragePooled(layout: .channelsFirst).squared() }
    // Ties share evenly, and the element of two windows receives from both.
    let flat = Tensor([[[1], [1], [0], [2]]], type: .float64)
    let slope = gradient(at: flat) { $0.maxPooled(window: 2, stride: 1).sum() }
    #expect(slope.scalars == [0.5, 1.5, 0, 1])
    let padded = gradient(at: flat) { $0.maxPooled(window: 2, padding: .explicit(low: 1, high: 1)).sum() }
    #expect(padded.scalars == [1, 1, 0, 1])
  }

  @Test func patchesAreTheWindows() {
    let x = distinctNumbers([2, 4, 3, 2])
    let patches = x.patches(window: [2, 3], stride: [2, 1])
    #expect(patches.shape == [2, 2, 1, 2, 3, 2])
    #expect(patches[1, 1, 0].scalars == x[1, 2..<4].scalars)
    let first = x.channelsFirst.patches(window: [2, 3], stride: [2, 1], layout: .channelsFirst)
    #expect(first.shape == [2, 2, 2, 1, 2, 3])
    #expect(first.scalars == patches.transposed(0, 5, 1, 2, 3, 4).scalars)
    let dilated = Tensor([[[1], [2], [3], [4]]], type: .float64).patches(
      window: 2, dilation: 2, padding: .explicit(low: 1, high: 0))
    #expect(dilated.scalars == [0, 2, 1, 3, 2, 4])
    #expect(Tensor.ones([1, 3, 3, 3, 1]).patches(window: 2).shape == [1, 2, 2, 2, 2, 2, 2, 1])
  }
}
