import DescentTensor

// Convolutions and pools of the reference cases: [N, C, space…] with weights [O, C/groups, K…].

extension ReferenceSpelling {
  static let convolutions: [String: Function] = [
    "conv": { x, parameters in
      let strides = perAxis("strides", parameters) ?? 1
      let y = convolution(
        x[0], kernel(x[1]), stride: strides, padding: padding(parameters),
        dilation: perAxis("dilation", parameters) ?? 1, groups: parameters.integer("groups") ?? 1,
        layout: .channelsFirst)
      return [shifted(y, x)]
    },
    "conv_transpose": { x, parameters in
      let around = perAxis("padding", parameters) ?? 0
      let y = transposedConvolution(
        x[0], kernel(x[1]), stride: perAxis("strides", parameters) ?? 1,
        padding: .explicit(low: around, high: around), outputPadding: perAxis("output_padding", parameters) ?? 0,
        dilation: perAxis("dilation", parameters) ?? 1, groups: parameters.integer("groups") ?? 1,
        layout: .channelsFirst)
      return [shifted(y, x)]
    },
    "max_pool": { x, parameters in
      [
        x[0].maxPooled(
          window: perAxis("window", parameters) ?? 1, stride: perAxis("strides", parameters),
          padding: padding(parameters), layout: .channelsFirst)
      ]
    },
    "avg_pool": { x, parameters in
      let countsPadding = parameters.values["count_padding"] == nil || parameters.truth("count_padding")
      return [
        x[0].averagePooled(
          window: perAxis("window", parameters) ?? 1, stride: perAxis("strides", parameters),
          padding: padding(parameters), countsPadding: countsPadding, layout: .channelsFirst)
      ]
    },
    "global_avg_pool": one { $0.globalAveragePooled(layout: .channelsFirst) },
    "convnet_loss": { x, _ in
      let maps = convolution(x[0], kernel(x[1]), padding: .explicit(low: 1, high: 1), layout: .channelsFirst)
      let pooled = relu(shifted(maps, x)).maxPooled(window: 2, layout: .channelsFirst)
      let logits = pooled.reshaped(to: pooled.shape[0], -1) • x[3] + x[4]
      let hot = x[5].oneHot(count: logits.shape[1], type: logits.scalarType)
      return [-(hot * logits.logSoftmax(axis: 1)).sum(axes: 1).mean()]
    },
  ]

  private static func perAxis(_ key: String, _ parameters: ReferenceParameters) -> PerAxis? {
    parameters.integers(key).map { PerAxis($0) }
  }

  private static func padding(_ parameters: ReferenceParameters) -> WindowPadding {
    .explicit(low: perAxis("low", parameters) ?? 0, high: perAxis("high", parameters) ?? 0)
  }

  /// The first two axes go to the end, exchanged.
  private static func kernel(_ weight: Tensor) -> Tensor { weight.transposed(Array(2..<weight.rank) + [1, 0]) }

  /// With the bias, if there is one, added to the channels on axis 1.
  private static func shifted(_ y: Tensor, _ inputs: [Tensor]) -> Tensor {
    if inputs.count < 3 { return y }
    return y + inputs[2].reshaped(to: [-1] + Array(repeating: 1, count: y.rank - 2))
  }
}
