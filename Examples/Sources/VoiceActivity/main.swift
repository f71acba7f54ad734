// A network that others trained: Silero's detector of speech, built from layers, with the weights of its PyTorch package,
// gives the same probabilities as PyTorch.

import Descent
import Foundation

/// Silero VAD for 16,000 samples a second: how probable it is that each chunk of 512 of them holds speech.
struct VoiceDetector: Layer {
  /// Products with waves of 129 frequencies, cosines and then sines: a Fourier transform of short pieces.
  var waves = Conv1D(258, kernel: 256, channels: 1, stride: 128, hasBias: false)
  var encoder = Sequential {
    Conv1D(128, kernel: 3, channels: 129, padding: .explicit(low: 1, high: 1), activation: .relu)
    Conv1D(64, kernel: 3, channels: 128, stride: 2, padding: .explicit(low: 1, high: 1), activation: .relu)
    Conv1D(64, kernel: 3, channels: 64, stride: 2, padding: .explicit(low: 1, high: 1), activation: .relu)
    Conv1D(128, kernel: 3, channels: 64, padding: .explicit(low: 1, high: 1), activation: .relu)
  }
  var memory = LSTM(128, features: 128, output: .sequence)
  var decision = Conv1D(1, kernel: 1, channels: 128, activation: .sigmoid)

  /// The probabilities of all chunks of a sound, [chunks, 512] to [chunks].
  func callAsFunction(_ chunks: Tensor, _ pass: ForwardPass) -> Tensor {
    // Each chunk follows the end of the one before it, the first one silence, and is mirrored at its own end.
    let ends = Tensor.concatenate([.zeros([1, 64]), chunks[..<(-1), (-64)...]])
    let pieces = Tensor.concatenate([ends, chunks], axis: 1).padded(low: [0, 0], high: [0, 64], mode: .reflect)
    let parts = waves(pieces.expanded(axes: 2), pass).split(count: 2, axis: -1)
    let features = encoder(sqrt(parts[0].squared() + parts[1].squared()), pass)
    // The chunks have been a batch; from here on they are one sequence.
    return decision(relu(memory(features.swappingAxes(0, 1), pass)), pass).flattened()
  }

  /// Takes the weights of Silero's file, whose tensors have other names and their axes in reverse.
  mutating func loadWeights(from path: String) throws {
    let names = [
      "waves.kernel": "stft.forward_basis_buffer",
      "encoder.0.kernel": "encoder.0.reparam_conv.weight", "encoder.0.bias": "encoder.0.reparam_conv.bias",
      "encoder.1.kernel": "encoder.1.reparam_conv.weight", "encoder.1.bias": "encoder.1.reparam_conv.bias",
      "encoder.2.kernel": "encoder.2.reparam_conv.weight", "encoder.2.bias": "encoder.2.reparam_conv.bias",
      "encoder.3.kernel": "encoder.3.reparam_conv.weight", "encoder.3.bias": "encoder.3.reparam_conv.bias",
      "memory.layers.0.forward.inputKernel": "decoder.rnn.weight_ih",
      "memory.layers.0.forward.recurrentKernel": "decoder.rnn.weight_hh",
      "decision.kernel": "decoder.decoder.2.weight", "decision.bias": "decoder.decoder.2.bias",
    ]
    let file = try SafetensorsFile(contentsOfFile: path)
    var weights = try names.mapValues { try file.tensor($0).transposed() }
    // PyTorch has two biases, which are only ever added.
    weights["memory.layers.0.forward.bias"] =
      try file.tensor("decoder.rnn.bias_ih") + file.tensor("decoder.rnn.bias_hh")
    try load(weights, from: path)
  }
}

let folder = CommandLine.arguments.dropFirst().first ?? "Examples/Data/silero-vad"
do {
  var detector = VoiceDetector()
  try detector.loadWeights(from: "\(folder)/silero_vad.safetensors")
  print("\(detector.parameterCount) weights fit by name, shape and type")

  let reference = try SafetensorsFile(contentsOfFile: "\(folder)/reference.safetensors")
  let sound = try reference.tensor("sound").converted(to: .float32) / 32_768
  let expected = try reference.tensor("probabilities")
  let start = ContinuousClock.now
  let probabilities = detector(sound.reshaped(to: -1, 512)).scalars
  let seconds = Double(sound.elementCount) / 16_000
  print("\(seconds) s of sound took \(ContinuousClock.now - start)")

  let chunkSeconds = 512.0 / 16_000
  let starts = probabilities.indices.filter { probabilities[$0] > 0.5 && ($0 == 0 || probabilities[$0 - 1] <= 0.5) }
  for start in starts {
    let end = probabilities[start...].firstIndex { $0 <= 0.5 } ?? probabilities.count
    print(String(format: "speech from %.2f s to %.2f s", Double(start) * chunkSeconds, Double(end) * chunkSeconds))
  }
  let difference = zip(probabilities, expected.scalars).map { abs($0 - $1) }.max() ?? .infinity
  print(
    String(format: "the largest difference from PyTorch's %d probabilities is %.1e", expected.elementCount, difference))
  if difference > 1e-5 { exit(1) }
} catch {
  print(error)
  exit(1)
}
