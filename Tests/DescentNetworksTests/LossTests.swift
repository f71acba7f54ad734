import Descent
import Testing

@Suite struct LossTests {
  @Test func squaredErrorByHand() {
    #expect(meanSquaredError([1, 2], [1, 4]).scalar == 2)
    #expect(meanSquaredError([[1, 2], [3, 4]], [[0, 0], [0, 0]]).scalar == 7.5)
  }

  /// −ln(e^xₗ/Σe^x), summed in Double.
  private func reference(_ logits: [[Double]], _ labels: [Int]) -> Double {
    let losses = zip(logits, labels).map { row, label in
      let largest = row.max() ?? 0
      return largest + logSum(row.map { $0 - largest }) - row[label]
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  private func logSum(_ row: [Double]) -> Double {
    log(Tensor(row.map { exp(Tensor($0, type: .float64)).scalar }.reduce(0, +), type: .float64)).scalar
  }

  private static let logits = [[1.0, -2, 0.5], [0, 0, 0], [3, 1, -7], [-1, 5, 2]]

  @Test(arguments: [ScalarType.int64, .int32])
  func crossEntropyOfIndices(type: ScalarType) {
    let labels = [0, 2, 1, 1]
    let loss = softmaxCrossEntropy(
      Tensor(rows: Self.logits, type: .float64), Tensor(scalars: labels, type: type))
    #expect(abs(loss.scalar - reference(Self.logits, labels)) < 1e-14)
  }

  @Test func oneHotRowsGiveTheLossOfIndices() {
    let labels = Tensor(scalars: [0, 2, 1, 1])
    let logits = Tensor(rows: Self.logits, type: .float64)
    let (first, second) = (
      softmaxCrossEntropy(logits, labels), softmaxCrossEntropy(logits, labels.oneHot(count: 3, type: .float64))
    )
    #expect(abs(first.scalar - second.scalar) < 1e-14)
  }

  @Test func uniformLogitsGiveTheLogarithmOfTheClasses() {
    let loss = softmaxCrossEntropy(.zeros([5, 4], type: .float64), Tensor(scalars: [0, 1, 2, 3, 3]))
    #expect(abs(loss.scalar - 1.3862943611198906) < 1e-15)
  }

  @Test func severalAxesBeforeTheClasses() {
    let logits = Tensor.normal([2, 3, 4], type: .float64, using: RandomGenerator(seed: 3))
    let labels = Tensor(scalars: [0, 1, 2, 3, 0, 1])
    let flat = softmaxCrossEntropy(logits.reshaped(to: 6, 4), labels)
    #expect(abs(softmaxCrossEntropy(logits, labels.reshaped(to: 2, 3)).scalar - flat.scalar) < 1e-15)
  }

  @Test func hugeLogitsAndMaskedClassesStayFinite() {
    let logits: Tensor = [[1000, 0, -1000], [88, 89, 90]]
    #expect(abs(softmaxCrossEntropy(logits, Tensor(scalars: [1, 2])).scalar - 500.2038) < 1e-3)
    let masked = Tensor(rows: [[-Double.infinity, 0, 0]])
    let (loss, gradient) = valueWithGradient(at: masked) { softmaxCrossEntropy($0, Tensor(scalars: [1])) }
    #expect(abs(loss.scalar - 0.6931472) < 1e-6)
    #expect(distance(gradient.scalars, [0, -0.5, 0.5]) < 1e-6)
  }

  @Test func gradientsAgreeWithDifferences() {
    let logits = Tensor(rows: Self.logits, type: .float64)
    let probabilities = Tensor([[0.2, 0.3, 0.5], [1, 0, 0], [0.1, 0.1, 0.8], [0, 0.5, 0.5]], type: .float64)
    let losses: [(String, (Tensor) -> Tensor)] = [
      ("indices", { softmaxCrossEntropy($0, Tensor(scalars: [2, 0, 1, 2])) }),
      ("probabilities", { softmaxCrossEntropy($0, probabilities) }),
      ("squared error", { meanSquaredError($0, probabilities) }),
    ]
    for (name, loss) in losses {
      let exact = gradient(at: logits, of: loss).scalars
      #expect(distance(exact, numericalGradient(at: logits, of: loss)) < 1e-9, "\(name)")
    }
  }

  @Test func unequalShapesAreRefused() {
    let words = complaint { _ = meanSquaredError(.zeros([3, 1]), .zeros([3])) }
    #expect(
      words.contains("predictions have shape [3, 1], targets have float32 shape [3] and need [3, 1]")
        && words.contains("do not broadcast: write .reshaped(to: 3, 1)"), "\(words)")
    let labels: [(Tensor, String)] = [
      (Tensor(scalars: [1]), "int64 shape [1] and need [4]"), (.zeros([4]), "float32 shape [4] and need [4, 3]"),
      (Tensor(scalars: [0, 0, 0, 0], shape: [4, 1]), "shape [4, 1] and need [4]"),
      (.zeros([1, 3]), "shape [1, 3] and need [4, 3]"),
    ]
    for (labels, expected) in labels {
      let words = complaint { _ = softmaxCrossEntropy(.zeros([4, 3]).named("logits"), labels) }
      #expect(words.contains(expected) && words.contains("'logits'"), "\(words)")
    }
    #expect(complaint { _ = meanSquaredError(.zeros([0, 2]), .zeros([0, 2])) }.contains("empty"))
    #expect(complaint { _ = softmaxCrossEntropy(Tensor(1.0), Tensor(0)) }.contains("scalar"))
    #expect(complaint { _ = meanSquaredError(.zeros([2]), .zeros([2], type: .float64)) }.contains("float64"))
  }

  @Test(arguments: [3, -1, 255])
  func labelsThatAreNoClassAreRefused(label: Int) {
    let logits = Tensor.zeros([2, 3])
    let words = complaint { _ = softmaxCrossEntropy(logits, Tensor(scalars: [0, label])) }
    #expect(words.contains("label \(label) in row 1 is no class: the logits have 3 classes, 0 to 2"))
    let pending = Tensor(scalars: [0, label]) * 1 + 0
    #expect(softmaxCrossEntropy(logits, pending).scalar.isNaN)
  }

  @Test func pendingLabelsGiveTheSameLoss() {
    let logits = Tensor(rows: Self.logits)
    let labels = Tensor(scalars: [0, 2, 1, 1])
    #expect(softmaxCrossEntropy(logits, labels).scalar == softmaxCrossEntropy(logits, labels + 0).scalar)
  }
}

@Suite struct MetricTests {
  @Test func accuracyCountsTheRightOnes() {
    let logits: Tensor = [[1, 2, 0], [5, 2, 0], [0, 0, 1], [0, 1, 0]]
    #expect(Metric.accuracy(logits, Tensor(scalars: [1, 0, 0, 1])).scalars == [1, 1, 0, 1])
    #expect(Metric.accuracy(logits, Tensor(scalars: [1, 0, 0, 1], type: .int32)).scalars == [1, 1, 0, 1])
    #expect(Metric.accuracy(logits, Tensor(scalars: [1, 0, 0, 1]).oneHot(count: 3)).scalars == [1, 1, 0, 1])
  }

