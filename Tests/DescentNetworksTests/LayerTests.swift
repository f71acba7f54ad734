import Descent
import Testing

private struct Block: Layer {
  var first = Dense(4, 6, activation: .relu)
  var second = Dense(6, 4, hasBias: false)
  var scale: Tensor = [1]
  var note = "not a parameter"

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor { second(first(x, pass), pass) * scale }
}

private struct Tower: Layer {
  var blocks = [Block(), Block()]
  var head: Dense? = Dense(4, 3)
  var absent: Dense?

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    let features = blocks.reduce(x) { $1($0, pass) }
    return head?(features, pass) ?? features
  }
}

@Suite struct LayerTests {
  @Test(arguments: [[5], [2, 5], [3, 2, 5], [0, 5], [2, 1, 4, 5]])
  func denseActsOnTheLastAxis(shape: [Int]) {
    let layer = Dense(5, 7)
    let x = Tensor.normal(Shape(shape), using: RandomGenerator(seed: 3))
    let y = layer(x)
    #expect(y.shape == Shape(shape.dropLast() + [7]))
    let rows = x.reshaped(to: [x.elementCount / 5, 5])
    #expect(y.scalars == (matmul(rows, layer.weight) + layer.bias!).scalars)
  }

  @Test func denseComputesItsFormula() {
    let layer = Dense(weight: [[1, 2], [3, 4]], bias: [10, -40], activation: .relu)
    #expect(layer([[1, 1]]).scalars == [14, 0])
  }

  @Test(arguments: [
    ([32, 100], "Dense(784, 10): the input has shape [32, 100], whose last axis has 100"),
    ([], "the input is a scalar; the layer needs 784 elements there"),
    ([2, 28, 28], "put Flatten() before the layer"),
  ])
  func denseNamesItsSizes(shape: [Int], words: String) {
    let layer = Dense(784, 10)
    #expect(complaint { _ = layer(.zeros(Shape(shape))) }.contains(words))
  }

  @Test func denseRefusesParametersThatDoNotFit() {
    #expect(complaint { _ = Dense(0, 3) }.contains("0 inputs and 3 outputs make no layer"))
    #expect(
      complaint { _ = Dense(weight: .zeros([2, 3]), bias: .zeros([2])) }.contains("[2, 3] and a bias of shape [2]"))
  }

  @Test func flattenKeepsTheFirstAxis() {
    #expect(Flatten()(.zeros([3, 2, 4])).shape == [3, 8])
    #expect(Flatten()(.zeros([3])).shape == [3, 1])
    #expect(Flatten()(.zeros([0, 2, 4])).shape == [0, 8])
    #expect(complaint { _ = Flatten()(Tensor(1.0)) }.contains("scalar"))
  }

  @Test func parametersAreNamedByTheirPaths() {
    let block = ["first.weight", "first.bias", "second.weight", "scale"]
    #expect(paths(of: Block()) == block)
    #expect(
      paths(of: Tower())
        == block.map { "blocks.0.\($0)" } + block.map { "blocks.1.\($0)" } + ["head.weight", "head.bias"])
    #expect(Tower().parameterCount == 2 * (4 * 6 + 6 + 6 * 4 + 1) + 4 * 3 + 3)
    #expect(Tower()(.zeros([2, 4])).shape == [2, 3])
  }

  @Test func sequentialNamesByPositionOrName() {
    let deep = true
    let network = Sequential {
      Flatten()
      Dense(6, 4, activation: .relu).named("hidden")
      for _ in 0..<2 { Dense(4, 4) }
      if deep { Sequential { Dense(4, 2) } } else { Activation.tanh }
      if !deep { Dropout(0.5) }
    }
    #expect(
      paths(of: network)
        == ["hidden", "2", "3", "4.0"].flatMap { ["\($0).weight", "\($0).bias"] })
    #expect(network.count == 5)
    #expect((network["hidden"] as? Dense)?.weight.shape == [6, 4])
    #expect(network["missing"] == nil)
    #expect(network(.zeros([3, 2, 3])).shape == [3, 2])
    #expect(
      complaint {
        _ = Sequential {
          Flatten().named("a")
          Flatten().named("a")
        }
      }.contains("two layers are called 'a'"))
  }

  @Test func changingAnElementLeavesCopiesAlone() {
    var network = Sequential {
      Dense(2, 2)
      Dense(2, 2)
    }
    let copy = network
    network.forEachTensor { tensor, _ in tensor = tensor.zerosLike() }
    #expect(network.tensors.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
    #expect(copy.tensors[0].scalars.contains { $0 != 0 })
  }

  @Test func gradientsOfModelsAreModels() {
    let network = withRandomSeed(5) {
      Sequential {
        Dense(3, 4, activation: .tanh, type: .float64)
        Dense(4, 2, type: .float64)
      }
    }
    let x = Tensor.normal([5, 3], type: .float64, using: RandomGenerator(seed: 1))
    let gradient = gradient(at: network) { $0(x).squared().mean() }
    for index in network.tensors.indices {
      let numerical = numericalGradient(at: network.tensors[index]) { parameter in
        var tensors = network.tensors
        tensors[index] = parameter
        return network.replacingTensors(with: tensors)(x).squared().mean()
      }
      #expect(distance(gradient.tensors[index].scalars, numerical) < 1e-8, "\(paths(of: network)[index])")
    }
  }
}

