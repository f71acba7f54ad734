import Descent
import Testing

/// Shapes, messages and gradients of the layers over space, of norms and of embeddings.
@Suite struct LayerBehaviourTests {
  @Test(arguments: [
    (Conv1D(4, kernel: 3) as any Layer, [9, 2], [7, 4]),
    (Conv2D(4, kernel: [3, 1], stride: 2), [9, 8, 2], [4, 4, 4]),
    (Conv3D(4, kernel: 2, padding: .same), [3, 4, 5, 2], [3, 4, 5, 4]),
    (Conv2D(4, kernel: 3, layout: .channelsFirst), [2, 9, 8], [4, 7, 6]),
    (DepthwiseConv2D(kernel: 3, multiplier: 2), [5, 5, 3], [3, 3, 6]),
    (SeparableConv1D(5, kernel: 2), [6, 3], [5, 5]),
    (TransposedConv2D(3, kernel: 4, stride: 2, padding: .same), [7, 6, 2], [14, 12, 3]),
    (MaxPool1D(window: 2), [7, 3], [3, 3]), (AveragePool3D(window: 2), [4, 4, 2, 3], [2, 2, 1, 3]),
    (GlobalPool.max(layout: .channelsFirst), [3, 4, 5], [3]), (GlobalPool.average(), [4, 3], [3]),
    (Reshape(2, -1), [3, 4], [2, 6]), (Permute(3, 1, 2), [2, 3, 4], [4, 2, 3]),
    (SpatialDropout(0.5), [4, 4, 2], [4, 4, 2]),
    (LayerNorm(), [3, 4], [3, 4]), (GroupNorm(groups: 2), [4], [4]), (SinusoidalPositions(), [5, 4], [5, 4]),
    (LearnedPositions(maximum: 8), [5, 3], [5, 3]), (PReLU(), [5], [5]),
    (LSTM(3, isBidirectional: true), [5, 2], [6]), (GRU(3, layers: 2, output: .sequence), [5, 2], [5, 3]),
    (MultiHeadAttention(size: 4, heads: 2, outputs: 6), [5, 3], [5, 6]),
    (FeedForward(size: 4, hidden: 9), [3, 4], [3, 4]),
    (Residual(shortcut: Dense(3)) { Dense(3) }, [2], [3]),
  ])
  func shapesFollow(layer: any Layer, input: [Int], output: [Int]) {
    for batch in [1, 3] {
      let built = layer.built(inputShape: Shape(input))
      #expect(built(.ones(Shape([batch] + input))).shape == Shape([batch] + output), "\(layer.typeName)")
    }
  }