  @Test func shapesThatDoNotFitAreRefused() {
    let cases: [(Tensor, Tensor)] = [
      (.zeros([4, 3]), Tensor(scalars: [0])), (.zeros([4, 1]), Tensor(scalars: [0, 0, 0, 0])),
      (.zeros([4, 3]), .zeros([4])), (Tensor(1.0), Tensor(0)),
    ]
    for (predictions, targets) in cases {
      #expect(complaint { _ = Metric.accuracy(predictions, targets) }.contains("scores of 2 or more classes"))
    }
    #expect(complaint { _ = Metric.meanAbsoluteError(.zeros([3, 1]), .zeros([3])) }.contains("do not broadcast"))
  }

  @Test(arguments: [1, 7, 16, 50, 64])
  func streamingEqualsTheWholeSet(batchSize: Int) throws {
    let samples = rings(50, seed: 6)
    let network = withRandomSeed(2) { Dense(2, 2) }
    let cube = Metric("cube") { predictions, _ in predictions ** 3 }
    let positive = Metric("positive") { predictions, _ in predictions .> 0 }
    let scores = try network.evaluate(
      samples, batchSize: batchSize, loss: .softmaxCrossEntropy, metrics: [.accuracy, cube, positive])
    let logits = network(samples.inputs)
    #expect(abs(scores.loss - softmaxCrossEntropy(logits, samples.targets).scalar) < 1e-6)
    #expect(scores["accuracy"] == Metric.accuracy(logits, samples.targets).scalars.reduce(0, +) / 50)
    #expect(abs((scores["cube"] ?? .nan) - (logits ** 3).mean().scalar) < 1e-5)
    #expect(scores["positive"] == Double(logits.scalars.count { $0 > 0 }) / 100)
    #expect(scores["loss"] == scores.loss)
    #expect(scores["nothing"] == nil)
  }

  @Test(arguments: [1, 9, 50, 100])
  func predictionsDoNotDependOnTheBatch(batchSize: Int) {
    let samples = rings(50, seed: 6)
    let network = withRandomSeed(2) { Dense(2, 2) }
    #expect(
      distance(network.predict(samples.inputs, batchSize: batchSize).scalars, network(samples.inputs).scalars) < 1e-6)
  }
}
