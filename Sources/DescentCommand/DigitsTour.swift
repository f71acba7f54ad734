import Descent

/// A network learns to read handwritten digits.
struct DigitsTour {
  let seed: UInt64

  func run() throws {
    heading("A network learns to read digits")
    let (train, test) = try Samples.digits()
    var network = withRandomSeed(seed) {
      Sequential {
        Dense(64, 256, activation: .relu).named("hidden")
        Dropout(0.3)
        Dense(256, 10).named("output")
      }
    }
    print("\(train.count) images of 8 x 8 pixels to learn from, \(test.count) to be judged by. One of them:\n")
    print(indented(DigitsTour.picture(of: test.inputs[0])))
    print("\n\(indented(network.summary(inputShape: [64])))\n")
    flushOutput()
    try network.fit(
      train, validation: test, epochs: 30, batchSize: 32, optimizer: Adam(learningRate: 2e-3),
      loss: .softmaxCrossEntropy, metrics: [.accuracy], seed: seed)
    let confusion = try ConfusionMatrix(predictions: network.predict(test.inputs), labels: test.targets)
    print("Test accuracy: \(Tensor((confusion.accuracy * 10000).rounded() / 10000))\n")
    print("How often each digit (left) was taken for each other (top):\n")
    print(indented(confusion))
    print("\nNext: `descent train --help` trains on your own data.")
  }

  /// An 8 x 8 image in shades of blocks, two characters a pixel.
  private static func picture(of pixels: Tensor) -> String {
    let shades = Array(" ░▒▓█")
    let values = pixels.scalars
    return (0..<8).map { row in
      String(
        (0..<8).flatMap { column in
          let shade = shades[min(4, Int(values[8 * row + column] * 4.99))]
          return [shade, shade]
        })
    }.joined(separator: "\n")
  }
}
