import DescentTensor

// Convolutions and pools. Tensors are [batch, space…, channels], or [batch, channels, space…] with
// layout="channels_first".

extension ProgramFunction {
  static let convolutions: [ProgramFunction] =
    [1, 2, 3].map(convolution) + [
      pool("max_pool", "the largest element of each window") { x, window, stride, padding, layout in
        x.maxPooled(window: window, stride: stride, padding: padding, layout: layout)
      },
      pool("avg_pool", "the mean of each window; padding counts as zeros") { x, window, stride, padding, layout in
        x.averagePooled(window: window, stride: stride, padding: padding, layout: layout)
      },
      ProgramFunction(.network, "global_avg_pool(x, layout=\"channels_last\")", "the mean over all of space") {
        try $0.tensor("x").globalAveragePooled(layout: try $0.layout())
      },
    ]

  /// A convolution over so many axes of space.
  private static func convolution(_ axes: Int) -> ProgramFunction {
    ProgramFunction(
      .network,
      "conv\(axes)d(x, kernel, stride=1, padding=\"valid\", dilation=1, groups=1, layout=\"channels_last\")",
      "the convolution with a kernel [sizes…, channels, output channels]"
    ) { arguments in
      let (x, kernel) = (try arguments.tensor("x"), try arguments.tensor("kernel"))
      guard x.rank == axes + 2 else {
        throw ProgramFault(
          arguments.place(of: "x"),
          "\(arguments.function.name): the first argument must have \(axes + 2) axes (the batch, \(axes) of space, the "
            + "channels) and has shape \(x.shape)")
      }
      return convolved(
        x, kernel, stride: try arguments.perAxis("stride") ?? 1, padding: try arguments.padding(),
        dilation: try arguments.perAxis("dilation") ?? 1, groups: try arguments.integer("groups", default: 1),
        layout: try arguments.layout())
    }
  }

  private static func pool(
    _ name: String, _ summary: String,
    _ function: @escaping @Sendable (Tensor, PerAxis, PerAxis?, WindowPadding, ChannelLayout) -> Tensor
  ) -> ProgramFunction {
    let signature = "\(name)(x, window, stride=None, padding=\"valid\", layout=\"channels_last\")"
    return ProgramFunction(.network, signature, summary) {
      function(
        try $0.tensor("x"), try $0.perAxis("window") ?? 1, try $0.perAxis("stride"), try $0.padding(), try $0.layout())
    }
  }
}

/// The library's convolution, which the function of the table hides by its name.
private func convolved(
  _ x: Tensor, _ kernel: Tensor, stride: PerAxis, padding: WindowPadding, dilation: PerAxis, groups: Int,
  layout: ChannelLayout
) -> Tensor {
  convolution(x, kernel, stride: stride, padding: padding, dilation: dilation, groups: groups, layout: layout)
}

extension ProgramArguments {
  /// Numbers for the axes of space, nil if they are left out.
  fileprivate func perAxis(_ name: String) throws -> PerAxis? {
    try integers(name).map { $0.count == 1 ? PerAxis($0[0]) : PerAxis($0) }
  }

  /// "valid", "same", or how many zeros stand on both sides.
  fileprivate func padding() throws -> WindowPadding {
    switch text("padding")?.lowercased() {
    case nil: try perAxis("padding").map { .explicit(low: $0, high: $0) } ?? .valid
    case "valid": .valid
    case "same": .same
    case let other?:
      throw ProgramFault(
        place(of: "padding"),
        "\(function.name): the padding is \"valid\", \"same\" or a number, not \"\(other.prefix(40))\"")
    }
  }

  fileprivate func layout() throws -> ChannelLayout {
    switch text("layout")?.lowercased() {
    case nil where self["layout"] == nil: .channelsLast
    case "channels_last", "nwc", "nhwc", "ndhwc": .channelsLast
    case "channels_first", "ncw", "nchw", "ncdhw": .channelsFirst
    default:
      throw ProgramFault(
        place(of: "layout"), "\(function.name): the layout is \"channels_last\" or \"channels_first\"")
    }
  }
}
