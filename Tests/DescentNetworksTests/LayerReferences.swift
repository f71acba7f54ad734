import Descent
import Foundation
import Testing

/// Outputs and gradients of layers as PyTorch computed them; Tools/network-references writes them.
enum LayerReferences {
  static let file: SafetensorsFile? = try? SafetensorsFile(
    contentsOfFile: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("References/layers.safetensors").path)

  /// The names of the cases.
  static var names: Set<String> { Set((file?.names ?? []).map { String($0.prefix { $0 != "/" }) }) }

  /// The tensors of a case whose names begin with a word, by what follows.
  static func tensors(_ name: String, _ kind: String) throws -> [String: Tensor] {
    let (file, prefix) = (try #require(file), "\(name)/\(kind)/")
    return try Dictionary(
      uniqueKeysWithValues: file.names.filter { $0.hasPrefix(prefix) }.map {
        (String($0.dropFirst(prefix.count)), try file.tensor($0))
      })
  }

  static func list(_ name: String, _ kind: String) throws -> [Tensor] {
    try tensors(name, kind).sorted { $0.key < $1.key }.map(\.value)
  }
}

/// How a case is run: from the model, its inputs and its constants (masks, indices) to the output.
typealias ReferenceCall<Model> = (Model, _ inputs: [Tensor], _ constants: [Tensor], ForwardPass) -> Tensor

/// Compares a model with a reference case: output, gradients of inputs and parameters, and states after training.
func expectReference<Model: TensorStructure>(
  _ name: String, _ model: Model, training: Bool = false, _ call: ReferenceCall<Model>
) throws {
  let inputs = try LayerReferences.list(name, "input")
  let constants = try LayerReferences.list(name, "constant")
  var model = model
  model.build { model, pass in _ = call(model, inputs, constants, pass) }
  let parameters = try LayerReferences.tensors(name, "parameter")
  let states = try LayerReferences.tensors(name, "state")
  #expect(Set(model.namedTensors(.trainable).map(\.path)) == Set(parameters.keys), "\(name)")
  #expect(Set(model.namedTensors(.held).map(\.path)) == Set(states.keys), "\(name)")
  for (path, value) in parameters.merging(states, uniquingKeysWith: { $1 }) { model[path: path] = value }
  let pass = training ? ForwardPass(trainingWith: RandomGenerator(seed: 1)) : .inference
  let (output, pullback) = vjp(at: inputs, model) { inputs, model in call(model, inputs, constants, pass) }
  let file = try #require(LayerReferences.file)
  expectEqual(output, try file.tensor("\(name)/output"), "\(name): output")
  let (inputGradients, gradient) = pullback(try file.tensor("\(name)/cotangent"))
  for (place, expected) in try LayerReferences.list(name, "input.gradient").enumerated() {
    expectEqual(inputGradients[place], expected, "\(name): gradient of input \(place)")
  }
  for (path, expected) in try LayerReferences.tensors(name, "gradient") {
    expectEqual(gradient[path: path], expected, "\(name): gradient of \(path)")
  }
  model.adoptState(from: pass)
  for (path, expected) in try LayerReferences.tensors(name, "state.after") {
    expectEqual(model[path: path], expected, "\(name): \(path) after the step")
  }
}

private func expectEqual(_ found: Tensor, _ expected: Tensor, _ what: String) {
  guard found.shape == expected.shape, found.scalarType == expected.scalarType else {
    Issue.record("\(what): \(found.scalarType) \(found.shape) where \(expected.scalarType) \(expected.shape) belongs")
    return
  }
  let error = distance(found.scalars, expected.scalars)
  #expect(error <= 1e-10 * max(1, expected.scalars.map { abs($0) }.max() ?? 0), "\(what): off by \(error)")
}