  @Test(arguments: [
    (
      Conv2D(4, kernel: 3, channels: 3) as any Layer, [2, 9, 9, 1],
      "Conv2D: the input has shape [2, 9, 9, 1], [batch, space…, channels], with 1 channels; the layer is for 3"
    ),
    (
      Conv1D(4, kernel: 3), [2, 9],
      "Conv1D: the input has shape [2, 9]; the layer needs 3 axes, [batch, space…, channels] with 1 of space"
    ),
    (Conv2D(4, kernel: 3, groups: 2), [2, 9, 9, 3], "whose 3 channels do not fall into 2 equal groups"),
    (MaxPool2D(window: 2), [2, 9, 9], "MaxPool2D: the input has shape [2, 9, 9]; the layer needs 4 axes"),
    (TransposedConv2D(4, kernel: 3, channels: 2), [1, 3, 3, 1], "with 1 channels; the layer is for 2"),
    (DepthwiseConv2D(kernel: 3, channels: 2), [1, 3, 3, 1], "DepthwiseConv2D: the input has shape [1, 3, 3, 1]"),
    (
      GlobalPool.average(), [2, 3],
      "GlobalPool.average: the input has shape [2, 3]; the layer needs [batch, space…, channels] with 1 or more"
    ),
    (Reshape(2, 5), [3, 9], "Reshape: the input has shape [3, 9], whose samples of 9 elements do not fit [2, 5]"),
    (Permute(2, 1), [3, 9], "the order [2, 1] is for samples with 2 axes"),
    (
      BatchNorm(channels: 3), [2, 4],
      "BatchNorm: the input has shape [2, 4]; the layer needs [batch, space…, channels] with 3 channels"
    ),
    (LayerNorm(shape: [4]), [2, 3], "LayerNorm: the input has shape [2, 3]; the layer normalises over [4] at its end"),
    (GroupNorm(groups: 2), [2, 3, 5], "its 5 channels do not fall into 2 equal groups"),
    (InstanceNorm(), [2, 3], "InstanceNorm: the input has shape [2, 3]; the layer needs [batch, space…, channels]"),
    (Embedding(5, 2), [2, 3], "Embedding: the indices are float32 [2, 3]; they must be integers"),
    (LSTM(3), [2, 3], "LSTM: the input has shape [2, 3]; the layer needs [batch, time, features]"),
    (GRU(3, features: 2), [2, 3, 4], "GRU: the input has shape [2, 3, 4]; the layer needs 2 features"),
    (MultiHeadAttention(size: 4, heads: 2), [2, 3], "MultiHeadAttention: the input has shape [2, 3]"),
    (SinusoidalPositions(), [2, 3, 5], "5 with base 10000.0 can't be; the size must be even"),
    (LearnedPositions(maximum: 2), [2, 3, 5], "the layer has 2 places of size 5"),
    (PReLU(features: 2), [2, 3], "PReLU: the input has shape [2, 3]; the layer has slopes for 2 features"),
    (
      Residual { Dense(3) }, [2, 4],
      "Residual: the layers make [2, 3] of the input, and it has shape [2, 4]; give a shortcut"
    ),
  ])
  func inputsThatDoNotFitAreNamed(layer: any Layer, shape: [Int], words: String) {
    let found = complaint { _ = layer.built(inputShape: Shape(shape.dropFirst()))(.zeros(Shape(shape))) }
    #expect(found.contains(words.replacing("[\(shape[0]), ", with: "[2, ")) || found.contains(words), "\(found)")
  }

  @Test func settingsThatCanNotBeAreNamed() {
    let complaints: [(String, () -> Any)] = [
      ("Conv2D: 5 filters in 2 groups can't be", { Conv2D(5, kernel: 3, groups: 2) }),
      ("Conv2D: 3 channels do not fall into 2 equal groups", { Conv2D(4, kernel: 3, channels: 3, groups: 2) }),
      ("Conv2D: kernel [3] must be one number of 1 or more for all 2 axes", { Conv2D(5, kernel: [3]) }),
      ("MaxPool1D: window 0 must be", { MaxPool1D(window: 0) }),
      ("Permute: [1, 1] must name each axis", { Permute(1, 1) }),
      ("Reshape: [-1, -1] is no shape", { Reshape(-1, -1) }),
      ("BatchNorm: the momentum must be from 0 to 1, and 2.0", { BatchNorm(momentum: 2) }),
      ("GroupNorm: 5 channels do not fall into 2", { GroupNorm(groups: 2, channels: 5) }),
      ("Embedding: the padding index 7 is not among the indices 0 to 4", { Embedding(5, 2, paddingIndex: 7) }),
      ("LSTM: 0 units in 1 layers", { LSTM(0) }), ("GRU: the rate must be at least 0", { GRU(2, dropout: 1) }),
      ("MultiHeadAttention: size 6 in 4 heads", { MultiHeadAttention(size: 6, heads: 4) }),
      ("KeyValueCache: a capacity of 0 holds nothing", { KeyValueCache(capacity: 0) }),
    ]
    for (words, make) in complaints {
      let found = complaint { _ = make() }
      #expect(found.contains(words), "\(found)")
    }
  }

