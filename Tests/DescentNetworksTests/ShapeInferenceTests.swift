import Descent
import Testing

private struct Branches: Layer {
  var wide = Dense(4, activation: .tanh)
  var narrow: Dense? = Dense(2)
  var heads = [Dense(3), Dense(3)]

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    let features = Tensor.concatenate([wide(x, pass), narrow?(x, pass) ?? x], axis: -1)
    return heads[0](features, pass) * heads[1](features, pass)
  }
}

/// A model with two inputs and two outputs: no layer, but a structure all the same.
private struct Pair: TensorStructure {
  var image = Dense(3)
  var text = Dense(3)
  var score = Dense(1)

  func callAsFunction(_ image: Tensor, _ text: Tensor, _ pass: ForwardPass) -> (score: Tensor, distance: Tensor) {
    let (first, second) = (self.image(image, pass), self.text(text, pass))
    return (score(.concatenate([first, second], axis: 1), pass), (first - second).squared().sum(axes: 1))
  }
}

@Suite struct ShapeInferenceTests {
  @Test func theFirstInputDecides() {
    let network = Sequential {
      Conv2D(8, kernel: 3, activation: .relu)
      BatchNorm()
      MaxPool2D(window: 2)
      Flatten()
      Dense(10)
    }
    let built = network.built(inputShape: [9, 8, 2])
    #expect(built.tensors.map(\.shape) == [[3, 3, 2, 8], [8], [8], [8], [72, 10], [10]])
    #expect(built.namedTensors(.held).map(\.tensor.shape) == [[8], [8]])
    #expect(built(.zeros([5, 9, 8, 2])).shape == [5, 10])
    #expect(network.tensors[0].shape == [3, 3, 0, 8])
  }

  @Test func sizesGivenOrInferredStartAlike() {
    let inferred = withRandomSeed(3) { Dense(4, activation: .relu) }.built(inputShape: [5])
    #expect(inferred.weight.scalars == withRandomSeed(3) { Dense(5, 4, activation: .relu) }.weight.scalars)
    let image = withRandomSeed(3) { Conv2D(4, kernel: 3) }.built(inputShape: [5, 5, 2])
    #expect(image.kernel.scalars == withRandomSeed(3) { Conv2D(4, kernel: 3, channels: 2) }.kernel.scalars)
  }

  @Test func copiesBuildTheSameAndStayApart() {
    let network = withRandomSeed(1) { Branches() }
    let (first, second) = (network.built(inputShape: [3]), network.built(inputShape: [3]))
    #expect(bits(of: first) == bits(of: second))
    #expect(first.heads[0].weight.scalars != first.heads[1].weight.scalars)
    let layer = Dense(3)
    var twins = Sequential {
      layer
      layer
    }.built(inputShape: [5])
    #expect(twins.tensors.map(\.shape) == [[5, 3], [3], [3, 3], [3]])
    twins[path: "0.bias"] = [1, 2, 3]
    #expect(twins[path: "1.bias"].scalars == [0, 0, 0])
  }

  @Test func aLayerUsedTwiceIsBuiltOnce() {
    struct Twice: Layer {
      var layer = Dense(4)
      func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor { layer(layer(x, pass), pass) }
    }
    #expect(Twice().built(inputShape: [4]).parameterCount == 20)
    #expect(complaint { _ = Twice().built(inputShape: [3]) }.contains("whose last axis has 4; the layer needs 3"))
  }

  @Test func modelsWithSeveralInputsAreBuiltByACall() throws {
    var model = withRandomSeed(2) { Pair() }
    let random = RandomGenerator(seed: 4)
    let (images, texts) = (Tensor.normal([6, 5], using: random), Tensor.normal([6, 2], using: random))
    model.build { model, pass in _ = model(images, texts, pass) }
    #expect(model.tensors.map(\.shape) == [[5, 3], [3], [2, 3], [3], [6, 1], [1]])
    var optimizer = Adam(learningRate: 0.05)
    func loss(_ model: Pair) -> Tensor {
      let (score, distance) = model(images, texts, .inference)
      return (score - 1).squared().mean() + 0.1 * distance.mean()
    }
    let before = loss(model).scalar
    for _ in 0..<20 { optimizer.update(&model, along: gradient(at: model, of: loss)) }
    #expect(loss(model).scalar < 0.5 * before)
  }

  @Test func whatIsNotBuiltSaysSo() {
    let words = "Dense: the size of its input is not known yet: call build(inputShape:)"
    #expect(complaint { _ = Dense(4)(.zeros([2, 3])) }.contains(words))
    #expect(complaint { _ = gradient(at: Dense(4)) { $0(.zeros([2, 3])).sum() } }.contains(words))
    #expect(complaint { _ = Conv2D(4, kernel: 3)(.zeros([2, 3, 3, 1])) }.contains("Conv2D: the size of its input"))
    #expect(complaint { _ = Dense(0) }.contains("0 outputs make no layer"))
  }

  @Test func fittingBuildsAndLearns() throws {
    let samples = rings(200, seed: 3)
    var network = withRandomSeed(1) {
      Sequential {
        Dense(16, activation: .tanh)
        Dense(2)
      }
    }
    let history = try network.fit(
      samples, epochs: 30, optimizer: Adam(learningRate: 0.02), loss: .softmaxCrossEntropy, progress: .silent)
    #expect(network.tensors.map(\.shape) == [[2, 16], [16], [16, 2], [2]])
    #expect(history.epochs.last!.training.loss < 0.5 * history.epochs[0].training.loss)
  }

  @Test func parametersAreReadAndReplacedByPath() {
    var network = Branches().built(inputShape: [3])
    network[path: "heads.1.bias"] = [7, 8, 9]
    #expect(network.heads[1].bias?.scalars == [7, 8, 9])
    #expect(network.namedTensors(.trainable).map(\.path) == paths(of: network))
    #expect(
      complaint { _ = network[path: "heads.2.bias"] }.contains("there is no tensor 'heads.2.bias'; there are wide"))
    #expect(
      complaint { network[path: "heads.1.bias"] = [1] }.contains(
        "'heads.1.bias' is float32 [3], the new value float32 [1]"))
    var open = Dense(3)
    open[path: "weight"] = .ones([2, 3])
    #expect(open([[1, 2]]).scalars == [3, 3, 3])
  }
}
