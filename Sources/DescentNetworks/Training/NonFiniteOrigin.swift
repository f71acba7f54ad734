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
  /// The parameter that was used last before, which tells the layer.
  public let lastParameter: String?
  /// What usually helps.
  public let remedy: String

  /// All in one line.
  public var description: String {
    let given = operands.isEmpty ? "" : " of \(operands.joined(separator: " and "))"
    let place = lastParameter.map { ", after the use of '\($0)'," } ?? ""
    return "the first such value, \(value), came from \(operation)\(given)\(place); \(remedy)"
  }
}

extension NonFiniteOrigin {
  /// Computes a loss again and finds the first operation at fault; nil if all is finite this time.
  ///
  /// - Parameters:
  ///   - parameters: The model's parameters by their paths.
  ///   - data: What else the loss reads, such as `inputs`.
  ///   - loss: Makes the nodes of the loss, with the same random numbers as in the step.
  static func find(
    parameters: [(name: String, tensor: Tensor)], data: [(name: String, tensor: Tensor)], of loss: () -> Tensor
  ) -> NonFiniteOrigin? {
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
      if isSource, !node.operands.contains(where: \.isNonFiniteConstant) { return origin(node, bad, last) }
    }
    return nil
  }

  /// A parameter or a batch that is not finite itself.
  private static func given(
    _ data: [(name: String, tensor: Tensor)], _ parameters: [(name: String, tensor: Tensor)]
  ) -> NonFiniteOrigin? {
    for (name, tensor) in data where tensor.scalarType.isFloatingPoint {
      guard let place = tensor.scalars.firstIndex(where: { !$0.isFinite }) else { continue }
      let row = place / max(tensor.elementCount / max(tensor.shape[0], 1), 1)
      return NonFiniteOrigin(
        operation: name, operands: [], value: tensor.scalars[place], lastParameter: nil,
        remedy: "row \(row) of the batch holds it: mend or leave out such samples")
    }
    for (name, tensor) in parameters {
      guard let bad = tensor.firstNonFinite else { continue }
      return NonFiniteOrigin(
        operation: "parameter '\(name)'", operands: [], value: bad, lastParameter: nil,
        remedy: "an earlier step spoilt it: take a smaller learning rate or clip the gradients")
    }
    return nil
  }

  private static func origin(_ node: Node, _ value: Double, _ last: String?) -> NonFiniteOrigin {
    let operands = node.operands.map { operand in
      let numbers = Tensor(operand).scalars
      let range = numbers.isEmpty ? "" : " from \(numbers.min() ?? 0) to \(numbers.max() ?? 0)"
      return "\(operand.name.map { "'\($0)' " } ?? "")\(operand.scalarType) \(operand.shape)\(range)"
    }
    return NonFiniteOrigin(
      operation: node.word, operands: operands, value: value, lastParameter: last, remedy: remedy(for: node.word))
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

  /// The operation in a word.
  fileprivate var word: String {
    if case .unary(let function) = operation { return "\(function)" }
    if case .binary(let function) = operation { return "\(function)" }
    if case .reduce(let reduction, _) = operation { return "\(reduction)" }
    return String("\(operation)".prefix { $0 != "(" })
  }
}