@Suite struct ActivationTests {
  @Test(arguments: [
    (Activation.linear, [-2.0, 0, 1.5]), (.relu, [0, 0, 1.5]), (.leakyRelu, [-0.02, 0, 1.5]),
    (.elu, [-0.8646647168, 0, 1.5]), (.gelu, [-0.0454023059, 0, 1.3995715769]),
    (.silu, [-0.2384058440, 0, 1.2263617147]), (.softplus, [0.1269280110, 0.6931471806, 1.7014132779]),
    (.sigmoid, [0.1192029220, 0.5, 0.8175744762]), (.tanh, [-0.9640275801, 0, 0.9051482536]),
    (.softmax, [0.0240937683, 0.1780302055, 0.7978760262]),
    (.logSoftmax, [-3.7258020492, -1.7258020492, -0.2258020492]),
    (.selu, [-1.5201664686, 0, 1.5760514780]), (.relu6, [0, 0, 1.5]), (.exactGelu, [-0.0455002639, 0, 1.3997891980]),
    (.mish, [-0.2525014827, 0, 1.4033782664]), (.hardSwish, [-0.3333333333, 0, 1.125]),
    (.logSigmoid, [-2.1269280110, -0.6931471806, -0.2014132780]), (.hardSigmoid, [0.1666666667, 0.5, 0.75]),
    (.hardTanh, [-1, 0, 1]), (.softsign, [-0.6666666667, 0, 0.6]),
  ])
  func valuesAreTheFormulas(activation: Activation, expected: [Double]) {
    let values = activation(Tensor([-2, 0, 1.5], type: .float64)).scalars
    #expect(distance(values, expected) < 1e-6, "\(activation): \(values)")
  }

  @Test(arguments: Activation.allCases)
  func gradientsAgreeWithDifferences(activation: Activation) {
    let x = Tensor([-2.9, -0.7, 0.2, 2], type: .float64)
    let weights = Tensor([1, -2, 3, 0.5], type: .float64)
    let exact = gradient(at: x) { (activation($0) * weights).sum() }.scalars
    let numerical = numericalGradient(at: x) { (activation($0) * weights).sum() }
    #expect(distance(exact, numerical) < 1e-8, "\(activation)")
  }

  @Test(arguments: [Activation.softplus, .sigmoid, .gelu, .silu, .elu, .softmax])
  func largeInputsStayFinite(activation: Activation) {
    let values = activation([-1000, 1000]).scalars
    #expect(values.allSatisfy { $0.isFinite }, "\(activation): \(values)")
  }
}

@Suite struct DropoutTests {
  @Test func inferenceAndRateZeroChangeNothing() {
    let x = Tensor.normal([7, 3], using: RandomGenerator(seed: 2))
    #expect(Dropout(0.9)(x).scalars == x.scalars)
    #expect(Dropout(0)(x, ForwardPass(trainingWith: RandomGenerator(seed: 1))).scalars == x.scalars)
  }

