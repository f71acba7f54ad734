import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Convolutions and their transposes against direct loops and finite differences.
@Suite struct ConvolutionTests {
  /// The channels, output channels and groups of a case.
  private static let channels = [(3, 2, 1), (4, 6, 2), (3, 3, 3), (1, 2, 1)]

  @Test(arguments: [1, 2, 3])
  func convolutionAgreesWithLoops(axes: Int) {
    withEvery("geometry", in: LoopGeometry.all(axes: axes)) { geometry in
      withEvery("channels", in: Self.channels) { channels, outputs, groups in
        let x = distinctNumbers(Shape([2] + geometry.space + [channels]))
        let kernel = distinctNumbers(Shape(geometry.sizes + [channels / groups, outputs]), seed: 1)
        let y = convolution(
          x, kernel, stride: PerAxis(geometry.strides), padding: geometry.padding,
          dilation: PerAxis(geometry.dilations), groups: groups)
        #expect(y.shape == Shape([2] + geometry.counts + [outputs]))
        let expected = geometry.convolution(
          x.scalars, kernel.scalars, batch: 2, channels: channels, outputs: outputs, groups: groups)
        expectClose(y.scalars, expected, .relative(1e-13))
        let first = convolution(
          x.channelsFirst, kernel, stride: PerAxis(geometry.strides), padding: geometry.padding,
          dilation: PerAxis(geometry.dilations), groups: groups, layout: .channelsFirst)
        #expect(first.shape == y.channelsFirst.shape)
        expectClose(first.scalars, y.channelsFirst.scalars, .relative(1e-13))
      }
    }
  }

  @Test(arguments: [1, 2, 3])
  func transposedConvolutionAgreesWithLoops(axes: Int) {
    withEvery("geometry", in: LoopGeometry.all(axes: axes)) { geometry in
      withEvery("channels", in: Self.channels) { channels, outputs, groups in
        withEvery("output padding", in: [0, 1]) { more in
          var whole = geometry
          let counts = Array([3, 2, 3].prefix(axes))
          whole.space = (0..<axes).map { axis in
            (counts[axis] - 1) * whole.strides[axis] + (whole.sizes[axis] - 1) * whole.dilations[axis] + 1
              - whole.low[axis] - whole.high[axis] + more
          }
          let isPossible = zip(whole.strides, whole.dilations).allSatisfy { more < max($0, $1) }
          guard isPossible, whole.space.allSatisfy({ $0 > 0 }) else { return }
          let x = distinctNumbers(Shape([2] + counts + [channels]))
          let kernel = distinctNumbers(Shape(geometry.sizes + [outputs / groups, channels]), seed: 1)
          let y = transposedConvolution(
            x, kernel, stride: PerAxis(geometry.strides), padding: geometry.padding, outputPadding: PerAxis(more),
            dilation: PerAxis(geometry.dilations), groups: groups)
          #expect(y.shape == Shape([2] + whole.space + [outputs]))
          let expected = whole.transposedConvolution(
            x.scalars, kernel.scalars, counts: counts, batch: 2, channels: channels, outputs: outputs, groups: groups)
          expectClose(y.scalars, expected, .relative(1e-13))
          let first = transposedConvolution(
            x.channelsFirst, kernel, stride: PerAxis(geometry.strides), padding: geometry.padding,
            outputPadding: PerAxis(more), dilation: PerAxis(geometry.dilations), groups: groups,
            layout: .channelsFirst)
          expectClose(first.scalars, y.channelsFirst.scalars, .relative(1e-13))
        }
      }
    }
  }

  /// ⟨convolution(x), y⟩ = ⟨x, transposedConvolution(y)⟩ with the same kernel and parameters, for every padding.
  @Test func theTransposeIsTheAdjoint() {
    withEvery("size", in: [1, 2, 3, 4]) { size in
      withEvery("stride", in: [1, 2, 3]) { stride in
        withEvery("padding", in: [WindowPadding.valid, .same, .explicit(low: 1, high: 0)]) { padding in
          let (stride, groups) = (PerAxis(stride), 2)
          let kernel = distinctNumbers([size, size, 2, 6])
          // Sizes at which the windows reach the end of what is padded.
          let y = distinctNumbers([2, 3, 2, 6], seed: 2)
          let back = transposedConvolution(y, kernel, stride: stride, padding: padding, groups: groups)
          let x = distinctNumbers(back.shape, seed: 3)
          let there = convolution(x, kernel, stride: stride, padding: padding, groups: groups)
          #expect(there.shape == y.shape)
          expectClose([(there * y).sum().scalar], [(x * back).sum().scalar], .relative(1e-13))
        }
      }
    }
  }

  @Test func samePaddingIsThatOfTensorFlow() {
    // (size, window, stride, dilation): low, high, count.
    let table = [
      ((5, 3, 1, 1), (1, 1, 5)), ((6, 3, 2, 1), (0, 1, 3)), ((7, 3, 2, 1), (1, 1, 4)), ((5, 2, 1, 1), (0, 1, 5)),
      ((5, 4, 1, 1), (1, 2, 5)), ((6, 2, 3, 1), (0, 0, 2)), ((7, 3, 1, 2), (2, 2, 7)), ((4, 1, 4, 1), (0, 0, 1)),
    ]
    withEvery("row", in: table) { parameters, expected in
      let x = distinctNumbers([1, parameters.0, 1])
      let kernel = distinctNumbers([parameters.1, 1, 1])
      func convolved(_ padding: WindowPadding) -> Tensor {
        convolution(x, kernel, stride: PerAxis(parameters.2), padding: padding, dilation: PerAxis(parameters.3))
      }
      #expect(convolved(.same).shape == [1, expected.2, 1])
      let explicit = convolved(.explicit(low: PerAxis(expected.0), high: PerAxis(expected.1)))
      #expect(convolved(.same).scalars == explicit.scalars)
    }
  }

