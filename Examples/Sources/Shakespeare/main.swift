// A character GPT that learns to write like Shakespeare: the library's transformer blocks, trained with `fit`; what it
// learnt is written out with a key-value cache.

import Descent
import Foundation

/// Characters as vectors, causal transformer blocks, and logits of the next character at each place.
struct GPT: Layer {
  var embedding: Embedding
  var blocks: [TransformerEncoderBlock]
  var norm: LayerNorm
  var output: Dense

  init(characters: Int, size: Int, heads: Int, depth: Int) {
    embedding = Embedding(characters, size)
    blocks = (0..<depth).map { _ in
      TransformerEncoderBlock(
        size: size, heads: heads, hidden: 4 * size, dropout: 0.1, isCausal: true, rotaryBase: 10_000)
    }
    norm = LayerNorm(shape: [size])
    output = Dense(size, characters)
  }

  func callAsFunction(_ tokens: Tensor, _ pass: ForwardPass) -> Tensor {
    output(norm(blocks.reduce(embedding(tokens, pass)) { $1($0, pass) }, pass), pass)
  }

  /// The same for the next characters of a text whose beginning the caches hold.
  func callAsFunction(_ tokens: Tensor, caches: inout [KeyValueCache]) -> Tensor {
    var x = embedding(tokens)
    for index in blocks.indices { x = blocks[index](x, cache: &caches[index], .inference) }
    return output(norm(x))
  }

  /// Goes on with a text, character by character.
  ///
  /// Once `context` characters have been seen it starts again from the last half of them, since it has learnt no longer
  /// texts.
  func write(_ count: Int, after prompt: [Int], context: Int, temperature: Double, seed: UInt64) -> [Int] {
    let random = RandomGenerator(seed: seed)
    var (text, seen) = (prompt, context)
    var caches: [KeyValueCache] = []
    while text.count < prompt.count + count {
      var next = text.suffix(1)
      if seen >= context {
        caches = blocks.map { _ in KeyValueCache(capacity: context) }
        (next, seen) = (text.suffix(context / 2), 0)
      }
      seen += next.count
      let logits = self(Tensor(scalars: Array(next), shape: [1, next.count]), caches: &caches)[0, -1]
      text.append(Tensor.categorical(logits: logits / temperature, using: random).scalar(as: Int.self))
    }
    return text
  }
}

let arguments = CommandLine.arguments
let isQuick = arguments.contains("--quick")
let context = 128
let (weights, checkpoint) = ("shakespeare.safetensors", "shakespeare.checkpoint")

let text: String
do { text = try TextFile.read("Examples/Data/shakespeare.txt") } catch {
  print(error)
  exit(1)
}
let vocabulary = Vocabulary(charactersOf: text)
var network = withRandomSeed(1) { GPT(characters: vocabulary.count, size: 128, heads: 4, depth: 4) }

if arguments.contains("--write") {
  try network.load(from: weights)
} else {
  try train()
  try network.save(to: weights)
}
let start = ContinuousClock.now
let prompt = try vocabulary.encode("HAMLET.\n")
let written = network.write(isQuick ? 100 : 1_000, after: prompt, context: context, temperature: 0.8, seed: 1)
print(vocabulary.decode(written))
print("\(written.count) characters in \(ContinuousClock.now - start)")

/// Trains on the first million characters and judges by the others, after each of six passes.
@MainActor func train() throws {
  let tokens = try vocabulary.encode(text)
  /// Windows of a text as samples: the inputs, and as targets the same characters one place later.
  func samples(_ tokens: ArraySlice<Int>, every stride: Int) -> Samples {
    let windows = TokenWindows(Array(tokens), length: context, stride: stride)
    return windows.batch(at: Array(0..<windows.elementCount))
  }
  let (all, validation) = (samples(tokens[..<1_000_000], every: 96), samples(tokens[1_000_000...], every: context))
  let train = isQuick ? all[0..<320] : all
  let (epochs, batchSize) = (isQuick ? 1 : 6, 32)
  let steps = epochs * train.batches(of: batchSize).count
  print("\(network.parameterCount) parameters, \(steps) steps of \(batchSize * context) characters")

  /// Up in the first twentieth of the steps, then down to a hundredth.
  func schedule(_ rate: Double) -> LearningRate {
    .warmup(steps: steps / 20 + 1, then: .cosine(from: rate, to: rate / 100, steps: steps - steps / 20 - 1))
  }
  let history = try network.fit(
    train, validation: isQuick ? validation[0..<100] : validation, epochs: epochs, batchSize: batchSize,
    optimizer: Muon(learningRate: schedule(0.02), others: Adam(learningRate: schedule(3e-3)))
      .clippingGradients(.globalNorm(1)),
    loss: .softmaxCrossEntropy, seed: 1,
    callbacks: [CSVLog("shakespeare.csv"), StopOnInterrupt()], checkpoint: CheckpointSaver(checkpoint),
    resumingFrom: arguments.contains("--resume") ? checkpoint : nil)
  print(history)
  let characters = history.epochs.count * train.count * context
  let seconds = history.epochs.reduce(0) { $0 + $1.seconds }
  print("\(Int(Double(characters) / seconds)) characters a second, validation included")
}
