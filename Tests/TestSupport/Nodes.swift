import DescentGraph

extension ReferenceTensor {
  /// A tensor from numbers in row-major order.
  package init(_ values: [Double], _ shape: Shape, _ type: ScalarType = .float64) {
    self.init(shape, type, values.map { Element($0, as: type) })
  }

  /// The tensor as an evaluated node.
  package var node: Node { Node(storage, shape, scalarType) }
}

extension Node {
  /// An evaluated node from numbers in row-major order.
  package static func literal(_ values: [Double], _ shape: Shape, _ type: ScalarType = .float64) -> Node {
    ReferenceTensor(values, shape, type).node
  }

  /// The node's value, evaluated on an engine if it is pending.
  package func evaluated(on engine: any Engine = ReferenceEngine()) throws -> ReferenceTensor {
    if value == nil { try Evaluation.evaluate([self], on: engine) }
    guard let value else { throw TensorError(.resource, "evaluate", "the evaluation left the node without a value") }
    return try ReferenceTensor(value, shape, scalarType)
  }

  /// The node's elements as `Double`s.
  package func doubles(on engine: any Engine = ReferenceEngine()) throws -> [Double] {
    try evaluated(on: engine).doubles
  }
}

extension AxisSet: ExpressibleByArrayLiteral {
  /// A set from its axes.
  package init(arrayLiteral axes: Int...) { self.init(axes) }
}
