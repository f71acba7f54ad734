// The adding problem (Hochreiter and Schmidhuber 1997): of up to 60 numbers two are marked, and their sum is to be told
// after the last one. A network without memory can't beat the answer that is always 1.

import Descent

/// Sequences of 30 to 60 numbers from 0 to 1, filled up with zeros to 60: [count, 60, 3].
///
/// The features are the number, whether it is marked, and whether it is there at all. One mark is in the first half of
/// the sequence, one in the second.
func sequences(_ count: Int, seed: UInt64) -> Samples {
  let random = RandomGenerator(seed: seed)
  let lengths = Tensor.integers([count, 1], in: 30..<61, using: random).converted(to: .float32)
  let places = Tensor.range(to: 60, type: .float32).expanded(axes: 0)
  func mark(from start: Tensor, to end: Tensor) -> Tensor {
    floor(start + (end - start) * Tensor.uniform([count, 1], using: random))
  }
  let (first, second) = (mark(from: 0 * lengths, to: floor(lengths / 2)), mark(from: floor(lengths / 2), to: lengths))
  let isThere = (places .< lengths).converted(to: .float32)
  let isMarked = ((places .== first) .| (places .== second)).converted(to: .float32)
  let numbers = Tensor.uniform([count, 60], using: random) * isThere
  return Samples(
    inputs: .stack([numbers, isMarked, isThere], axis: 2),
    targets: (numbers * isMarked).sum(axes: 1, keepingAxes: true))
}

/// Reads a sequence to its end and answers with a number.
struct Adder: Layer {
  var lstm = LSTM(64, features: 2)
  var answer = Dense(64, 1)

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    let (_, last, _) = lstm.run(x[.ellipsis, ..<2], mask: x[.ellipsis, 2] .> 0.5, pass)
    return answer(last, pass)
  }
}

let isQuick = CommandLine.arguments.contains("--quick")
let (train, validation, test) = (
  sequences(isQuick ? 500 : 20_000, seed: 1), sequences(1_000, seed: 2), sequences(5_000, seed: 3)
)
let batchSize = 64
let epochs = isQuick ? 1 : 12
var network = withRandomSeed(1) { Adder() }
print(network.summary(inputShape: [60, 3]))
let history = try network.fit(
  train, validation: validation, epochs: epochs, batchSize: batchSize,
  optimizer: Adam(learningRate: .cosine(from: 3e-3, steps: epochs * train.batches(of: batchSize).count))
    .clippingGradients(.globalNorm(1)),
  loss: .meanSquaredError, metrics: [.rSquared], seed: 1)
print(history)

let always = (test.targets - 1).squared().mean().scalar
print("always 1: loss \(always)")
print("network: ", try network.evaluate(test, loss: .meanSquaredError, metrics: [.meanAbsoluteError, .rSquared]))
for sample in test[0..<5].batches(of: 1) {
  print("the sum is \(sample.targets.scalar), the answer \(network(sample.inputs).scalar)")
}
