import DescentGraph

/// The convolution of signals, images or volumes with a kernel, as networks define it (a cross-correlation).
///
/// y[n, p, o] = Σ x[n, p·stride + a·dilation, c]·kernel[a, c, o] over all places a of the kernel and all channels c.
/// The rank of `x` says over how many axes: 3 for signals, 4 for images, 5 for volumes.
///
/// ```swift
/// let images = Tensor.ones([8, 28, 28, 3])
/// let kernel = Tensor.ones([5, 5, 3, 16])
/// convolution(images, kernel).shape                                   // [8, 24, 24, 16]
/// convolution(images, kernel, stride: 2, padding: .same).shape        // [8, 14, 14, 16]
/// ```
///
/// It is a product of matrices over the windows of `x`, which are read where they lie.
///
/// - Parameters:
///   - x: [batch, space…, channels], or [batch, channels, space…] if the layout says so.
///   - kernel: [sizes…, channels / groups, output channels], whatever the layout.
///   - stride: How far apart neighbouring windows are.
///   - padding: What stands around space: zeros.
///   - dilation: How far apart the elements are that neighbouring places of the kernel meet.
///   - groups: Into how many equal parts the channels and the output channels fall; each part sees its own only.
///   - layout: Where the channels of `x` and of the result stand.
public func convolution(
  _ x: Tensor, _ kernel: Tensor, stride: PerAxis = 1, padding: WindowPadding = .valid, dilation: PerAxis = 1,
  groups: Int = 1, layout: ChannelLayout = .channelsLast
) -> Tensor {
  namedScope("convolution", x, kernel) { operands in
    ConvolutionOperands("convolution", operands[0], operands[1], groups, layout)
      .convolved(stride: stride, padding: padding, dilation: dilation)
  }
}

/// A convolution of each channel for itself: output channel c·multiplier + m comes from channel c.
///
/// ```swift
/// let kernel = Tensor.ones([3, 3, 8, 2])
/// depthwiseConvolution(Tensor.ones([1, 16, 16, 8]), kernel, padding: .same).shape     // [1, 16, 16, 16]
/// ```
///
/// - Parameters:
///   - x: [batch, space…, channels], or [batch, channels, space…] if the layout says so.
///   - kernel: [sizes…, channels, multiplier], whatever the layout.
///   - stride: How far apart neighbouring windows are.
///   - padding: What stands around space: zeros.
///   - dilation: How far apart the elements are that neighbouring places of the kernel meet.
///   - layout: Where the channels of `x` and of the result stand.
public func depthwiseConvolution(
  _ x: Tensor, _ kernel: Tensor, stride: PerAxis = 1, padding: WindowPadding = .valid, dilation: PerAxis = 1,
  layout: ChannelLayout = .channelsLast
) -> Tensor {
  let operation = "depthwiseConvolution"
  if x.node.isInvalid || kernel.node.isInvalid { return x.node.isInvalid ? x : kernel }
  guard layout.fits(x, operation) else { return Tensor(node: operation) }
  let channels = layout.channels(of: x)
  guard kernel.rank == x.rank, kernel.shape[-2] == channels else {
    return Tensor(
      Node.invalid(
        .shapeMismatch, operation,
        "the kernel\(kernel.quotedName) with shape \(kernel.shape) must be [sizes…, channels, multiplier] with "
          + "\(x.rank - 2) sizes and the \(channels) channels of \(x.node.label) with shape \(x.shape)"))
  }
  let sizes = kernel.shape.dimensions.dropLast(2) + [min(channels, 1), channels * kernel.shape[-1]]
  let grouped = Tensor(.reshape(kernel.node, to: Shape(sizes)))
  return ConvolutionOperands(operation, x, grouped, max(channels, 1), layout)
    .convolved(stride: stride, padding: padding, dilation: dilation)
}

/// The transpose of a convolution: what takes the result of one back to its operand's shape.
///
/// It is the adjoint of ``convolution(_:_:stride:padding:dilation:groups:layout:)`` with the same kernel and
/// parameters: each element of `x` adds a multiple of the kernel to the result, `stride` apart. Along an axis of n
/// elements the result has (n − 1)·stride + (size − 1)·dilation + 1 − low − high + outputPadding; with `.same`,
/// n·stride.
///
/// ```swift
/// let kernel = Tensor.ones([4, 4, 3, 16])             // of a convolution from 3 channels to 16
/// transposedConvolution(Tensor.ones([8, 14, 14, 16]), kernel, stride: 2, padding: .same).shape      // [8, 28, 28, 3]
/// ```
///
/// - Parameters:
///   - x: [batch, space…, channels], or [batch, channels, space…] if the layout says so.
///   - kernel: [sizes…, output channels / groups, channels], whatever the layout.
///   - stride: How far apart neighbouring elements of `x` come to stand.
///   - padding: What the convolution pads, and so the result leaves out.
///   - outputPadding: How many elements more the result has at its high end; less than the stride or the dilation.
///   - dilation: How far apart neighbouring places of the kernel come to stand.
///   - groups: Into how many equal parts the channels and the output channels fall; each part sees its own only.
///   - layout: Where the channels of `x` and of the result stand.
public func transposedConvolution(
  _ x: Tensor, _ kernel: Tensor, stride: PerAxis = 1, padding: WindowPadding = .valid, outputPadding: PerAxis = 0,
  dilation: PerAxis = 1, groups: Int = 1, layout: ChannelLayout = .channelsLast
) -> Tensor {
  ConvolutionOperands("transposedConvolution", x, kernel, groups, layout, isTransposed: true)
    .transposed(stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation)
}
