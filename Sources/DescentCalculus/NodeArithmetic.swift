import DescentGraph

// The notation in which rules are written: operators on nodes of one shape, and on a node and a constant.

extension Node {
  package static func + (x: Node, y: Node) -> Node { .binary(.add, x, y) }
  package static func - (x: Node, y: Node) -> Node { .binary(.subtract, x, y) }
  package static func * (x: Node, y: Node) -> Node { .binary(.multiply, x, y) }
  package static func / (x: Node, y: Node) -> Node { .binary(.divide, x, y) }
  package static prefix func - (x: Node) -> Node { .unary(.negate, x) }

  package static func + (c: Double, x: Node) -> Node { x.filled(c) + x }
  package static func * (c: Double, x: Node) -> Node { x.filled(c) * x }
  package static func - (c: Double, x: Node) -> Node { x.filled(c) - x }
  package static func / (c: Double, x: Node) -> Node { c == 1 ? .unary(.reciprocal, x) : x.filled(c) / x }

  package static func .== (x: Node, y: Node) -> Node { .compare(.equal, x, y) }
  package static func .> (x: Node, y: Node) -> Node { .compare(.greater, x, y) }
  package static func .< (x: Node, y: Node) -> Node { .compare(.less, x, y) }
  package static func .> (x: Node, c: Double) -> Node { .compare(.greater, x, x.filled(c)) }
  package static func .== (x: Node, c: Double) -> Node { .compare(.equal, x, x.filled(c)) }

  /// The sum of two cotangents of one node, which may have several results.
  package func adding(_ other: Node) -> Node {
    guard case .bundle = operation, case .bundle = other.operation else { return self + other }
    return .bundle(zip(operands, other.operands).map { $0.isFill(0) ? $1 : $1.isFill(0) ? $0 : $0 + $1 })
  }

  /// A constant of this node's shape and type.
  package func filled(_ value: Double) -> Node { .fill(value, shape, scalarType) }

  /// The sum along axes, which disappear.
  package func sum(_ axes: AxisSet) -> Node { .reduce(.sum, self, axes) }

  /// The node repeated along `axes` of `shape`.
  package func broadcast(to shape: Shape, along axes: AxisSet) -> Node { .broadcast(self, to: shape, along: axes) }
}
