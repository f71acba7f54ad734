// The validated constructors of nodes, a function for each family. Shapes and types are inferred, and mistakes
// reported, here and nowhere else. Broadcasting by NumPy's rules happens above, in DescentTensor.

extension Node {
  // MARK: Failure

  /// Reports a mistake; the node stands in for the result inside `checked`.
  package static func invalid(_ kind: TensorError.Kind, _ operation: String, _ message: String) -> Node {
    let error = TensorError(kind, operation, message)
    Failure.stop(error)
    let node = Node(.invalid, Shape(), .float32)
    node.note = .error(error)
    return node
  }

  package var isInvalid: Bool { if case .invalid = operation { true } else { false } }

  // MARK: Sources

  package static func fill(_ value: ScalarBits, _ shape: Shape, _ type: ScalarType) -> Node {
    Node(.fill(value), shape, type)
  }

  package static func fill(_ value: Double, _ shape: Shape, _ type: ScalarType) -> Node {
    Node(.fill(ScalarBits(value, as: type)), shape, type)
  }

  package static func iota(_ shape: Shape, axis: Int, _ type: ScalarType) -> Node {
    Node(.iota(axis: UInt8(axis)), shape, type)
  }

  /// Random numbers from a key of two int64 words.
  package static func random(_ distribution: Distribution, _ shape: Shape, _ type: ScalarType, key: Node) -> Node {
    if key.isInvalid { return key }
    guard type.isFloatingPoint else {
      return .invalid(.scalarTypeMismatch, "random", "\(distribution) numbers are floating-point, not \(type)")
    }
    return Node(.random(distribution), shape, type, key)
  }

  /// Random numbers with a concentration for each, from a key of two int64 words, or three (see `Operation.random`).
  package static func random(_ distribution: Distribution, concentration: Node, key: Node) -> Node {
    if key.isInvalid || concentration.isInvalid { return key.isInvalid ? key : concentration }
    guard concentration.scalarType.isFloatingPoint else {
      return .invalid(
        .scalarTypeMismatch, "random",
        "\(distribution) numbers need a floating-point concentration, and \(concentration.label) is "
          + "\(concentration.scalarType); convert it with .converted(to: .float32)")
    }
    return Node(.random(distribution), concentration.shape, concentration.scalarType, key, concentration)
  }

  // MARK: Element by element

  package static func unary(_ function: Unary, _ x: Node) -> Node {
    if x.isInvalid { return x }
    guard function.accepts(x.scalarType) else {
      return .invalid(
        .scalarTypeMismatch, "\(function)",
        "needs \(function.domainDescription) elements, and \(x.label) has \(x.scalarType); convert it first, "
          + "for example .converted(to: .\(function == .not ? "bool" : "float32"))")
    }
    return Node(.unary(function), x.shape, x.scalarType, x)
  }

  package static func power(_ x: Node, _ exponent: Double) -> Node {
    if x.isInvalid { return x }
    if exponent == 1 { return x }
    let isWhole = exponent >= 0 && exponent == exponent.rounded()
    guard x.scalarType.isFloatingPoint || (x.scalarType.isInteger && isWhole) else {
      return .invalid(
        .scalarTypeMismatch, "power",
        "\(x.scalarType) elements can't be raised to the power \(exponent); convert them to float32 first")
    }
    return Node(.power(exponent), x.shape, x.scalarType, x)
  }

  package static func convert(_ x: Node, to type: ScalarType) -> Node {
    x.isInvalid || x.scalarType == type ? x : Node(.convert, x.shape, type, x)
  }

  package static func identity(_ identity: Identity, _ x: Node) -> Node {
    x.isInvalid ? x : Node(.identity(identity), x.shape, x.scalarType, x)
  }

  /// `value`, whose cotangent goes to `inputs` by `pullback` instead of through the operations that made it.
  package static func custom(_ value: Node, inputs: [Node], pullback: @escaping CustomPullback) -> Node {
    if value.isInvalid { return value }
    let node = Node(
      .custom, value.shape, value.scalarType, value, inputs.first, inputs.count > 1 ? inputs[1] : nil,
      others: inputs.count > 2 ? Array(inputs[2...]) : nil)
    node.note = .pullback(pullback)
    return node
  }

  package static func binary(_ function: Binary, _ x: Node, _ y: Node) -> Node {
    if let failed = failure("\(function)", x, y) { return failed }
    guard function.accepts(x.scalarType) else {
      return .invalid(
        .scalarTypeMismatch, "\(function)", "is not defined for \(x.scalarType) elements; convert both operands first")
    }
    if let simpler = simplified(function, x, y) { return simpler }
    return Node(.binary(function), x.shape, x.scalarType, x, y)
  }

  /// x·1, 1·x, x/1 and x − 0 are x exactly; x + 0 is not, for x = −0.
  private static func simplified(_ function: Binary, _ x: Node, _ y: Node) -> Node? {
    switch function {
    case .multiply: x.isFill(1) ? y : y.isFill(1) ? x : nil
    case .divide: y.isFill(1) ? x : nil
    case .subtract: y.isFill(0) ? x : nil
    case .add, .power, .hypot, .maximum, .minimum, .and, .or, .xor, .remainder, .truncatedRemainder, .atan2, .logaddexp,
      .xlogy,
      .copysign, .shiftLeft, .shiftRight, .polygamma:
      nil
    }
  }

