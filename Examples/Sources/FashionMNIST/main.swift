// A convolutional network that tells clothes apart: Fashion-MNIST, judged once by its 10,000 test images.

import Descent
import Foundation

let arguments = CommandLine.arguments.dropFirst()
let isQuick = arguments.contains("--quick")
let folder: IDXFolder
do {
  let path = arguments.first { !$0.hasPrefix("--") }
  folder = if let path { try IDXFolder(path: path) } else { try IDXFolder.fashionMNIST() }
} catch {
  print(error)
  exit(1)
}

let (images, test) = (try folder.samples(.train), try folder.samples(.test))
var (train, validation) = images.split(trainFraction: 55_000 / 60_000, seed: 1)
if isQuick { (train, validation) = (train[0..<1_000], validation[0..<1_000]) }

var network = withRandomSeed(1) {
  Sequential {
    Reshape(28, 28, 1)
    for filters in [32, 64] {
      Conv2D(filters, kernel: 3, padding: .same, hasBias: false)
      BatchNorm()
      Activation.relu
      MaxPool2D(window: 2)
    }
    Flatten()
    Dropout(0.4)
    Dense(128, hasBias: false)
    BatchNorm()
    Activation.relu
    Dropout(0.4)
    Dense(10)
  }
}
print(network.summary(inputShape: [28, 28]))

let epochs = isQuick ? 1 : 5
let batchSize = 128
let steps = epochs * train.batches(of: batchSize).count
let history = try network.fit(
  train, validation: validation, epochs: epochs, batchSize: batchSize,
  optimizer: Adam(learningRate: .oneCycle(maximum: 4e-3, steps: steps)),
  loss: .softmaxCrossEntropy(labelSmoothing: 0.05), metrics: [.accuracy], seed: 1,
  callbacks: [CSVLog("fashion-mnist.csv")])
print(history)

let scores = try network.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy, .f1(.macro)])
print("test:", scores)
print(
  try ConfusionMatrix(
    predictions: network.predict(test.inputs), labels: test.targets, classNames: IDXFolder.fashionMNISTClassNames))
try network.save(to: "fashion-mnist.safetensors")
