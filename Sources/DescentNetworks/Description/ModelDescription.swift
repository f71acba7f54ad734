import DescentData
import DescentGraph
import DescentTensor

/// A model as data: layers one after the other, which files and command lines can give.
///
/// ```swift
/// let description = try ModelDescription(parsing: "conv2d 32 3 relu, maxPool2d 2, flatten, dropout 0.2, dense 10")
/// var network = try withRandomSeed(1) { try description.model(inputShape: [28, 28, 1]) }
/// let json = try JSONEncoder().encode(description)
/// ```
///
/// In JSON it is a list; each layer is a text in the short form or an object:
///
/// ```json
/// ["conv2d 32 3 relu", {"layer": "maxPool2d", "window": 2}, "flatten", "dense 10"]
/// ```
///
/// A description is data and no program: reading one runs no code, and what it can ask for is limited. See
/// ``LayerDescription`` for the forms of a layer.
public struct ModelDescription: Sendable, Equatable {
  /// The layers in the order they are applied.
  public var layers: [LayerDescription]

  /// The names of the layers that descriptions know.
  public static var layerNames: [String] { LayerKind.names }

  /// More layers or parameters than these are refused.
  static let mostLayers = 1000
  static let mostParameters = 1 << 34

  /// A model of these layers.
  public init(_ layers: [LayerDescription]) { self.layers = layers }

  /// Reads the short form: layers with commas between them.
  ///
  /// - Throws: ``DescriptionError`` with the position of the layer.
  public init(parsing text: String) throws(DescriptionError) {
    try self.init(checking: ShortForm.layers(text, place: "the model"))
  }

  /// Reads a list of layers, or a text in the short form.
  ///
  /// - Throws: ``DescriptionError`` with the position of the layer.
  public init(_ value: SettingValue) throws(DescriptionError) {
    switch value {
    case .text(let text): try self.init(parsing: text)
    case .list(let values):
      var layers: [LayerDescription] = []
      for (index, value) in values.enumerated() {
        layers.append(try LayerDescription(value, place: "layer \(index + 1)"))
      }
      try self.init(checking: layers)
    case .object: self.init([try LayerDescription(value, place: "layer 1")])
    case .truth, .number:
      throw DescriptionError("the model", "\(value.kind) is no model", remedy: "give a list of layers")
    }
  }

  private init(checking layers: [LayerDescription]) throws(DescriptionError) {
    guard (1...Self.mostLayers).contains(layers.count) else {
      throw DescriptionError(
        "the model", "it has \(layers.count) layers", remedy: "give 1 to \(Self.mostLayers)")
    }
    self.layers = layers
  }

  /// The model with fresh parameters, for samples of a shape.
  ///
  /// Nothing is computed yet: parameters become numbers when they are first looked at, so that a caller may first see
  /// how many there are.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of one sample.
  ///   - type: The scalar type of the inputs; parameters are float32.
  /// - Throws: ``DescriptionError`` with the position of a layer that can't be, or does not fit what comes before it.
  public func model(inputShape: Shape, type: ScalarType = .float32) throws(DescriptionError) -> Sequential {
    var (batch, layers, count) = (
      Tensor.zeros(Shape([dryRunSize] + inputShape.dimensions), type: type), [any Layer](), 0
    )
    for (index, description) in self.layers.enumerated() {
      let layer = try description.layer(at: "layer \(index + 1)")
      let place = "layer \(index + 1) (\(knownName(description.kind, among: LayerKind.names) ?? description.kind))"
      let (built, output): (any Layer, Tensor)
      do { (built, output) = try checked { Self.run(layer, on: batch) } } catch {
        throw DescriptionError(place, "\(error)", remedy: "correct it, or the layers before it")
      }
      let parameters = built.namedTensors().map(\.tensor.elementCount)
      count = parameters.reduce(count) { min($0, Self.mostParameters) + min($1, Self.mostParameters + 1) }
      guard count <= Self.mostParameters else {
        throw DescriptionError(
          place, "the model has more than \(Self.mostParameters) parameters", remedy: "make its layers smaller")
      }
      layers.append(built)
      batch = .zeros(output.shape, type: output.scalarType)
    }
    return Sequential(layers)
  }

  /// The layer with the sizes that this input gives it, and its output.
  private static func run(_ layer: some Layer, on batch: Tensor) -> (any Layer, Tensor) {
    var layer = layer
    layer.build(for: batch)
    return (layer, layer(batch))
  }
}

extension ModelDescription: Codable {
  /// Decodes a list of layers, or a text in the short form.
  public init(from decoder: any Decoder) throws { try self.init(SettingValue(from: decoder)) }

  /// Encodes a list of objects.
  public func encode(to encoder: any Encoder) throws { try layers.encode(to: encoder) }
}