  @Test(arguments: [
    (SeparableConv2D(2, kernel: 2, type: .float64) as any Layer, [3, 4, 2]),
    (TransposedConv1D(2, kernel: 3, stride: 2, type: .float64), [3, 2]),
    (BatchNorm(type: .float64), [2, 3]), (GroupNorm(groups: 2, type: .float64), [3, 4]), (RMSNorm(type: .float64), [5]),
    (SimpleRNN(2, type: .float64), [3, 2]), (LSTM(2, isBidirectional: true, type: .float64), [3, 2]),
    (GRU(2, output: .sequence, type: .float64), [3, 2]),
    (MultiHeadAttention(size: 4, heads: 2, keyValueHeads: 1, isCausal: true, rotaryBase: 100, type: .float64), [3, 2]),
    (TransformerEncoderBlock(size: 4, heads: 2, hidden: 3, type: .float64), [2, 4]),
  ])
  func gradientsAgreeWithDifferences(layer: any Layer, input: [Int]) {
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    let x = Tensor.normal(Shape([3] + input), type: .float64, using: RandomGenerator(seed: 3))
    func check(_ layer: some Layer) {
      func loss(_ x: Tensor, _ layer: some Layer) -> Tensor { sin(layer(x, pass)).sum() }
      let (dx, gradient) = gradient(at: x, layer) { loss($0, $1) }
      #expect(distance(dx.scalars, numericalGradient(at: x) { loss($0, layer) }) < 1e-7, "\(layer.typeName)")
      for (path, tensor) in layer.namedTensors(.trainable) {
        let numerical = numericalGradient(at: tensor) { value in
          var moved = layer
          moved[path: path] = value
          return loss(x, moved)
        }
        #expect(distance(gradient[path: path].scalars, numerical) < 1e-7, "\(layer.typeName) \(path)")
      }
    }
    check(layer.built(inputShape: Shape(input), type: .float64))
  }

  @Test func spatialDropoutDropsWholeChannels() {
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 3))
    let y = SpatialDropout(0.5)(.ones([6, 5, 5, 8]), pass)
    let channels = y.reshaped(to: 6, 25, 8)
    #expect((channels.max(axes: 1) - channels.min(axes: 1)).scalars.allSatisfy { $0 == 0 })
    #expect(Set(y.scalars) == [0, 2])
    let first = SpatialDropout(0.5, layout: .channelsFirst)(.ones([6, 8, 5, 5]), pass).reshaped(to: 6, 8, 25)
    #expect((first.max(axes: 2) - first.min(axes: 2)).scalars.allSatisfy { $0 == 0 })
    #expect(SpatialDropout(0.5)(.ones([2, 2, 2])).scalars.allSatisfy { $0 == 1 })
  }

  @Test func kernelsStartWithTheScaleOfWhatTheySee() {
    func largest(_ tensor: Tensor) -> Double { tensor.scalars.map { abs($0) }.max() ?? 0 }
    let random = RandomGenerator(seed: 2)
    let depthwise = DepthwiseConv2D(kernel: 3, channels: 200, initializer: .heUniform, using: random).kernel
    #expect(abs(largest(depthwise) - (6.0 / 9).squareRoot()) < 0.02)
    let transposed = TransposedConv2D(50, kernel: 2, channels: 30, initializer: .heUniform, using: random).kernel
    #expect(abs(largest(transposed) - (6.0 / 120).squareRoot()) < 0.01)
    let orthogonal = Initializer.orthogonal([6, 4], type: .float64, using: random)
    #expect(
      distance(matmul(orthogonal.transposed(), orthogonal).scalars, Tensor.eye(4, type: .float64).scalars) < 1e-12)
  }

  @Test func paddingVectorsStayZero() {
    let layer = Embedding(4, 3, paddingIndex: 1, using: RandomGenerator(seed: 5))
    let ids = Tensor(scalars: [0, 1, 1, 3])
    #expect(layer(ids)[1..<3].scalars.allSatisfy { $0 == 0 })
    let gradient = gradient(at: layer) { $0(ids).sum() }
    #expect(gradient.weight.sum(axes: 1).scalars == [3, 0, 0, 3])
    #expect(complaint { print(layer(Tensor(scalars: [4]))) }.contains("4"))
  }
}