  @Test func depthwiseConvolutionTreatsEachChannelAlone() {
    let (x, kernel) = (distinctNumbers([2, 5, 4, 3]), distinctNumbers([2, 3, 3, 2], seed: 1))
    let y = depthwiseConvolution(x, kernel, stride: [2, 1], padding: .same)
    #expect(y.shape == [2, 3, 4, 6])
    withEvery("channel", in: 0..<3) { channel in
      let own = convolution(
        x[.ellipsis, channel..<channel + 1], kernel[.ellipsis, channel..<channel + 1, .all], stride: [2, 1],
        padding: .same)
      expectClose(y[.ellipsis, 2 * channel..<2 * channel + 2].scalars, own.scalars, .relative(1e-13))
    }
    let first = depthwiseConvolution(
      x.channelsFirst, kernel, stride: [2, 1], padding: .same, layout: .channelsFirst)
    expectClose(first.scalars, y.channelsFirst.scalars, .relative(1e-13))
    #expect(depthwiseConvolution(Tensor.ones([1, 4, 1]), Tensor.ones([2, 1, 3])).shape == [1, 3, 3])
    #expect(depthwiseConvolution(Tensor.ones([1, 4, 0]), Tensor.ones([2, 0, 3])).shape == [1, 3, 0])
  }

  @Test func axesWithoutElements() {
    #expect(convolution(Tensor.ones([0, 4, 2]), Tensor.ones([3, 2, 5])).shape == [0, 2, 5])
    #expect(convolution(Tensor.ones([1, 4, 0]), Tensor.ones([3, 0, 2])).scalars == [0, 0, 0, 0])
    #expect(convolution(Tensor.ones([1, 4, 2]), Tensor.ones([3, 2, 0])).shape == [1, 2, 0])
    #expect(transposedConvolution(Tensor.ones([1, 2, 0]), Tensor.ones([2, 1, 0])).scalars == [0, 0, 0])
    #expect(transposedConvolution(Tensor.ones([0, 2, 3]), Tensor.ones([2, 1, 3])).shape == [0, 3, 1])
  }

  @Test func integersWrap() {
    let x = Tensor([[[1], [2], [2_147_483_647]]], type: .int32)
    let kernel = Tensor([[[3]], [[2]]], type: .int32)
    #expect(convolution(x, kernel).scalars == [7, 4])
    #expect(transposedConvolution(x, kernel).scalars == [3, 8, -2_147_483_647, -2])
  }

  // MARK: Derivatives

  @Test(arguments: [1, 2, 3])
  func gradientsAgreeWithFiniteDifferences(axes: Int) throws {
    let geometries = LoopGeometry.all(axes: axes).filter { $0.placeCount > 1 }
    let chosen = geometries.indices.filter { $0 % 11 == 3 }.map { geometries[$0] }
    withEvery("geometry", in: chosen) { geometry in
      let (stride, dilation) = (PerAxis(geometry.strides), PerAxis(geometry.dilations))
      let space = geometry.space.map { $0 - 1 }
      let fits = (0..<axes).allSatisfy { axis in
        let padded = geometry.low[axis] + space[axis] + geometry.high[axis]
        return (geometry.sizes[axis] - 1) * geometry.dilations[axis] < padded
      }
      guard fits else { return }
      try expectGradients(
        at: [distinctNumbers(Shape([1] + space + [2])), distinctNumbers(Shape(geometry.sizes + [1, 2]), seed: 1)]
      ) {
        convolution($0[0], $0[1], stride: stride, padding: geometry.padding, dilation: dilation, groups: 2).squared()
      }
    }
    let sizes = Array([3, 2, 2].prefix(axes))
    let x = distinctNumbers(Shape([1, 2, 2, 2].prefix(axes + 1) + [2]))
    let kernel = distinctNumbers(Shape(sizes + [2, 2]), seed: 1)
    try expectGradients(at: [x, kernel]) {
      transposedConvolution($0[0], $0[1], stride: 2, padding: .same, outputPadding: 1).squared()
    }
  }

  /// Samples in one batch, or one after the other; kernels as well.
  @Test func vmapEqualsALoop() {
    let (x, kernels) = (distinctNumbers([3, 2, 5, 4, 2]), distinctNumbers([3, 2, 3, 2, 3], seed: 1))
    let together = vmap(x, kernels) { convolution($0, $1, stride: 2, padding: .same) }
    withEvery("sample", in: 0..<3) { sample in
      let alone = convolution(x[sample], kernels[sample], stride: 2, padding: .same)
      expectClose(together[sample].scalars, alone.scalars, .relative(1e-13))
    }
    let volumes = distinctNumbers([2, 1, 3, 3, 3, 4])
    let grouped = vmap(volumes) { convolution($0, distinctNumbers([2, 2, 2, 2, 4]), groups: 2) }
    #expect(grouped.shape == [2, 1, 2, 2, 2, 4])
    expectClose(
      grouped[1].scalars, convolution(volumes[1], distinctNumbers([2, 2, 2, 2, 4]), groups: 2).scalars, .relative(1e-13)
    )
  }
}
