import DescentTensor

/// A layer that descriptions know by name: its settings, and how it is made of them.
struct LayerKind: Sendable {
  let name: String
  let rules: [SettingRule]
  let make: @Sendable (Settings) throws(DescriptionError) -> any Layer

  init(
    _ name: String, _ rules: [SettingRule] = [],
    _ make: @escaping @Sendable (Settings) throws(DescriptionError) -> any Layer
  ) {
    (self.name, self.rules, self.make) = (name, rules, make)
  }

  static let names = all.map(\.name)

  static let all: [LayerKind] = dense + convolutions + pools + normalizations + sequences + shapes

  // Larger layers than these are mistakes, and a file from elsewhere must not ask for all memory.
  private static let size = 1...65_536
  private static let window = 1...255

  private static func units(_ key: String = "units") -> SettingRule { .init(key, .whole(size), isRequired: true) }
  private static let activation = SettingRule("activation", .word(Activation.allCases.map(\.rawValue)))
  private static let bias = SettingRule("bias", .truth)
  private static let rate = SettingRule("rate", .number(0...0.999), isRequired: true)
  private static let epsilon = SettingRule("epsilon", .number(0...1))
  private static let stride = SettingRule("stride", .sizes(window))
  private static let padding = SettingRule("padding", .word(["valid", "same"]))

  private static let dense = [
    LayerKind("dense", [units(), activation, bias]) {
      Dense($0.whole("units") ?? 1, activation: $0.activation() ?? .linear, hasBias: $0.truth("bias") ?? true)
    },
    LayerKind("activation", [SettingRule("function", activation.kind, isRequired: true)]) {
      $0.activation("function") ?? Activation.linear
    },
    LayerKind("prelu", [SettingRule("slope", .number(-10...10))]) { PReLU(slope: $0.number("slope") ?? 0.25) },
    LayerKind("dropout", [rate]) { Dropout($0.number("rate") ?? 0) },
    LayerKind("spatialDropout", [rate]) { SpatialDropout($0.number("rate") ?? 0) },
    LayerKind("residual", [.init("layers", .layers, isRequired: true), .init("shortcut", .layers)]) {
      (settings) throws(DescriptionError) in
      let (layers, shortcut) = (try settings.layers("layers") ?? [], try settings.layers("shortcut"))
      return Residual(shortcut: shortcut.map { $0.count == 1 ? $0[0] : Sequential($0) }) { layers }
    },
  ]

  // MARK: Images and signals

  private static let convolutions = [
    convolution("conv1d", OneAxis.self), convolution("conv2d", TwoAxes.self), convolution("conv3d", ThreeAxes.self),
    separable("separableConv2d"),
  ]

  private static let convolutionRules = [
    units("filters"), .init("kernel", .sizes(window), isRequired: true), stride, activation, padding,
    .init("dilation", .sizes(window)), bias,
  ]

  private static func convolution<Axes: SpatialAxes>(_ name: String, _: Axes.Type) -> LayerKind {
    LayerKind(name, convolutionRules + [.init("groups", .whole(size))]) {
      Convolution<Axes>(
        $0.whole("filters") ?? 1, kernel: $0.sizes("kernel") ?? 1, stride: $0.sizes("stride") ?? 1,
        padding: $0.padding, dilation: $0.sizes("dilation") ?? 1, groups: $0.whole("groups") ?? 1,
        activation: $0.activation() ?? .linear, hasBias: $0.truth("bias") ?? true)
    }
  }

  private static func separable(_ name: String) -> LayerKind {
    LayerKind(name, convolutionRules + [.init("multiplier", .whole(1...64))]) {
      SeparableConv2D(
        $0.whole("filters") ?? 1, kernel: $0.sizes("kernel") ?? 1, multiplier: $0.whole("multiplier") ?? 1,
        stride: $0.sizes("stride") ?? 1, padding: $0.padding, dilation: $0.sizes("dilation") ?? 1,
        activation: $0.activation() ?? .linear, hasBias: $0.truth("bias") ?? true)
    }
  }

  private static let poolRules = [SettingRule("window", .sizes(window), isRequired: true), stride, padding]

  private static let pools = [
    LayerKind("maxPool1d", poolRules) { $0.maxPool(OneAxis.self) },
    LayerKind("maxPool2d", poolRules) { $0.maxPool(TwoAxes.self) },
    LayerKind("averagePool1d", poolRules) { $0.averagePool(OneAxis.self) },
    LayerKind("averagePool2d", poolRules) { $0.averagePool(TwoAxes.self) },
    LayerKind("globalAverage") { _ in GlobalPool.average() }, LayerKind("globalMax") { _ in GlobalPool.max() },
  ]

  private static let normalizations = [
    LayerKind("batchNorm", [.init("momentum", .number(0...1)), epsilon]) {
      BatchNorm(momentum: $0.number("momentum") ?? 0.9, epsilon: $0.number("epsilon") ?? 1e-5)
    },
    LayerKind("layerNorm", [.init("axes", .whole(1...7)), epsilon]) {
      LayerNorm(axisCount: $0.whole("axes") ?? 1, epsilon: $0.number("epsilon") ?? 1e-5)
    },
    LayerKind("groupNorm", [.init("groups", .whole(size), isRequired: true), epsilon]) {
      GroupNorm(groups: $0.whole("groups") ?? 1, epsilon: $0.number("epsilon") ?? 1e-5)
    },
    LayerKind("rmsNorm", [.init("axes", .whole(1...7)), epsilon]) {
      RMSNorm(axisCount: $0.whole("axes") ?? 1, epsilon: $0.number("epsilon") ?? 1e-6)
    },
  ]

  // MARK: Sequences

  private static let sequences = [
    LayerKind("embedding", [units("count"), units("size"), .init("padding", .whole(0...65_535))]) {
      Embedding($0.whole("count") ?? 1, $0.whole("size") ?? 1, paddingIndex: $0.whole("padding"))
    },
    recurrent("rnn", SimpleCell.self), recurrent("lstm", LSTMCell.self), recurrent("gru", GRUCell.self),
  ]

  private static func recurrent<Cell: RecurrentCell>(_ name: String, _: Cell.Type) -> LayerKind {
    let rules: [SettingRule] = [
      units(), .init("layers", .whole(1...64)), .init("output", .word(["last", "sequence"])),
      .init("bidirectional", .truth), .init("dropout", .number(0...0.999)),
    ]
    return LayerKind(name, rules) {
      Recurrent<Cell>(
        $0.whole("units") ?? 1, layers: $0.whole("layers") ?? 1, isBidirectional: $0.truth("bidirectional") ?? false,
        output: $0.text("output") == "sequence" ? .sequence : .last, dropout: $0.number("dropout") ?? 0)
    }
  }

  private static let shapes = [
    LayerKind("flatten") { _ in Flatten() },
    LayerKind("reshape", [.init("shape", .sizes(1...65_536), isRequired: true)]) { Reshape($0.wholes("shape") ?? []) },
  ]
}

extension Settings {
  fileprivate var padding: WindowPadding { text("padding") == "same" ? .same : .valid }

  fileprivate func maxPool<Axes: SpatialAxes>(_: Axes.Type) -> MaxPool<Axes> {
    MaxPool(window: sizes("window") ?? 1, stride: sizes("stride"), padding: padding)
  }

  fileprivate func averagePool<Axes: SpatialAxes>(_: Axes.Type) -> AveragePool<Axes> {
    AveragePool(window: sizes("window") ?? 1, stride: sizes("stride"), padding: padding)
  }
}
