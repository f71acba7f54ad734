import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// What a wrong convolution or pool is told.
@Suite struct ConvolutionMistakeTests {
  private static let limit = 2_147_483_647
  private let x = Tensor.ones([1, 4, 4, 6]).named("x")
  private let kernel = Tensor.ones([3, 3, 6, 2]).named("k")

  @Test func ranks() {
    expectMistake(
      .shapeMismatch,
      "convolution: 'v' with shape [4, 4] needs 3, 4 or 5 axes: [batch, space…, channels] with 1, 2 or 3 axes of space; "
        + "add one with .expanded(axes:)"
    ) { convolution(Tensor.ones([4, 4]).named("v"), kernel) }
    expectMistake(.shapeMismatch, "maxPooled: the tensor with shape [1, 1, 1, 1, 1, 1] needs 3, 4 or 5 axes") {
      Tensor.ones([1, 1, 1, 1, 1, 1]).maxPooled(window: 1, layout: .channelsFirst)
    }
    expectMistake(.shapeMismatch, "globalAveragePooled: the tensor with shape [] needs") {
      Tensor(1).globalAveragePooled()
    }
    expectMistake(
      .shapeMismatch,
      "convolution: the kernel 'k' with shape [3, 3, 6, 2] must be [sizes…, channels / groups, output channels] with 1 "
        + "sizes, since the tensor has shape [1, 4, 6]"
    ) { convolution(Tensor.ones([1, 4, 6]), kernel) }
  }

  @Test func channels() {
    expectMistake(
      .shapeMismatch,
      "convolution: the kernel 'k' with shape [3, 3, 6, 2] must be [sizes…, channels / groups, output channels] and so "
        + "have 3, not 6, on axis 2: 'x' with shape [1, 4, 4, 6] has 6 channels in 2 groups"
    ) { convolution(x, kernel, groups: 2) }
    expectMistake(
      .shapeMismatch,
      "convolution: 6 channels do not fall into 4 equal groups: 'x' [1, 4, 4, 6], the kernel 'k' with shape [3, 3, 6, 2]"
    ) { convolution(x, kernel, groups: 4) }
    expectMistake(.shapeMismatch, "convolution: 2 output channels do not fall into 3 equal groups") {
      convolution(x, kernel, groups: 3)
    }
    expectMistake(.shapeMismatch, "convolution: 0 groups can't be; give 1 or more") {
      convolution(x, kernel, groups: 0)
    }
    expectMistake(.shapeMismatch, "6 channels do not fall into \(Int.max) equal groups") {
      convolution(x, kernel, groups: .max)
    }
    expectMistake(.shapeMismatch, "have 4, not 6, on axis 2: 'x' with shape [1, 4, 4, 6] has 4 channels in 1 group") {
      convolution(x, kernel, layout: .channelsFirst)
    }
    expectMistake(
      .shapeMismatch,
      "transposedConvolution: the kernel 'k' with shape [3, 3, 6, 2] must be [sizes…, output channels / groups, channels]"
        + " and so have 6, not 2, on axis 3"
    ) { transposedConvolution(x, kernel) }
    expectMistake(
      .shapeMismatch,
      "depthwiseConvolution: the kernel with shape [3, 3, 5, 2] must be [sizes…, channels, multiplier] with 2 sizes and "
        + "the 6 channels of 'x' with shape [1, 4, 4, 6]"
    ) { depthwiseConvolution(x, Tensor.ones([3, 3, 5, 2])) }
    expectMistake(.invalidArgument, "axis 3 can't have") {
      depthwiseConvolution(Tensor.ones([1, 1, 65_536, 65_536]), Tensor.ones([1, 1, 65_536, 65_536]))
    }
  }

  @Test func types() {
    expectMistake(
      .scalarTypeMismatch,
      "convolution: scalar types differ or are bool: 'x' is float32, the kernel is float64; convert one with "
        + ".converted(to:)"
    ) { convolution(x, Tensor.ones([3, 3, 6, 2], type: .float64)) }
    expectMistake(.scalarTypeMismatch, "transposedConvolution: scalar types differ or are bool") {
      transposedConvolution(Tensor.ones([1, 3, 1], type: .bool), Tensor.ones([1, 1, 1], type: .bool))
    }
  }

