import DescentGraph
import DescentTensor

/// A table of a network's layers: path, type, shape of the output, number of parameters.
public struct Summary: Sendable {
  /// One layer.
  public struct Row: Sendable, Equatable {
    /// The names on the way to the layer, such as `encoder.0`.
    public let path: String
    /// The name of the layer's type.
    public let type: String
    /// The shape of its output for one batch; nil for a layer that did not run or does not tell.
    public let outputShape: Shape?
    /// The number of its parameters.
    public let parameterCount: Int
  }

  /// The layers that contain no others, and parameters that belong to no layer, in the order of declaration.
  public let rows: [Row]
  /// The number of parameters of the whole network.
  public let parameterCount: Int
  /// The number of samples of the dry run; the table shows the first axis as n where it has this size.
  let batchSize: Int
}

extension Layer {
  /// A table of the layers for inputs of a shape, found by building the graph of a batch without computing it.
  ///
  /// ```swift
  /// print(network.summary(inputShape: [784]))
  /// ```
  ///
  /// - Parameters:
  ///   - inputShape: The shape of one sample.
  ///   - type: The scalar type of the inputs.
  public func summary(inputShape: Shape, type: ScalarType = .float32) -> Summary {
    let batchSize = 2
    let trace = LayerTrace()
    var model = self
    // Fresh names tell parameters apart that started as copies, and let errors say where they are.
    model.forEachTensor { tensor, path in tensor = tensor.named(path) }
    let output = model(.zeros(Shape([batchSize] + inputShape.dimensions), type: type), ForwardPass(tracing: trace))
    var rows: [Summary.Row] = []
    model.appendRows(to: &rows, path: [], trace, outputShape: output.shape)
    return Summary(rows: rows, parameterCount: parameterCount, batchSize: batchSize)
  }

  /// Appends the layers inside this one, or the layer itself if there are none.
  fileprivate func appendRows(
    to rows: inout [Summary.Row], path: [String], _ trace: LayerTrace, outputShape: Shape? = nil
  ) {
    let inner = innerLayers(of: self)
    for (name, layer) in inner { layer.appendRows(to: &rows, path: path + [name], trace) }
    let own = parameterCount - inner.reduce(0) { $0 + $1.layer.parameterCount }
    guard inner.isEmpty || own > 0 else { return }
    rows.append(
      .init(
        path: path.joined(separator: "."), type: typeName, outputShape: outputShape ?? trace.takeShape(of: self),
        parameterCount: own))
  }
}

/// The layers that a value directly contains, with their names; arrays and optionals are looked through.
private func innerLayers(of container: Any) -> [(name: String, layer: any Layer)] {
  if let sequential = container as? Sequential { return sequential.elements.map { ($0.name, $0.layer) } }
  return Mirror(reflecting: container).children.enumerated().flatMap { index, child in
    layers(in: child.value, named: child.label ?? "\(index)")
  }
}

private func layers(in value: Any, named name: String) -> [(name: String, layer: any Layer)] {
  if let named = value as? NamedLayer { return [(name, named.layer)] }
  // An activation that is stored in a layer is a setting of that layer, not a layer that runs by itself.
  if value is Activation { return [] }
  if let layer = value as? any Layer { return [(name, layer)] }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.map { layers(in: $0.value, named: name) } ?? []
  case .collection: return innerLayers(of: value).map { ("\(name).\($0.name)", $0.layer) }
  default: return []
  }
}

extension Summary: CustomStringConvertible {
  /// The table.
  public var description: String {
    let header = ["layer", "type", "output", "parameters"]
    let lines = rows.map { [$0.path, $0.type, shown($0.outputShape), grouped($0.parameterCount)] }
    let total = ["total", "", "", grouped(parameterCount)]
    return TextTable(header: header, rows: lines, footer: total, rightAligned: [3]).description
  }

  private func shown(_ shape: Shape?) -> String {
    guard let shape else { return "–" }
    let sizes = shape.dimensions.enumerated().map { $0 == 0 && $1 == batchSize ? "n" : "\($1)" }
    return "[" + sizes.joined(separator: ", ") + "]"
  }
}