  @Test(arguments: [0.1, 0.5, 0.8])
  func keepsTheExpectedPartAndTheMean(rate: Double) {
    let count = 40_000.0
    let y = Dropout(rate)(.ones([200, 200]), ForwardPass(trainingWith: RandomGenerator(seed: 11))).scalars
    let dropped = Double(y.count { $0 == 0 })
    #expect(abs(dropped / count - rate) < 4 * (rate * (1 - rate) / count).squareRoot())
    #expect(y.allSatisfy { $0 == 0 || abs($0 - 1 / (1 - rate)) < 1e-6 })
  }

  @Test func masksFollowTheSeedAndDifferBetweenDraws() {
    func mask(_ pass: ForwardPass) -> [Double] { Dropout(0.5)(.ones([64]), pass).scalars }
    let (first, second) = (
      ForwardPass(trainingWith: RandomGenerator(seed: 4)), ForwardPass(trainingWith: RandomGenerator(seed: 4))
    )
    let masks = [mask(first), mask(first)]
    #expect(masks == [mask(second), mask(second)])
    #expect(masks[0] != masks[1])
  }

  @Test func gradientPassesWhereTheMaskDoes() {
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 9))
    let x = Tensor.ones([50])
    let (y, gradient) = valueWithGradient(at: x) { x in Dropout(0.3)(x, pass).sum() }
    #expect(abs(gradient.scalars.reduce(0, +) - y.scalar) < 1e-4)
    #expect(Set(gradient.scalars.map { ($0 * 100).rounded() }) == [0, 143])
  }

  @Test(arguments: [-0.1, 1, 1.5, Double.nan])
  func ratesAreChecked(rate: Double) {
    #expect(complaint { _ = Dropout(rate) }.contains("at least 0 and less than 1, and \(rate) isn't"))
  }
}

@Suite struct InitializerTests {
  @Test(arguments: [
    (Initializer.glorotUniform, 2.0 / 500, true), (.glorotNormal, 2.0 / 500, false), (.heUniform, 2.0 / 200, true),
    (.heNormal, 2.0 / 200, false),
  ])
  func variancesAreTheFormulas(initializer: Initializer, variance: Double, isBounded: Bool) {
    let values = initializer([200, 300], using: RandomGenerator(seed: 8)).scalars
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let spread = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count
    #expect(abs(mean) < 4 * (variance / count).squareRoot(), "\(initializer.name)")
    #expect(abs(spread / variance - 1) < 4 * (2 / count).squareRoot(), "\(initializer.name)")
    let limit = (3 * variance).squareRoot()
    #expect(values.allSatisfy { abs($0) <= limit * 1.000001 } == isBounded, "\(initializer.name)")
  }

  @Test func windowsCountIntoTheFans() {
    let values = Initializer.heUniform([3, 3, 10, 20], using: RandomGenerator(seed: 1)).scalars
    let limit = (6.0 / 90).squareRoot()
    let largest = values.map { abs($0) }.max() ?? 0
    #expect(largest <= limit && largest > 0.98 * limit)
  }

  @Test func denseStartsByHeBeforeReluAndByGlorotElsewhere() {
    func spread(_ activation: Activation) -> Double {
      withRandomSeed(1) { Dense(50, 150, activation: activation) }.weight.scalars.map { abs($0) }.max() ?? 0
    }
    #expect(abs(spread(.relu) - (6.0 / 50).squareRoot()) < 0.002)
    #expect(abs(spread(.tanh) - (6.0 / 200).squareRoot()) < 0.002)
  }

  @Test func constantsAndSeeds() {
    #expect(Initializer.ones([2]).scalars == [1, 1])
    #expect(Dense(2, 3).bias?.scalars == [0, 0, 0])
    #expect(Dense(2, 3, bias: .ones).bias?.scalars == [1, 1, 1])
    let layers = [1, 1, 2].map { seed in withRandomSeed(UInt64(seed)) { Dense(4, 4) }.weight.scalars }
    #expect(layers[0] == layers[1])
    #expect(layers[0] != layers[2])
    #expect(Dense(2, 2, type: .float64).weight.scalarType == .float64)
  }
}
