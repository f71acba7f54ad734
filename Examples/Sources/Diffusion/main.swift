// A diffusion model (Ho, Jain and Abbeel 2020) that draws digits: it learns to tell the noise in an image, and makes
// images out of noise by taking away what it sees, step by step. Images are written as PNG files.

import Descent

/// Guesses the noise in images [n, 64], from the images, how far they are on the way to noise, and the digits they show.
struct Denoiser: TensorStructure, Sendable {
  var input = Dense(64, 256)
  var digit = Embedding(10, 256)
  var time = Dense(64, 256)
  var blocks = (0..<4).map { _ in
    Residual {
      LayerNorm(shape: [256])
      Dense(256, 512, activation: .silu)
      Dropout(0.1)
      Dense(512, 256)
    }
  }
  var norm = LayerNorm(shape: [256])
  var output = Dense(256, 64, weight: .zeros)

  func callAsFunction(_ images: Tensor, _ times: Tensor, _ digits: Tensor, _ pass: ForwardPass) -> Tensor {
    let waves = sinusoidalPositions(Noising.stepCount, size: 64).gathering(times)
    // Which digit and how much noise is told to every block anew.
    let hint = digit(digits, pass) + time(waves, pass)
    return output(norm(blocks.reduce(input(images, pass)) { $1($0 + hint, pass) }, pass), pass)
  }
}

/// The way from images to noise: after t steps an image is √keptₜ·image + √(1 − keptₜ)·noise.
struct Noising {
  static let stepCount = 200
  let added = Tensor.linspace(from: 5e-4, to: 0.06, count: stepCount)
  let kept: Tensor

  init() { kept = exp(log(1 - added).cumulativeSum()) }

  /// Images after some steps each.
  func noisy(_ images: Tensor, _ noise: Tensor, after times: Tensor) -> Tensor {
    let kept = kept.gathering(times).expanded(axes: 1)
    return sqrt(kept) * images + sqrt(1 - kept) * noise
  }

  /// Images drawn from noise, and the images on the way there.
  func draw(_ digits: Tensor, with model: Denoiser, using random: RandomGenerator) throws -> [Tensor] {
    let (addedRates, keptParts) = (added.scalars, kept.scalars)
    let size: Shape = [digits.shape[0], 64]
    // Compiled, since it is called for each step: what changes is an argument.
    let guess = compile { (x: Tensor, times: Tensor) in model(x, times, digits, .inference) }
    var images = [Tensor.normal(size, using: random)]
    for step in (0..<Self.stepCount).reversed() {
      let (x, added, kept) = (images[images.count - 1], addedRates[step], keptParts[step])
      let noise = try guess(x, Tensor.full([size[0]], step))
      let cleaner = (x - noise * (added / (1 - kept).squareRoot())) / (1 - added).squareRoot()
      let jitter = step == 0 ? 0 : added.squareRoot()
      images.append(cleaner + jitter * Tensor.normal(size, using: random))
      try evaluate(images[images.count - 1])
    }
    return images
  }
}

/// Writes images [rows·columns, 64] of numbers from −1 to 1 as a table, each pixel eight times as large.
func write(_ images: Tensor, columns: Int, to path: String) throws {
  let rows = images.shape[0] / columns
  let framed = images.reshaped(to: rows, columns, 8, 8).padded(
    low: [0, 0, 1, 1], high: [0, 0, 1, 1], mode: .constant(-1))
  let table = framed.swappingAxes(1, 2).reshaped(to: rows * 10, columns * 10)
  let large = table.repeated(8, axis: 0).repeated(8, axis: 1)
  let bytes = round(((large + 1) / 2).clamped(to: 0...1) * 255).converted(to: .uint8)
  try PNGFile.write(bytes, toFile: path)
}

let isQuick = CommandLine.arguments.contains("--quick")
let (train, test) = try Samples.digits()
let noising = Noising()
var model = withRandomSeed(1) { Denoiser() }
let epochs = isQuick ? 2 : 600
let batchSize = 96
let steps = epochs * train.batches(of: batchSize, droppingRemainder: true).count
var optimizer = AdamW(learningRate: .warmup(steps: 100, then: .cosine(from: 1e-3, steps: steps)))
  .averagingWeights(decay: 0.999)
let random = RandomGenerator(seed: 1), pass = ForwardPass(trainingWith: random)

let start = ContinuousClock.now
for epoch in 1...epochs {
  var losses: [Double] = []
  for batch in train.shuffled(using: random).batches(of: batchSize, droppingRemainder: true) {
    let times = Tensor.integers([batch.count], in: 0..<Noising.stepCount, using: random)
    let noise = Tensor.normal([batch.count, 64], using: random)
    let noisy = noising.noisy(2 * batch.inputs - 1, noise, after: times)
    let (loss, gradient) = valueWithGradient(at: model) { model in
      meanSquaredError(model(noisy, times, batch.targets, pass), noise)
    }
    try optimizer.update(&model, along: gradient, evaluating: [loss])
    losses.append(loss.scalar)
  }
  let mean = losses.reduce(0, +) / Double(losses.count)
  if epoch % 50 == 0 || isQuick { print("epoch \(epoch): loss \(mean) after \(ContinuousClock.now - start)") }
}

let digits = Tensor.range(to: 10, type: .int64).tiled(10)
let drawn = try noising.draw(digits, with: optimizer.averagedWeights(of: model), using: RandomGenerator(seed: 2))
try write(drawn[drawn.count - 1], columns: 10, to: "digits.png")
let moments = Tensor.concatenate(stride(from: 0, through: Noising.stepCount, by: 20).map { drawn[$0][..<10] })
try write(moments, columns: 10, to: "on-the-way.png")

// A network that has learnt to read digits says how many of a thousand can be read as what they are meant to be.
var reader = withRandomSeed(1) {
  Sequential {
    Dense(128, activation: .relu)
    Dropout(0.2)
    Dense(10)
  }
}
try reader.fit(train, epochs: 40, optimizer: Adam(), loss: .softmaxCrossEntropy, seed: 1, progress: .silent)
let thousand = Tensor.range(to: 10, type: .int64).tiled(isQuick ? 1 : 100)
let many = try noising.draw(thousand, with: optimizer.averagedWeights(of: model), using: RandomGenerator(seed: 3))
let images = ((many[many.count - 1] + 1) / 2).clamped(to: 0...1)
let real = try reader.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
let meant = try reader.evaluate(
  Samples(inputs: images, targets: thousand), loss: .softmaxCrossEntropy, metrics: [.accuracy])
print("real digits, read: \(real)")
print("drawn digits, read as what they are meant to be: \(meant)")

// Drawn images should be as far from the images learnt from as new real ones are, not copies.
func distance(_ images: Tensor) -> Double { pairwiseDistances(images, train.inputs).min(axes: 1).mean().scalar }
print("mean distance to the closest training image: test images \(distance(test.inputs)), drawn \(distance(images))")
