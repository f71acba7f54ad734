import DescentGraph
import DescentTensor

/// The rows of a summary while a network is walked.
struct SummaryRows {
  let trace: LayerTrace
  /// What the dry run made.
  let nodes: [Node]
  let batchSize: Int
  var rows: [Summary.Row] = []
  /// What the rows say that told what they put out.
  private var reports: [(row: Int, report: LayerTrace.Report)] = []

  init(trace: LayerTrace, nodes: [Node], batchSize: Int) {
    (self.trace, self.nodes, self.batchSize) = (trace, nodes, batchSize)
  }

  /// Appends a layer that told what it put out, or else the layers inside a structure and what parameters are left.
  mutating func append(
    _ structure: some TensorStructure, path: [String], isFrozen: Bool, outputShape: Shape? = nil
  ) {
    let layer = structure as? any Layer
    if let layer, let report = trace.take(layer) {
      return append(layer.typeName, path, layer.parameterCount, isFrozen, report)
    }
    let inner = innerLayers(of: structure)
    let isFrozen = isFrozen || (structure as? any Freezing)?.isFrozen ?? false
    for (name, layer) in inner { append(layer, path: path + [name], isFrozen: isFrozen) }
    let count = structure.tensors.reduce(0) { $0 + $1.elementCount }
    let own = count - inner.reduce(0) { $0 + $1.layer.parameterCount }
    guard own > 0 || (layer != nil && inner.isEmpty) else { return }
    rows.append(
      .init(
        path: path.joined(separator: "."), type: layer?.typeName ?? "\(type(of: structure))", outputShape: outputShape,
        parameterCount: max(own, 0), isFrozen: isFrozen, multiplyAdds: 0, outputBytes: 0))
  }

  private mutating func append(
    _ type: String, _ path: [String], _ parameterCount: Int, _ isFrozen: Bool, _ report: LayerTrace.Report
  ) {
    let products = nodes[report.nodes].reduce(0) { $0 + $1.multiplyAdds }
    let bytes = report.shape.elementCount * report.scalarType.byteCount
    reports.append((rows.count, report))
    rows.append(
      .init(
        path: path.joined(separator: "."), type: type, outputShape: report.shape, parameterCount: parameterCount,
        isFrozen: isFrozen, multiplyAdds: products / batchSize, outputBytes: bytes / batchSize))
  }

  /// Finds out which rows read which.
  mutating func connect() {
    var origins = Origins(nodes: nodes)
    // In the order in which they ran; a layer that does nothing in inference made no node.
    let inOrder = reports.indices.sorted {
      (reports[$0].report.nodes.upperBound, $0) < (reports[$1].report.nodes.upperBound, $1)
    }
    for (row, report) in inOrder.map({ reports[$0] }) { rows[row].inputs = paths(origins.take(report, as: row)) }
    // What stands after all layers belongs to the model itself, if that is a row.
    guard let whole = rows.firstIndex(where: { $0.path.isEmpty }), !reports.contains(where: { $0.row == whole }) else {
      return
    }
    rows[whole].inputs = paths(origins.ofLast())
  }

  private func paths(_ indices: [Int]) -> [String] { indices.map { rows[$0].path } }
}

/// From which rows the nodes of a dry run come: what a layer made comes from its row, anything else from where its
/// operands do.
private struct Origins {
  let nodes: [Node]
  private var rows: [ObjectIdentifier: [Int]] = [:]
  private var done = 0

  init(nodes: [Node]) { self.nodes = nodes }

  /// The rows that a layer reads; what it made comes from its own from now on.
  mutating func take(_ report: LayerTrace.Report, as row: Int) -> [Int] {
    passOn(to: report.nodes.lowerBound)
    let made = nodes[report.nodes]
    let read = origins(of: made.isEmpty ? [report.output] : made.flatMap(\.operands))
    for node in made + [report.output] { rows[ObjectIdentifier(node)] = [row] }
    done = report.nodes.upperBound
    return read
  }

  /// The rows from which the last node comes.
  mutating func ofLast() -> [Int] {
    passOn(to: nodes.count)
    return origins(of: nodes.suffix(1))
  }

  private mutating func passOn(to end: Int) {
    for node in nodes[min(done, end)..<end] { rows[ObjectIdentifier(node)] = origins(of: node.operands) }
  }

  private func origins(of nodes: some Sequence<Node>) -> [Int] {
    Set(nodes.flatMap { rows[ObjectIdentifier($0)] ?? [] }).sorted()
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
