import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Convolutions large enough that products pack the windows from where they lie, and their gradients: against loops.
@Suite struct PackedConvolutionTests {
  private static let geometries = [
    LoopGeometry(space: [9, 11], sizes: [3, 3], strides: [1, 1], dilations: [1, 1], low: [1, 1], high: [1, 1]),
    LoopGeometry(space: [12, 7], sizes: [3, 2], strides: [1, 1], dilations: [2, 1], low: [0, 0], high: [0, 0]),
    LoopGeometry(space: [13, 10], sizes: [5, 3], strides: [2, 1], dilations: [1, 1], low: [2, 0], high: [1, 2]),
    LoopGeometry(space: [10, 10], sizes: [2, 2], strides: [2, 2], dilations: [1, 1], low: [0, 0], high: [0, 0]),
    LoopGeometry(space: [9, 9], sizes: [3, 3], strides: [1, 1], dilations: [1, 1], low: [3, 0], high: [0, 4]),
    LoopGeometry(space: [8, 8], sizes: [1, 4], strides: [1, 1], dilations: [1, 1], low: [0, 1], high: [0, 2]),
    LoopGeometry(space: [70], sizes: [7], strides: [1], dilations: [1], low: [3], high: [3]),
    LoopGeometry(
      space: [5, 4, 6], sizes: [3, 2, 3], strides: [1, 1, 1], dilations: [1, 1, 1], low: [1, 0, 1], high: [1, 1, 1]),
  ]
  private static let channels = [(17, 20), (16, 33), (1, 24), (5, 16)]

  @Test func valuesAndGradientsAgreeWithLoops() {
    withEvery("geometry", in: Self.geometries) { geometry in
      withEvery("channels", in: Self.channels) { channels, outputs in
        let x = distinctNumbers(Shape([3] + geometry.space + [channels]))
        let kernel = distinctNumbers(Shape(geometry.sizes + [channels, outputs]), seed: 1)
        func convolved(_ x: Tensor, _ kernel: Tensor) -> Tensor {
          convolution(
            x, kernel, stride: PerAxis(geometry.strides), padding: geometry.padding,
            dilation: PerAxis(geometry.dilations))
        }
        func loops(_ kernel: [Double]) -> [Double] {
          geometry.convolution(x.scalars, kernel, batch: 3, channels: channels, outputs: outputs, groups: 1)
        }
        let (y, pullback) = vjp(at: x, kernel, of: convolved)
        expectClose(y.scalars, loops(kernel.scalars), .relative(1e-12))
        let cotangent = distinctNumbers(y.shape, seed: 2)
        let (dx, dKernel) = pullback(cotangent)
        let adjoint = geometry.transposedConvolution(
          cotangent.scalars, kernel.scalars, counts: geometry.counts, batch: 3, channels: outputs, outputs: channels,
          groups: 1)
        expectClose(dx.scalars, adjoint, .relative(1e-12))
        // The convolution is linear in its kernel: an element's slope is what the kernel with a single 1 there gives.
        let slopes = dKernel.scalars
        for place in stride(from: 0, to: slopes.count, by: max(1, slopes.count / 7)) {
          var single = [Double](repeating: 0, count: slopes.count)
          single[place] = 1
          let expected = zip(loops(single), cotangent.scalars).reduce(0) { $0 + $1.0 * $1.1 }
          expectClose([slopes[place]], [expected], .relative(1e-11))
        }
      }
    }
  }

  /// The first thread has the pool's workers, the others compute alone.
  @Test func bitsDoNotDependOnThreads() throws {
    let results = try onThreads(3) { _ in
      let x = Tensor.normal([4, 20, 20, 32], using: RandomGenerator(seed: 1))
      let kernel = Tensor.normal([3, 3, 32, 24], using: RandomGenerator(seed: 2))
      let (dx, dKernel) = gradient(at: x, kernel) { (convolution($0, $1, padding: .same) ** 2).sum() }
      return dx.scalars + dKernel.scalars
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
