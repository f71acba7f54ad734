import Descent
import Testing

/// Every layer against PyTorch.
@Suite struct LayerReferenceTests {
  /// Layers of one input, by the names of their cases.
  static let layers: [String: any Layer] = spatial.merging(others) { $1 }

  static let spatial: [String: any Layer] = [
    "conv1d-dilated": Conv1D(4, kernel: 3, padding: around(2), dilation: 2, type: .float64),
    "conv2d-plain": Conv2D(3, kernel: 3, type: .float64),
    "conv2d-strided": Conv2D(
      4, kernel: [3, 2], stride: 2, padding: .explicit(low: [1, 0], high: [1, 0]), type: .float64),
    "conv2d-same": Conv2D(3, kernel: 3, padding: .same, hasBias: false, type: .float64),
    "conv2d-groups": Conv2D(6, kernel: 3, channels: 4, padding: .same, groups: 2, type: .float64),
    "conv2d-channels-first": Conv2D(3, kernel: 3, padding: .same, layout: .channelsFirst, type: .float64),
    "conv3d-strided": Conv3D(3, kernel: 2, stride: [1, 2, 2], type: .float64),
    "depthwise-conv1d": DepthwiseConv1D(kernel: 3, multiplier: 2, padding: .same, type: .float64),
    "depthwise-conv2d": DepthwiseConv2D(kernel: 3, stride: 2, padding: around(1), type: .float64),
    "separable-conv2d": SeparableConv2D(4, kernel: 3, multiplier: 2, padding: .same, type: .float64),
    "transposed-conv1d": TransposedConv1D(
      2, kernel: 3, stride: 2, padding: around(1), outputPadding: 1, type: .float64),
    "transposed-conv2d": TransposedConv2D(6, kernel: 3, stride: 2, groups: 2, type: .float64),
    "transposed-conv2d-dilated": TransposedConv2D(3, kernel: 2, padding: around(1), dilation: 2, type: .float64),
    "transposed-conv3d": TransposedConv3D(2, kernel: 2, stride: 2, type: .float64),
    "max-pool1d": MaxPool1D(window: 3, stride: 2, padding: around(1)),
    "max-pool2d": MaxPool2D(window: 2), "max-pool3d": MaxPool3D(window: [1, 2, 2]),
    "average-pool1d": AveragePool1D(window: 2),
    "average-pool2d": AveragePool2D(window: 3, stride: 2, padding: around(1)),
    "average-pool2d-space-only": AveragePool2D(window: 3, stride: 2, padding: around(1), countsPadding: false),
    "average-pool3d": AveragePool3D(window: 2),
    "global-average-pool": GlobalPool.average(), "global-max-pool": GlobalPool.max(),
  ]

  static let others: [String: any Layer] = [
    "batch-norm2d-inference": BatchNorm(type: .float64),
    "layer-norm": LayerNorm(type: .float64),
    "layer-norm-two-axes": LayerNorm(axisCount: 2, epsilon: 1e-3, type: .float64),
    "layer-norm-plain": LayerNorm(hasScale: false, hasShift: false, type: .float64),
    "rms-norm": RMSNorm(type: .float64),
    "group-norm": GroupNorm(groups: 2, type: .float64),
    "group-norm-channels-first": GroupNorm(groups: 3, layout: .channelsFirst, type: .float64),
    "instance-norm": InstanceNorm(type: .float64),
    "dense": Dense(3, type: .float64), "prelu": PReLU(type: .float64),
    "activation-relu6": Activation.relu6, "activation-selu": Activation.selu, "activation-mish": Activation.mish,
    "activation-softsign": Activation.softsign, "activation-hard-swish": Activation.hardSwish,
    "activation-hard-sigmoid": Activation.hardSigmoid, "activation-hard-tanh": Activation.hardTanh,
    "activation-log-sigmoid": Activation.logSigmoid, "activation-gelu-exact": Activation.exactGelu,
    "rotary": Lambda { rotaryPositions($0) },
    "attention-self": MultiHeadAttention(size: 6, heads: 2, type: .float64),
    "attention-causal": MultiHeadAttention(size: 6, heads: 2, isCausal: true, type: .float64),
    "attention-grouped": MultiHeadAttention(
      size: 8, heads: 4, keyValueHeads: 2, isCausal: true, hasBias: false, type: .float64),
    "encoder-norm-first": TransformerEncoderBlock(size: 6, heads: 2, hidden: 5, type: .float64),
    "encoder-norm-last": TransformerEncoderBlock(
      size: 6, heads: 2, hidden: 5, activation: .relu, normalizesFirst: false, type: .float64),
  ]

