import DescentGraph

/// One operation of a scalar computation at one point, with what the chain rule needs.
struct ScalarStep {
  /// An operand at a point.
  struct Operand {
    let value: Double
    /// The operation's partial derivative by this operand, by its rule.
    let partial: Double
    /// The operand's own derivative.
    let tangent: Double
    /// Whether the operand depends on the variable.
    let depends: Bool
  }

  let form: ScalarForm
  let result: Double
  let operands: [Operand]
  /// The operation, and its derivative, at the inner derivative instead of the inner function.
  let atTangent: (value: Double, partial: Double)?

  /// Σ ∂f/∂uᵢ·uᵢ′.
  var tangent: Double { operands.reduce(0) { $0 + ($1.depends ? $1.partial * $1.tangent : 0) } }

  /// The only operand that depends on the variable.
  var inner: Operand { operands.first { $0.depends } ?? operands[0] }
}

/// What kind of rule an operation takes.
enum ScalarForm: Equatable {
  /// u + v, or u − v.
  case sum(isDifference: Bool)
  case negation
  /// u·v with two variables.
  case product
  /// u times or by a constant.
  case scaled(isQuotient: Bool)
  /// u/v where v is variable.
  case quotient
  /// uᶜ.
  case power
  /// aᵘ.
  case exponential
  case function(Unary)
  /// Several variables in another operation.
  case other
  /// The variable itself, and constants.
  case leaf

  /// The form of a node's operation.
  ///
  /// - Parameter depends: For each operand, whether it depends on the variable.
  init(_ node: Node, _ depends: [Bool]) {
    guard depends.contains(true) else {
      self = .leaf
      return
    }
    if case .power = node.operation {
      self = .power
    } else if case .unary(let function) = node.operation {
      self = ScalarForm(function)
    } else if case .binary(let function) = node.operation {
      self = ScalarForm(function, depends)
    } else {
      self = .other
    }
  }

  private init(_ function: Unary) {
    if function == .negate {
      self = .negation
    } else if [.sqrt, .reciprocal, .rsqrt, .cbrt].contains(function) {
      self = .power
    } else {
      self = [.exp, .exp2].contains(function) ? .exponential : .function(function)
    }
  }

  private init(_ function: Binary, _ depends: [Bool]) {
    let isOfBoth = depends == [true, true]
    let forms: [Binary: ScalarForm] = [
      .add: .sum(isDifference: false), .subtract: .sum(isDifference: true),
      .multiply: isOfBoth ? .product : .scaled(isQuotient: false),
      .divide: depends[1] ? .quotient : .scaled(isQuotient: true),
      .power: isOfBoth ? .other : depends[0] ? .power : .exponential,
    ]
    self = forms[function] ?? .other
  }
}

extension ScalarStep {
  /// The exponent c of uᶜ.
  var exponent: Double {
    guard operands.count == 1 else { return operands[1].value }
    // u·f′(u)/f(u) of a power is its exponent.
    return operands[0].value * operands[0].partial / result
  }

  /// ln a of the base of aᵘ, from (aᵘ)′ = aᵘ·ln a.
  var logarithmOfBase: Double { inner.partial / result }
}
