import DescentGraph
import Foundation

// Functions of one, two and three elements.

extension Graph.Instruction {
  /// Applies an operation to the elements that stand at the same place in all operands.
  func elementByElement(_ operands: [ReferenceTensor]) throws(TensorError) -> ReferenceTensor {
    let operandType = operands[0].scalarType
    var elements: [Element] = []
    for position in 0..<shape.elementCount {
      let arguments = operands.map { $0.elements[position] }
      elements.append(try element(of: arguments, operandType))
    }
    return ReferenceTensor(shape, scalarType, elements)
  }

  private func element(of x: [Element], _ operandType: ScalarType) throws(TensorError) -> Element {
    switch operation {
    case .unary(let function): function.apply(x[0])
    case .power(let exponent): x[0].power(exponent)
    case .convert: x[0].converted(to: scalarType)
    case .identity: x[0]
    case .binary(let function): try function.apply(x[0], x[1])
    case .compare(let comparison): .integer(comparison.holds(x[0], x[1]) ? 1 : 0)
    case .select: x[0] == .integer(0) ? x[2] : x[1]
    case .input, .fill, .iota, .random, .invalid, .reduce, .argument, .broadcast, .reshape, .transpose, .slice, .place,
      .concatenate, .gather, .scatterAdd, .contract, .recurrence, .cumulative, .custom, .argSort, .call, .conditional,
      .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap, .matrix, .solve:
      preconditionFailure("\(operation.name) does not work element by element")
    }
  }
}

extension Unary {
  /// f(x) for a number of either kind.
  func apply(_ x: Element) -> Element {
    switch x {
    case .real(let x): .real(apply(x))
    case .integer(let x): .integer(apply(x))
    }
  }

  private func apply(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .absolute: abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x.isNaN ? x : 0
    case .sqrt: x.squareRoot()
    case .reciprocal: 1 / x
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .tanh: Foundation.tanh(x)
    // Two spellings of one function, each where it does not overflow.
    case .sigmoid: x < 0 ? Foundation.exp(x) / (1 + Foundation.exp(x)) : 1 / (1 + Foundation.exp(-x))
    case .relu: x > 0 || x.isNaN ? x : 0
    case .sin: Foundation.sin(x)
    case .cos: Foundation.cos(x)
    case .rsqrt: 1 / x.squareRoot()
    case .cbrt: Foundation.cbrt(x)
    case .exp2: Foundation.exp2(x)
    case .expm1: Foundation.expm1(x)
    case .log2: Foundation.log2(x)
    case .log10: Foundation.log10(x)
    case .log1p: Foundation.log1p(x)
    case .tan: Foundation.tan(x)
    case .asin: Foundation.asin(x)
    case .acos: Foundation.acos(x)
    case .atan: Foundation.atan(x)
    case .sinh: Foundation.sinh(x)
    case .cosh: Foundation.cosh(x)
    case .asinh: Foundation.asinh(x)
    case .acosh: Foundation.acosh(x)
    case .atanh: Foundation.atanh(x)
    case .erf: Foundation.erf(x)
    case .erfc: Foundation.erfc(x)
    case .erfinv: inverseErrorFunction(x)
    case .lgamma: Foundation.lgamma(x)
    case .floor: x.rounded(.down)
    case .ceil: x.rounded(.up)
    case .round: x.rounded(.toNearestOrEven)
    case .truncate: x.rounded(.towardZero)
    case .not: preconditionFailure("not is for bool")
    }
  }

  private func apply(_ x: Int128) -> Int128 {
    switch self {
    case .negate: 0 &- x
    case .absolute: x < 0 ? 0 &- x : x
    case .sign: x.signum()
    case .relu: Swift.max(x, 0)
    case .not: 1 - x
    case .sqrt, .reciprocal, .exp, .log, .tanh, .sigmoid, .sin, .cos, .rsqrt, .cbrt, .exp2, .expm1, .log2, .log10,
      .log1p, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh, .erf, .erfc, .erfinv, .lgamma, .floor,
      .ceil, .round, .truncate:
      preconditionFailure("\(self) is for real numbers")
    }
  }
}

