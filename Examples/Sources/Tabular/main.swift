// Two tables: a number to predict, how far diabetes will have got in a year; and a class, whether a tumour is benign.
// Features are scaled, training stops early, and the test rows are looked at once.

import Descent

/// Says how long a training took, and why it ended.
func report(_ name: String, _ history: History) {
  guard case .stopped(let reason) = history.end else { return print("\(name): \(history.epochs.count) epochs") }
  print("\(name): \(history.epochs.count) epochs, then \(reason)")
}

// MARK: - A number

/// Two layers whose output is in the targets' own unit, so that losses and metrics are too.
struct Regressor: Layer {
  var hidden = Dense(10, 32, activation: .relu)
  var dropout = Dropout(0.3)
  var output = Dense(32, 1)
  let mean: Double
  let deviation: Double

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    output(dropout(hidden(x, pass), pass), pass) * deviation + mean
  }
}

let patients = try Samples.diabetes()
var (train, validation) = patients.train.split(trainFraction: 0.8, seed: 1)
let scale = train.featureScale(.standard)
(train, validation) = (train.scaled(by: scale), validation.scaled(by: scale))
let test = patients.test.scaled(by: scale)

let errors: [Metric] = [.meanAbsoluteError, .rSquared]
var regressor = withRandomSeed(1) {
  Regressor(mean: train.targets.mean().scalar, deviation: train.targets.standardDeviation().scalar)
}
let regression = try regressor.fit(
  train, validation: validation, epochs: 500, batchSize: 32,
  optimizer: AdamW(learningRate: 1e-3, weightDecay: 0.1),
  loss: .huber(delta: 50), metrics: errors, seed: 1, progress: .silent,
  callbacks: [EarlyStopping(patience: 30)])
report("diabetes", regression)
print("  network:      ", try regressor.evaluate(test, loss: .meanSquaredError, metrics: errors))

// What a straight line makes of the same rows; the column of ones is for its constant.
let ones = Tensor.ones([train.count, 1])
let coefficients = leastSquares(.concatenate([train.inputs, ones], axis: 1), train.targets)
let line = Dense(weight: coefficients[..<10], bias: coefficients[10])
print("  least squares:", try line.evaluate(test, loss: .meanSquaredError, metrics: errors))

// MARK: - A class

/// Samples of two classes with targets as a network with one output wants them: a column of 0 and 1.
func asColumn(_ samples: Samples, _ scale: FeatureScale) -> Samples {
  let targets = samples.targets.converted(to: .float32).expanded(axes: 1)
  return Samples(inputs: samples.inputs, targets: targets).scaled(by: scale)
}

let tumours = try Samples.breastCancer()
let (known, held) = tumours.train.split(trainFraction: 0.8, seed: 1)
let tumourScale = known.featureScale(.standard)

var classifier = withRandomSeed(1) {
  Sequential {
    Dense(32, activation: .relu)
    Dropout(0.3)
    Dense(1)
  }
}
let metrics: [Metric] = [.binaryAccuracy(threshold: 0), .f1(.binary(threshold: 0)), .rocAUC]
let classification = try classifier.fit(
  asColumn(known, tumourScale), validation: asColumn(held, tumourScale), epochs: 500, batchSize: 32,
  optimizer: AdamW(learningRate: 1e-3), loss: .sigmoidCrossEntropy(), metrics: metrics, seed: 1, progress: .silent,
  callbacks: [EarlyStopping(patience: 20)])
report("tumours", classification)
let judged = asColumn(tumours.test, tumourScale)
print("  network:", try classifier.evaluate(judged, loss: .sigmoidCrossEntropy(), metrics: metrics))

let logits = classifier.predict(judged.inputs)
let confusion = try ConfusionMatrix(
  predictions: .concatenate([-logits, logits], axis: 1), labels: tumours.test.targets,
  classNames: tumours.test.classNames)
print(confusion)
