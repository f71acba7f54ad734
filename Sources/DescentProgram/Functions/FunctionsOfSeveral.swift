import DescentGraph
import DescentTensor

// Functions of several elements, which broadcast by NumPy's rule.

extension ProgramFunction {
  /// A function of two tensors.
  private static func two(
    _ signature: String, aliases: [String] = [], _ summary: String,
    _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> ProgramFunction {
    ProgramFunction(.several, signature, aliases: aliases, summary) { arguments in
      let names = arguments.function.parameters.map(\.name)
      return function(try arguments.tensor(names[0]), try arguments.tensor(names[1]))
    }
  }

  /// A function that has a form for a number on the right, which keeps the number a constant.
  private static func twoOrNumber(
    _ name: String, _ summary: String, _ both: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ number: @escaping @Sendable (Tensor, Double) -> Tensor
  ) -> ProgramFunction {
    ProgramFunction(.several, "\(name)(x, y)", summary) { arguments in
      switch (try arguments.operand("x"), try arguments.operand("y")) {
      case (.tensor(let x), .number(let y)), (.number(let y), .tensor(let x)): number(x, y)
      case (let x, let y): both(x.tensor(arguments.limits.type), y.tensor(arguments.limits.type))
      }
    }
  }

  static let ofSeveral: [ProgramFunction] = [
    twoOrNumber("maximum", "the larger of two elements", { max($0, $1) }, { max($0, $1) }),
    twoOrNumber("minimum", "the smaller of two elements", { min($0, $1) }, { min($0, $1) }),
    ProgramFunction(.several, "power(x, y)", aliases: ["pow"], "xʸ") { arguments in
      let type = arguments.limits.type
      return ProgramOperator.power(try arguments.operand("x"), try arguments.operand("y"), type)
    },
    ProgramFunction(.several, "where(condition, x, y)", aliases: ["select"], "x where the condition holds, y elsewhere")
    {
      try chosen($0)
    },
    ProgramFunction(.several, "clip(x, low=None, high=None)", aliases: ["clamp"], "x limited to low…high") {
      try clipped($0)
    },
    two("hypot(x, y)", "√(x² + y²)") { hypot($0, $1) },
    two("atan2(y, x)", aliases: ["arctan2"], "the angle of the point (x, y)") { atan2($0, $1) },
    two("logaddexp(x, y)", "ln(eˣ + eʸ)") { logaddexp($0, $1) },
    two("xlogy(x, y)", "x·ln y, 0 where x is 0") { xlogy($0, $1) },
    two("copysign(x, y)", "|x| with the sign of y") { copysign($0, $1) },
    two("mod(x, y)", aliases: ["remainder"], "the remainder with the sign of y, as %") { remainder($0, $1) },
    two("fmod(x, y)", "the remainder with the sign of x") { truncatedRemainder($0, $1) },
    two("squared_difference(x, y)", "(x − y)²") { squaredDifference($0, $1) },
    two("heaviside(x, at_zero)", "0 for negative x, 1 for positive x, at_zero at 0") { x, atZero in
      select(x .== 0, atZero, 0.5 * (sign(x) + 1))
    },
    ProgramFunction(.several, "lerp(x, y, weight)", "x + weight·(y − x)") {
      lerp(try $0.tensor("x"), try $0.tensor("y"), try $0.tensor("weight"))
    },
    ProgramFunction(.several, "polygamma(n, x)", "the n-th derivative of digamma") {
      polygamma(try $0.integer("n"), try $0.tensor("x"))
    },
    ProgramFunction(.several, "logical_and(x, y)", "whether both are true") {
      try $0.mask("x") .& $0.mask("y")
    },
    ProgramFunction(.several, "logical_or(x, y)", "whether one or both are true") {
      try $0.mask("x") .| $0.mask("y")
    },
    ProgramFunction(.several, "logical_xor(x, y)", "whether exactly one is true") {
      try $0.mask("x") .^ $0.mask("y")
    },
    ProgramFunction(.several, "logical_not(x)", "whether x is false") { .!(try $0.mask("x")) },
  ]

  private static func chosen(_ arguments: ProgramArguments) throws -> Tensor {
    let condition = try arguments.mask("condition")
    switch (try arguments.operand("x"), try arguments.operand("y")) {
    case (.tensor(let x), .number(let y)): return select(condition, x, y)
    case (.number(let x), .tensor(let y)): return select(condition, x, y)
    case (let x, let y):
      return select(condition, x.tensor(arguments.limits.type), y.tensor(arguments.limits.type))
    }
  }

  private static func clipped(_ arguments: ProgramArguments) throws -> Tensor {
    let x = try arguments.tensor("x")
    let low = try arguments["low"].map { _ in try arguments.operand("low") }
    let high = try arguments["high"].map { _ in try arguments.operand("high") }
    if case .number(let low) = low ?? .number(-.infinity), case .number(let high) = high ?? .number(.infinity) {
      guard low <= high else { throw arguments.fault(arguments.place(of: "high"), "has bounds in the wrong order") }
      return x.clamped(to: low...high)
    }
    let type = arguments.limits.type
    let raised = low.map { max(x, $0.tensor(type)) } ?? x
    return high.map { min(raised, $0.tensor(type)) } ?? raised
  }
}
