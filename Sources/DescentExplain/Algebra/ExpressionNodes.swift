import DescentCalculus
import DescentGraph
import DescentNotation

extension Expression {
  /// The expression as nodes, with the nodes that `symbols` gives for its symbols: all of one shape and type.
  package func node(like shape: Shape, _ type: ScalarType = .float64, _ symbols: (Name) -> Node) -> Node {
    var made: [ObjectIdentifier: Node] = [:]
    visit { part in
      let operands = part.children.map { made[ObjectIdentifier($0)]! }
      made[ObjectIdentifier(part)] = part.node(of: operands, shape, type, symbols)
    }
    return made[ObjectIdentifier(self)]!
  }

  private func node(of operands: [Node], _ shape: Shape, _ type: ScalarType, _ symbols: (Name) -> Node) -> Node {
    switch kind {
    case .number(let number): return .fill(number.value, shape, type)
    case .symbol(let name): return symbols(name)
    case .sum:
      return operands.dropFirst().reduce(operands[0]) { $0 + $1 }
    case .product:
      return operands.dropFirst().reduce(operands[0]) { $0 * $1 }
    case .power(_, let exponent): return power(operands[0], operands[1], exponent.number)
    case .function(.convert, _): return .convert(operands[0], to: type)
    case .function(let operation, _): return function(operation, operands)
    }
  }

  private func power(_ base: Node, _ exponent: Node, _ constant: Number?) -> Node {
    guard let constant else { return .binary(.power, base, exponent) }
    return switch constant.value {
    case 0.5: .unary(.sqrt, base)
    case -0.5: .unary(.rsqrt, base)
    case -1: .unary(.reciprocal, base)
    case let value: .power(base, value)
    }
  }

  private func function(_ operation: Operation, _ x: [Node]) -> Node {
    func truth(_ node: Node) -> Node { node.scalarType == .bool ? node : .compare(.notEqual, node, node.filled(0)) }
    switch operation {
    case .unary(.not): return .unary(.not, truth(x[0]))
    case .unary(let unary): return .unary(unary, x[0])
    case .binary(.and), .binary(.or), .binary(.xor):
      guard case .binary(let binary) = operation else { break }
      return .binary(binary, truth(x[0]), truth(x[1]))
    case .binary(let binary): return .binary(binary, x[0], x[1])
    case .compare(let comparison): return .compare(comparison, x[0], x[1])
    case .select: return .select(truth(x[0]), x[1], x[2])
    case .identity(let identity): return .identity(identity, x[0])
    case .input, .fill, .iota, .random, .invalid, .power, .convert, .reduce, .argument, .broadcast, .reshape,
      .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence, .cumulative,
      .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap, .matrix, .solve:
      break
    }
    return .invalid(.invalidArgument, "explain", "'\(operation.name)' is no function of elements")
  }

  /// The values at several points, one number for each point and symbol, computed by an engine in float64.
  package func values(at points: [Name: [Double]], count: Int, on engine: any Engine) throws -> [Double] {
    try Expression.values(of: [self], at: points, count: count, on: engine)[0]
  }

  /// The values of several expressions at several points.
  package static func values(
    of expressions: [Expression], at points: [Name: [Double]], count: Int, on engine: any Engine
  ) throws -> [[Double]] {
    let nodes = points.mapValues { Node.numbers($0, [count]) }
    return try checked {
      let results = expressions.map { expression in
        expression.node(like: [count]) {
          nodes[$0] ?? .invalid(.invalidArgument, "explain", "there is no value for '\($0.letters)'")
        }
      }
      let numbers = results.map { $0.scalarType == .float64 ? $0 : .convert($0, to: .float64) }
      try Evaluation.evaluate(numbers, on: engine)
      return try numbers.map { try $0.numbers() }
    }
  }
}

extension Node {
  /// An evaluated float64 node.
  package static func numbers(_ values: [Double], _ shape: Shape) -> Node {
    let storage = HostStorage(allocating: 8 * values.count)
    storage.pointer.withMemoryRebound(to: Double.self, capacity: values.count) { start in
      for (place, value) in values.enumerated() { start[place] = value }
    }
    return Node(storage, shape, .float64)
  }

  /// The elements of an evaluated float64 node, row-major.
  package func numbers() throws -> [Double] {
    guard let storage = value else { return [] }
    let start = try storage.hostPointer().assumingMemoryBound(to: Double.self)
    return withExtendedLifetime(storage) { Array(UnsafeBufferPointer(start: start, count: shape.elementCount)) }
  }
}