  static let trained: [String: any Layer] = [
    "batch-norm1d-training": BatchNorm(type: .float64),
    "batch-norm2d-training": BatchNorm(momentum: 0.7, epsilon: 1e-3, type: .float64),
  ]

  /// So much on both sides of every axis of space.
  static func around(_ count: Int) -> WindowPadding { .explicit(low: PerAxis(count), high: PerAxis(count)) }

  @Test(arguments: layers.keys.sorted())
  func agreesWithPyTorch(name: String) throws { try check(Self.layers, name) }

  @Test(arguments: trained.keys.sorted())
  func agreesWhileTraining(name: String) throws { try check(Self.trained, name, training: true) }

  @Test(arguments: ["embedding", "embedding-padding"])
  func embeddingsAgree(name: String) throws {
    let layer = Embedding(5, 3, paddingIndex: name == "embedding" ? nil : 0, type: .float64)
    try expectReference(name, layer) { layer, _, ids, pass in layer(ids[0], pass) }
  }

  static let recurrent: [String: any Layer] = [
    "rnn-sequence": SimpleRNN(4, output: .sequence, type: .float64),
    "lstm-sequence": LSTM(4, output: .sequence, type: .float64),
    "lstm-last": LSTM(3, type: .float64),
    "lstm-stacked-bidirectional": LSTM(3, layers: 2, isBidirectional: true, output: .sequence, type: .float64),
    "gru-sequence": GRU(4, output: .sequence, type: .float64),
    "gru-stacked": GRU(3, layers: 2, output: .sequence, type: .float64),
    "gru-bidirectional": GRU(3, isBidirectional: true, output: .sequence, type: .float64),
  ]

  @Test(arguments: recurrent.keys.sorted())
  func recurrentLayersAgree(name: String) throws { try check(Self.recurrent, name) }

  @Test func recurrentStatesAndMasksAgree() throws {
    try expectReference("lstm-cell-state", LSTM(3, type: .float64)) { layer, x, _, pass in
      layer.run(x[0], pass).state[0][1]
    }
    try expectReference("gru-masked-bidirectional", GRU(3, isBidirectional: true, type: .float64)) {
      $0.run($1[0], mask: $2[0], $3).outputs
    }
    try expectReference("lstm-masked-last", LSTM(3, type: .float64)) { $0.run($1[0], mask: $2[0], $3).last }
  }

  @Test func attentionToMemoriesAndMasksAgree() throws {
    let layer = MultiHeadAttention(size: 6, heads: 2, type: .float64)
    try expectReference("attention-cross", layer) { layer, x, _, pass in layer(x[0], to: x[1], pass) }
    try expectReference("attention-mask", layer) { $0($1[0], to: $1[1], keyMask: $2[0], $3) }
    let block = TransformerEncoderBlock(size: 6, heads: 2, hidden: 5, activation: .relu, type: .float64)
    try expectReference("encoder-mask", block) { $0($1[0], keyMask: $2[0], $3) }
  }

  @Test(arguments: [("decoder-norm-first", true), ("decoder-norm-last", false)])
  func decodersAgree(name: String, normalizesFirst: Bool) throws {
    let block = TransformerDecoderBlock(
      size: 6, heads: 2, hidden: 5, activation: .relu, normalizesFirst: normalizesFirst, type: .float64)
    try expectReference(name, block, training: true) { block, x, _, pass in block(x[0], memory: x[1], pass) }
  }

  @Test func everyCaseIsLookedAt() {
    let tables = [Self.layers, Self.trained, Self.recurrent].flatMap(\.keys)
    let alone = [
      "embedding", "embedding-padding", "lstm-cell-state", "gru-masked-bidirectional", "lstm-masked-last",
      "attention-cross", "attention-mask", "encoder-mask", "decoder-norm-first", "decoder-norm-last",
    ]
    #expect(Set(tables + alone) == LayerReferences.names)
  }

  private func check(_ layers: [String: any Layer], _ name: String, training: Bool = false) throws {
    let layer = try #require(layers[name])
    try expectReference(name, layer, training: training) { layer, inputs, _, pass in layer(inputs[0], pass) }
  }
}
