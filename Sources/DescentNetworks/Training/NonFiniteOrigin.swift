import DescentGraph
import DescentTensor

/// Where the first value came from that is infinite or no number, when a step is computed again operation by operation.
public struct NonFiniteOrigin: Sendable, Equatable, CustomStringConvertible {
  /// The operation that made such a value from finite ones, or `parameter`, `inputs` or `targets` if it was there.
  public let operation: String
  /// What the operation was given: for each operand name, type, shape and smallest and largest value.
  public let operands: [String]
  /// The value: an infinity or NaN.
  public let value: Double
  /// The layer that made it, such as `'hidden' (Dense)`; nil for an operation of no layer, such as those of the loss.
  public let layer: String?
  /// The parameter that was used last before.
  public let lastParameter: String?
  /// What usually helps.
  public let remedy: String

  /// All in one line.
  public var description: String {
    let given = operands.isEmpty ? "" : " of \(operands.joined(separator: " and "))"
    let place = layer.map { " in the layer \($0)" } ?? lastParameter.map { ", after the use of '\($0)'," } ?? ""
    return "the first such value, \(value), came from \(operation)\(given)\(place); \(remedy)"
  }
}

extension NonFiniteOrigin {
  /// Computes a loss again and finds the first operation at fault; nil if all is finite this time.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - trace: A trace made now, to which the model's layers report while the loss is made.
  ///   - data: What else the loss reads, such as `inputs`.
  ///   - loss: Makes the nodes of the loss, with the same random numbers as in the step.
  static func find(
    in model: some Layer, _ trace: LayerTrace, data: [(name: String, tensor: Tensor)], of loss: () -> Tensor
  ) -> NonFiniteOrigin? {
    let parameters = model.tensorsByName
    if let origin = given(data, parameters) { return origin }
    let recorder = Recorder()
    let value = Scope.current.record(with: recorder) { loss() }
    let nodes = recorder.nodes.filter { !$0.isOpen && $0.scalarType.isFloatingPoint && !$0.isInvalid }
    let tensors = nodes.map { Tensor($0) }
    guard !value.node.isInvalid, (try? evaluate(tensors)) != nil else { return nil }
    let names = Dictionary(parameters.map { (ObjectIdentifier($0.tensor.node), $0.name) }) { first, _ in first }
    var (spoilt, last) = (Set<ObjectIdentifier>(), String?.none)
    for (node, tensor) in zip(nodes, tensors) {
      last = node.operands.compactMap { names[ObjectIdentifier($0)] }.last ?? last
      guard let bad = tensor.firstNonFinite else { continue }
      // What follows from a value at fault is not, and a constant is meant: masks are made of infinities.
      let isSource = node.operandCount > 0 && node.operands.allSatisfy { !spoilt.contains(ObjectIdentifier($0)) }
      spoilt.insert(ObjectIdentifier(node))
      guard isSource, !node.operands.contains(where: \.isNonFiniteConstant) else { continue }
      return origin(
        node, bad, last, layer: layer(of: node, recorder.nodes, model, trace, names, data.map(\.tensor.node)))
    }
    return nil
  }

  /// The path and type of the layer that made a node.
  private static func layer(
    of node: Node, _ nodes: [Node], _ model: some Layer, _ trace: LayerTrace, _ names: [ObjectIdentifier: String],
    _ data: [Node]
  ) -> String? {
    let reports = trace.all
    let flow = LayerFlow(nodes, reports, parameters: names) { node in data.contains { $0 === node } }
    guard let position = nodes.firstIndex(where: { $0 === node }), let owner = flow.owners[position] else { return nil }
    let report = reports[owner]
    let place = LayerPlaces.list(model, trace, nodes, batchSize: 1).place(of: report, among: reports)
    guard let path = place?.row.path, !path.isEmpty else { return report.type }
    return "'\(path)' (\(report.type))"
  }

  /// A parameter or a batch that is not finite itself.
  private static func given(
    _ data: [(name: String, tensor: Tensor)], _ parameters: [(name: String, tensor: Tensor)]
  ) -> NonFiniteOrigin? {
    for (name, tensor) in data where tensor.scalarType.isFloatingPoint {
      guard let place = tensor.scalars.firstIndex(where: { !$0.isFinite }) else { continue }
      let row = place / max(tensor.elementCount / max(tensor.shape[0], 1), 1)
      return NonFiniteOrigin(
        operation: name, operands: [], value: tensor.scalars[place], layer: nil, lastParameter: nil,
        remedy: "row \(row) of the batch holds it: mend or leave out such samples")
    }
    for (name, tensor) in parameters {
      guard let bad = tensor.firstNonFinite else { continue }
      return NonFiniteOrigin(
        operation: "parameter '\(name)'", operands: [], value: bad, layer: nil, lastParameter: nil,
        remedy: "an earlier step spoilt it: take a smaller learning rate or clip the gradients")
    }
    return nil
  }

  private static func origin(
    _ node: Node, _ value: Double, _ last: String?, layer: String?
  ) -> NonFiniteOrigin {
    let operands = node.operands.map { operand in
      let numbers = Tensor(operand).scalars
      let range = numbers.isEmpty ? "" : " from \(numbers.min() ?? 0) to \(numbers.max() ?? 0)"
      return "\(operand.name.map { "'\($0)' " } ?? "")\(operand.scalarType) \(operand.shape)\(range)"
    }
    return NonFiniteOrigin(
      operation: node.word, operands: operands, value: value, layer: layer, lastParameter: last,
      remedy: remedy(for: node.word))
  }

  private static func remedy(for word: String) -> String {
    switch word {
    case "log", "log2", "log10", "log1p": "keep its argument positive, for example by log(max(x, 1e-12))"
    case "divide", "reciprocal": "keep the divisor away from 0, for example by adding a small number"
    case "sqrt", "rsqrt": "keep its argument positive, for example by adding a small number"
    case "exp", "exp2", "expm1", "sinh", "cosh":
      "the exponent is too large: subtract the largest one, or use softmax, logSumExp or a loss that takes logits"
    case "power": "keep the base away from 0 and from negative numbers"
    default: "the numbers outgrow their type: take a smaller learning rate, scaled inputs or clipped gradients"
    }
  }
}

extension Tensor {
  /// The first element that is infinite or no number.
  fileprivate var firstNonFinite: Double? {
    scalarType.isFloatingPoint ? scalars.first { !$0.isFinite } : nil
  }
}

extension Node {
  /// Whether the node is a constant or data with infinite elements or such as are no numbers.
  fileprivate var isNonFiniteConstant: Bool { operandCount == 0 && Tensor(self).firstNonFinite != nil }
}
