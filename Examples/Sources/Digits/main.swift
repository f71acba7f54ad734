// A network of one's own that learns to read the digits that come with Descent.

import Descent

struct Classifier: Layer {
  var hidden = Dense(64, 128, activation: .relu)
  var dropout = Dropout(0.2)
  var output = Dense(128, 10)

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    output(dropout(hidden(x, pass), pass), pass)
  }
}

let (train, test) = try Samples.digits()
var network = withRandomSeed(42) { Classifier() }
print(network.summary(inputShape: [64]))
try network.fit(
  train, validation: test, epochs: 20, batchSize: 32, optimizer: Adam(learningRate: 1e-3),
  loss: .softmaxCrossEntropy, metrics: [.accuracy], seed: 1)
print(try network.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy]))