  @Test func numbers() {
    expectMistake(.invalidArgument, "convolution: stride 0 is outside its domain, 1 to 2147483647") {
      convolution(x, kernel, stride: 0)
    }
    expectMistake(.invalidArgument, "maxPooled: window [2, -1] is outside its domain") {
      x.maxPooled(window: [2, -1])
    }
    expectMistake(
      .invalidArgument,
      "averagePooled: stride [1, 2, 3] has 3 numbers, and 'x' with shape [1, 4, 4, 6] has 2 axes of space; give one "
        + "number for all of them or one for each"
    ) { x.averagePooled(window: 2, stride: [1, 2, 3]) }
    expectMistake(.invalidArgument, "low padding -1 is outside its domain, 0 to 2147483647") {
      x.sumPooled(window: 2, padding: .explicit(low: -1, high: 0))
    }
    expectMistake(.invalidArgument, "dilation \(Int.max) is outside its domain") {
      x.patches(window: 2, dilation: PerAxis(.max))
    }
    expectMistake(.invalidArgument, "stride [] has 0 numbers") { convolution(x, kernel, stride: []) }
    expectMistake(.invalidArgument, "a kernel of [0, 3] is outside its domain") {
      convolution(x, Tensor.ones([0, 3, 6, 2]))
    }
  }

  @Test func windowsThatDoNotFit() {
    expectMistake(
      .shapeMismatch,
      "convolution: a kernel of [3, 3] with dilation [2, 2] spans [5, 5] elements, more than the [4, 4] of space in 'x' "
        + "with shape [1, 4, 4, 6]; use a smaller one or pad more"
    ) { convolution(x, kernel, dilation: 2) }
    expectMistake(
      .shapeMismatch,
      "maxPooled: window [7, 7] spans [7, 7] elements, more than the [6, 5] of space in 'x' with shape [1, 4, 4, 6] and "
        + "its padding"
    ) { x.maxPooled(window: 7, padding: .explicit(low: 1, high: [1, 0])) }
    expectMistake(.shapeMismatch, "window [2] spans [2] elements, more than the [0] of space") {
      Tensor.ones([1, 0, 1]).maxPooled(window: 2)
    }
    expectMistake(.shapeMismatch, "and an axis has at most 2147483647 elements") {
      x.sumPooled(window: PerAxis(Self.limit), stride: 1, padding: .same)
    }
    expectMistake(.shapeMismatch, "and an axis has at most 2147483647 elements") {
      x.patches(window: PerAxis(Self.limit), dilation: PerAxis(Self.limit), padding: .same)
    }
    expectMistake(.shapeMismatch, "window [100000, 100000] has too many elements") {
      Tensor.ones([1, 100_000, 100_000, 1]).maxPooled(window: 100_000)
    }
    expectMistake(.resource, "no memory holds a tensor of shape") {
      Tensor.ones([1000, 100_000, 100_000, 1000]).maxPooled(window: 2, stride: 1)
    }
  }

  /// Numbers far larger than space that say nothing more than smaller ones would.
  @Test func absurdButValid() {
    let far = PerAxis(Self.limit)
    #expect(convolution(x, kernel, stride: far).scalars == [54, 54])
    #expect(convolution(x, Tensor.ones([1, 1, 6, 1]), stride: far, dilation: far).scalars == [6])
    #expect(x.maxPooled(window: 1, stride: far).scalars == [1, 1, 1, 1, 1, 1])
    expectMistake(.resource, "memory") { Tensor.normal([2, 3, 1 << 30, 1 << 28]).sumPooled(window: 2, stride: far) }
  }

  @Test func transposes() {
    let kernel = Tensor.ones([3, 3, 2, 6])
    expectMistake(
      .shapeMismatch,
      "transposedConvolution: outputPadding [2, 2] must be less than the stride [2, 2] or the dilation [1, 1] along each "
        + "axis"
    ) { transposedConvolution(x, kernel, stride: 2, outputPadding: 2) }
    expectMistake(
      .shapeMismatch,
      "the padding leaves [0, -2] of the [6, 6] elements that 'x' with shape [1, 4, 4, 6] spreads to; pad less"
    ) { transposedConvolution(x, kernel, padding: .explicit(low: 3, high: [3, 5])) }
    expectMistake(.shapeMismatch, "transposedConvolution: the tensor with shape [1, 0, 2] has no elements along") {
      transposedConvolution(Tensor.ones([1, 0, 2]), Tensor.ones([1, 1, 2]))
    }
    expectMistake(.shapeMismatch, "too many for an axis") {
      transposedConvolution(x, kernel, stride: PerAxis(Self.limit), dilation: PerAxis(Self.limit))
    }
  }

  /// A failure spreads without a second message.
  @Test func failuresSpread() {
    func failed() -> Tensor { Tensor.ones([2]) + Tensor.ones([3]) }
    for program in [
      { convolution(failed(), kernel) }, { convolution(x, failed()) }, { transposedConvolution(x, failed()) },
      { depthwiseConvolution(failed(), kernel) }, { failed().maxPooled(window: 2) }, { failed().patches(window: 2) },
      { failed().globalAveragePooled() }, { failed().resized(to: 3) }, { failed().averagePooled(window: 2) },
    ] as [() -> Tensor] {
      expectMistake(.shapeMismatch, "+: shapes do not broadcast") { program() }
    }
  }
}