  package static func compare(_ comparison: Comparison, _ x: Node, _ y: Node) -> Node {
    if let failed = failure("\(comparison)", x, y) { return failed }
    return Node(.compare(comparison), x.shape, .bool, x, y)
  }

  package static func select(_ condition: Node, _ x: Node, _ y: Node) -> Node {
    if condition.isInvalid { return condition }
    if let failed = failure("select", x, y) { return failed }
    guard condition.scalarType == .bool, condition.shape == x.shape else {
      return .invalid(
        .shapeMismatch, "select",
        "the condition must be bool of shape \(x.shape), and \(condition.label) is \(condition.scalarType) of shape "
          + "\(condition.shape)")
    }
    return Node(.select, x.shape, x.scalarType, condition, x, y)
  }

  /// The failure of two operands that don't go together, nil if they do.
  @inline(__always)
  private static func failure(_ operation: @autoclosure () -> String, _ x: Node, _ y: Node) -> Node? {
    let agree = x.scalarType == y.scalarType && x.shape == y.shape
    return agree && !x.isInvalid && !y.isInvalid ? nil : mismatch(operation(), x, y)
  }

  /// The first operand that already failed, whose failure spreads without a second message, or the complaint about two
  /// that differ in shape or type; nil if they agree.
  private static func mismatch(_ operation: String, _ x: Node, _ y: Node) -> Node? {
    if x.isInvalid { return x }
    if y.isInvalid { return y }
    guard x.scalarType == y.scalarType else {
      return .invalid(
        .scalarTypeMismatch, operation,
        "scalar types differ: \(x.label) is \(x.scalarType), \(y.label) is \(y.scalarType); convert one with "
          + ".converted(to: .\(x.scalarType.advised(beside: y.scalarType)))")
    }
    guard x.shape == y.shape else {
      return .invalid(
        .shapeMismatch, operation, "shapes differ: \(x.label) has \(x.shape), \(y.label) has \(y.shape)")
    }
    return nil
  }

  // MARK: Along axes

  /// Combines the elements along `axes`, which disappear.
  package static func reduce(_ reduction: Reduction, _ x: Node, _ axes: AxisSet) -> Node {
    if x.isInvalid { return x }
    if axes.isEmpty { return x }
    let isArithmetic = reduction == .sum || reduction == .product
    if isArithmetic, x.scalarType == .bool { return reduce(reduction, convert(x, to: .int64), axes) }
    let shape = x.shape.removing(axes)
    if !isArithmetic, x.shape.elementCount == 0, shape.elementCount > 0 {
      return .invalid(
        .invalidArgument, "\(reduction)", "no element along the reduced axes: \(x.label) has shape \(x.shape)")
    }
    return Node(.reduce(reduction, axes), shape, x.scalarType, x)
  }

  package static func argument(_ extremum: Extremum, _ x: Node, axis: Int) -> Node {
    if x.isInvalid { return x }
    guard x.shape[axis] > 0 else {
      return .invalid(
        .invalidArgument, "arg\(extremum == .max ? "Max" : "Min")",
        "axis \(axis) of \(x.label) with shape \(x.shape) has no elements")
    }
    return Node(.argument(extremum, axis: UInt8(axis)), x.shape.removing(AxisSet([axis])), .int64, x)
  }

  /// How a node is called in messages: its name, or "the tensor".
  package var label: String { name.map { "'\($0)'" } ?? "the tensor" }

  /// Whether every element is known to be the same.
  package var isFill: Bool { if case .fill = operation { true } else { false } }

  /// Whether every element is known to be `value`.
  package func isFill(_ value: Double) -> Bool {
    if case .fill(let bits) = operation { bits == ScalarBits(value, as: scalarType) } else { false }
  }
}

extension Unary {
  func accepts(_ type: ScalarType) -> Bool {
    switch self {
    case .negate, .absolute, .sign, .relu: type != .bool
    case .sqrt, .reciprocal, .exp, .log, .tanh, .sigmoid, .sin, .cos, .rsqrt, .cbrt, .exp2, .expm1, .log2, .log10,
      .log1p, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh, .erf, .erfc, .erfinv, .lgamma,
      .floor, .ceil, .round, .truncate:
      type.isFloatingPoint
    case .not: type == .bool
    }
  }

  var domainDescription: String {
    switch self {
    case .negate, .absolute, .sign, .relu: "number"
    case .sqrt, .reciprocal, .exp, .log, .tanh, .sigmoid, .sin, .cos, .rsqrt, .cbrt, .exp2, .expm1, .log2, .log10,
      .log1p, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh, .erf, .erfc, .erfinv, .lgamma,
      .floor, .ceil, .round, .truncate:
      "floating-point"
    case .not: "bool"
    }
  }
}

extension Binary {
  func accepts(_ type: ScalarType) -> Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .truncatedRemainder: type != .bool
    case .maximum, .minimum: true
    case .power, .hypot, .atan2, .logaddexp, .xlogy, .copysign, .polygamma: type.isFloatingPoint
    case .and, .or, .xor: !type.isFloatingPoint
    case .shiftLeft, .shiftRight: type.isInteger
    }
  }
}