extension Binary {
  /// f(x, y) for two numbers of one kind.
  func apply(_ x: Element, _ y: Element) throws(TensorError) -> Element {
    switch (x, y) {
    case (.real(let x), .real(let y)): .real(apply(x, y))
    case (.integer(let x), .integer(let y)): .integer(try apply(x, y))
    case (.real, .integer), (.integer, .real): preconditionFailure("operands of two types")
    }
  }

  private func apply(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .power: Foundation.pow(x, y)
    // C's hypot(∞, NaN) is ∞.
    case .hypot: x.isNaN || y.isNaN ? .nan : Foundation.hypot(x, y)
    case .maximum: x.isNaN || y.isNaN ? .nan : Swift.max(x, y)
    case .minimum: x.isNaN || y.isNaN ? .nan : Swift.min(x, y)
    case .remainder:
      flooredRemainder(x, y)
    case .truncatedRemainder: x.truncatingRemainder(dividingBy: y)
    case .atan2: Foundation.atan2(x, y)
    case .logaddexp: Swift.max(x, y) + Foundation.log1p(Foundation.exp(-abs(x - y)))
    case .xlogy: x == 0 && !y.isNaN ? 0 : x * Foundation.log(y)
    case .copysign: Double(signOf: y, magnitudeOf: x)
    case .polygamma: polygammaBySummation(Int(x), y)
    case .and, .or, .xor, .shiftLeft, .shiftRight: preconditionFailure("\(self) is for integers and bool")
    }
  }

  private func apply(_ x: Int128, _ y: Int128) throws(TensorError) -> Int128 {
    switch self {
    case .add: return x &+ y
    case .subtract: return x &- y
    case .multiply: return x &* y
    case .divide:
      if y == 0 { throw TensorError(.divisionByZero, "divide", "an integer is divided by zero") }
      return x.dividedReportingOverflow(by: y).partialValue
    case .remainder, .truncatedRemainder:
      if y == 0 { throw TensorError(.divisionByZero, "divide", "an integer is divided by zero") }
      let remainder = x.remainderReportingOverflow(dividingBy: y).partialValue
      return self == .remainder && remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder
    case .shiftLeft: return x << y
    case .shiftRight: return x >> y
    case .power, .hypot, .atan2, .logaddexp, .xlogy, .copysign, .polygamma:
      preconditionFailure("\(self) is for real numbers")
    case .maximum: return Swift.max(x, y)
    case .minimum: return Swift.min(x, y)
    case .and: return x & y
    case .or: return x | y
    case .xor: return x ^ y
    }
  }
}

extension Comparison {
  /// Whether the comparison holds; with NaN only `notEqual` does.
  func holds(_ x: Element, _ y: Element) -> Bool {
    switch (x, y) {
    case (.real(let x), .real(let y)): holds(x, y)
    case (.integer(let x), .integer(let y)): holds(x, y)
    case (.real, .integer), (.integer, .real): preconditionFailure("operands of two types")
    }
  }

  private func holds<Value: Comparable>(_ x: Value, _ y: Value) -> Bool {
    switch self {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessEqual: x <= y
    case .greater: x > y
    case .greaterEqual: x >= y
    }
  }
}

extension Element {
  /// xᶜ; integers multiply themselves, wrapping.
  func power(_ exponent: Double) -> Element {
    switch self {
    case .real(let x):
      return .real(pow(x, exponent))
    case .integer(let x):
      var result: Int128 = 1
      var square = x
      var remaining = Int64(exponent)
      while remaining > 0 {
        if remaining % 2 == 1 { result = result &* square }
        square = square &* square
        remaining /= 2
      }
      return .integer(result)
    }
  }
}
