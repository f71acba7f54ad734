import DescentGraph
import DescentTensor

/// A layer of a network: what a summary says about it, and how it ran.
struct LayerPlace {
  /// A layer around others.
  struct Frame: Hashable {
    var path, type: String
  }

  let row: Summary.Row
  /// Nil for a layer that did not run or does not tell.
  let report: LayerTrace.Report?
  /// The outermost layer around this one, the network itself aside.
  let frame: Frame?
}

extension [LayerPlace] {
  /// The place of the layer that made one of the reports of a run, at its first or a later call.
  ///
  /// Nil if it can't be told: layers without parameters are known by their order alone, so one that runs twice leaves
  /// the places of all of its type open.
  func place(of report: LayerTrace.Report, among reports: [LayerTrace.Report]) -> LayerPlace? {
    if report.hasParameters {
      return first { $0.report?.output === report.output } ?? first { $0.report?.isOfSameLayer(as: report) ?? false }
    }
    let runs = reports.count { !$0.hasParameters && $0.type == report.type }
    let places = filter { $0.report.map { !$0.hasParameters && $0.type == report.type } ?? false }
    return runs == places.count ? places.first { $0.report?.output === report.output } : nil
  }
}

/// The places of a network's layers while it is walked.
struct LayerPlaces {
  private let trace: LayerTrace
  private let nodes: [Node]
  private let batchSize: Int
  private var places: [LayerPlace] = []

  /// The layers of a network that ran with a trace while some nodes were made.
  static func list(
    _ network: some TensorStructure, _ trace: LayerTrace, _ nodes: [Node], batchSize: Int, outputShape: Shape? = nil
  ) -> [LayerPlace] {
    var list = LayerPlaces(trace: trace, nodes: nodes, batchSize: batchSize)
    list.append(network, path: [], isFrozen: false, in: nil, outputShape: outputShape)
    return list.places
  }

  /// Appends a layer that told what it put out, or else the layers inside a structure and what parameters are left.
  private mutating func append(
    _ structure: some TensorStructure, path: [String], isFrozen: Bool, in frame: LayerPlace.Frame?,
    outputShape: Shape? = nil
  ) {
    let layer = structure as? any Layer
    let name = path.joined(separator: ".")
    if let layer, let report = trace.take(layer) {
      let row = row(layer.typeName, name, layer.parameterCount, isFrozen, report)
      return places.append(LayerPlace(row: row, report: report, frame: frame))
    }
    let inner = innerLayers(of: structure)
    let isFrozen = isFrozen || (structure as? any Freezing)?.isFrozen ?? false
    let innerFrame = frame ?? (path.isEmpty ? nil : layer.map { .init(path: name, type: $0.typeName) })
    for (name, layer) in inner { append(layer, path: path + [name], isFrozen: isFrozen, in: innerFrame) }
    let count = structure.tensors.reduce(0) { $0 + $1.elementCount }
    let own = count - inner.reduce(0) { $0 + $1.layer.parameterCount }
    guard own > 0 || (layer != nil && inner.isEmpty) else { return }
    let row = Summary.Row(
      path: name, type: layer?.typeName ?? "\(type(of: structure))", outputShape: outputShape,
      parameterCount: max(own, 0), isFrozen: isFrozen, multiplyAdds: 0, outputBytes: 0)
    places.append(LayerPlace(row: row, report: nil, frame: frame))
  }

  private func row(
    _ type: String, _ path: String, _ parameterCount: Int, _ isFrozen: Bool, _ report: LayerTrace.Report
  ) -> Summary.Row {
    let products = nodes[report.nodes].reduce(0) { $0 + $1.multiplyAdds }
    let output = report.output
    let bytes = output.shape.elementCount * output.scalarType.byteCount
    return .init(
      path: path, type: type, outputShape: output.shape, parameterCount: parameterCount, isFrozen: isFrozen,
      multiplyAdds: products / batchSize, outputBytes: bytes / batchSize)
  }
}

/// The layers that a value directly contains, with their names; arrays, optionals and plain structures are looked
/// through.
private func innerLayers(of container: Any) -> [(name: String, layer: any Layer)] {
  if let sequential = container as? Sequential { return sequential.elements.map { ($0.name, $0.layer) } }
  return Mirror(reflecting: container).children.enumerated().flatMap { index, child in
    layers(in: child.value, named: child.label ?? "\(index)")
  }
}

private func layers(in value: Any, named name: String) -> [(name: String, layer: any Layer)] {
  if let named = value as? NamedLayer { return [(name, named.layer)] }
  // An activation that is stored in a layer is a setting of that layer, not a layer that runs by itself.
  if value is Activation || value is Tensor { return [] }
  if let layer = value as? any Layer { return [(name, layer)] }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.map { layers(in: $0.value, named: name) } ?? []
  case .collection: return innerLayers(of: value).map { ("\(name).\($0.name)", $0.layer) }
  case .struct where value is any TensorStructure:
    return innerLayers(of: value).map { ("\(name).\($0.name)", $0.layer) }
  default: return []
  }
}
