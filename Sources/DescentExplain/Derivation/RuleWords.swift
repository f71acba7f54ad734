import DescentGraph

extension Operation {
  /// What the operation's derivative rule is called.
  ///
  /// - Parameter isVariable: For each operand, whether it depends on what is differentiated by.
  package func ruleName(_ isVariable: [Bool]) -> String {
    switch self {
    case .input, .fill, .iota, .random, .argument, .argSort, .compare: "constant"
    case .invalid: "no rule"
    case .unary(let function): function.ruleName
    case .power: "power rule"
    case .convert: "conversion is linear"
    case .identity(.alias): "same tensor"
    case .identity(.stopGradient): "held constant"
    case .binary(let function): function.ruleName(isVariable)
    case .select: "the chosen branch"
    case .reduce(.sum, _): "sum rule"
    case .reduce(.max, _), .reduce(.min, _): "the extreme element takes all"
    case .reduce(.product, _): "product rule"
    case .broadcast: "what is repeated adds up"
    case .reshape: "reshaping"
    case .transpose: "transposition"
    case .slice: "a part takes its part"
    case .place: "a part takes its part"
    case .concatenate: "each part takes its part"
    case .gather: "what is read often adds up"
    case .scatterAdd: "what is added is read back"
    case .contract: "product rule for matrices"
    case .custom: "rule of one's own"
    case .recurrence: "chain rule along the recurrence"
    case .cumulative: "the extreme element takes all"
    case .call: "chain rule through the steps inside"
    case .conditional: "the branch taken"
    case .scan, .whileLoop: "chain rule through the steps"
    case .bundle, .part: "one of several results"
    case .after: "same tensor"
    case .windows: "what is read often adds up"
    case .overlap: "what is added is read back"
    case .matrix(let function): "derivative of \(function)"
    case .solve: "derivative of a solution"
    }
  }
}

extension Unary {
  fileprivate var ruleName: String {
    switch self {
    case .negate: "constant factor rule"
    case .absolute, .relu: "derivative of \(self == .relu ? "relu" : "|x|"): the branch taken"
    case .sign, .floor, .ceil, .round, .truncate: "a step has derivative 0"
    case .sqrt, .reciprocal, .rsqrt, .cbrt: "power rule"
    case .exp, .exp2, .expm1: "derivative of the exponential function"
    case .log, .log2, .log10, .log1p: "derivative of the logarithm"
    case .not: "constant"
    case .sigmoid: "derivative of the logistic function"
    case .tanh, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh, .erf, .erfc, .erfinv,
      .lgamma:
      "derivative of \(self)"
    }
  }
}

extension Binary {
  fileprivate func ruleName(_ isVariable: [Bool]) -> String {
    let isOfBoth = isVariable.allSatisfy { $0 }
    return switch self {
    case .add, .subtract: "sum rule"
    case .multiply: isOfBoth ? "product rule" : "constant factor rule"
    case .divide: isVariable.last == true ? "quotient rule" : "constant factor rule"
    case .power: isVariable.last == true ? (isOfBoth ? "derivative of xʸ" : "exponential rule") : "power rule"
    case .maximum, .minimum: "the larger or smaller one takes all"
    case .and, .or, .xor, .shiftLeft, .shiftRight: "constant"
    case .hypot, .remainder, .truncatedRemainder, .atan2, .logaddexp, .xlogy, .copysign, .polygamma:
      "derivative of \(self)"
    }
  }
}
