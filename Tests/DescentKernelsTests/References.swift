import CDescentKernels
import RealModule

// What kernels must compute, one element at a time; nil where the function does not exist for the type.

func unaryReference<T: Real & BinaryFloatingPoint>(_ function: descent_unary, _ x: T) -> T? {
  switch function {
  case .DESCENT_NEGATE: -x
  case .DESCENT_ABSOLUTE: x.magnitude
  case .DESCENT_SIGN: x > 0 ? 1 : x < 0 ? -1 : x
  case .DESCENT_SQUARE: x * x
  case .DESCENT_RELU: x < 0 ? 0 : x
  case .DESCENT_SQRT: x.squareRoot()
  case .DESCENT_RECIPROCAL: 1 / x
  case .DESCENT_FLOOR: x.rounded(.down)
  case .DESCENT_CEIL: x.rounded(.up)
  case .DESCENT_ROUND: x.rounded(.toNearestOrEven)
  case .DESCENT_TRUNCATE: x.rounded(.towardZero)
  case .DESCENT_EXP, .DESCENT_LOG, .DESCENT_TANH, .DESCENT_SIGMOID, .DESCENT_SIN, .DESCENT_COS, .DESCENT_NOT,
    .DESCENT_RSQRT, .DESCENT_CBRT, .DESCENT_EXP2, .DESCENT_EXPM1, .DESCENT_LOG2, .DESCENT_LOG10, .DESCENT_LOG1P,
    .DESCENT_TAN, .DESCENT_ASIN, .DESCENT_ACOS, .DESCENT_ATAN, .DESCENT_SINH, .DESCENT_COSH, .DESCENT_ASINH,
    .DESCENT_ACOSH, .DESCENT_ATANH, .DESCENT_ERF, .DESCENT_ERFC, .DESCENT_ERFINV, .DESCENT_LGAMMA:
    nil
  }
}

func unaryReference<T: FixedWidthInteger & SignedInteger>(_ function: descent_unary, _ x: T) -> T? {
  switch function {
  case .DESCENT_NEGATE: 0 &- x
  case .DESCENT_ABSOLUTE: x < 0 ? 0 &- x : x
  case .DESCENT_SIGN: x.signum()
  case .DESCENT_SQUARE: x &* x
  case .DESCENT_RELU: max(x, 0)
  default: nil
  }
}

func binaryReference<T: Real & BinaryFloatingPoint>(_ function: descent_binary, _ x: T, _ y: T) -> T? {
  switch function {
  case .DESCENT_ADD: x + y
  case .DESCENT_SUBTRACT: x - y
  case .DESCENT_MULTIPLY: x * y
  case .DESCENT_DIVIDE: x / y
  case .DESCENT_MAXIMUM: x.isNaN || y.isNaN ? .nan : max(x, y)
  case .DESCENT_MINIMUM: x.isNaN || y.isNaN ? .nan : min(x, y)
  case .DESCENT_REMAINDER: flooredRemainder(x, y)
  case .DESCENT_TRUNCATED_REMAINDER: x.truncatingRemainder(dividingBy: y)
  case .DESCENT_COPYSIGN: T(signOf: y, magnitudeOf: x)
  case .DESCENT_POWER, .DESCENT_AND, .DESCENT_OR, .DESCENT_XOR, .DESCENT_ATAN2, .DESCENT_LOGADDEXP, .DESCENT_XLOGY,
    .DESCENT_SHIFT_LEFT, .DESCENT_SHIFT_RIGHT, .DESCENT_POLYGAMMA:
    nil
  }
}

func binaryReference<T: FixedWidthInteger & SignedInteger>(_ function: descent_binary, _ x: T, _ y: T) -> T? {
  switch function {
  case .DESCENT_ADD: x &+ y
  case .DESCENT_SUBTRACT: x &- y
  case .DESCENT_MULTIPLY: x &* y
  case .DESCENT_DIVIDE: y == 0 ? 0 : x.dividedReportingOverflow(by: y).partialValue
  case .DESCENT_POWER: integerPower(x, y)
  case .DESCENT_MAXIMUM: max(x, y)
  case .DESCENT_MINIMUM: min(x, y)
  case .DESCENT_AND: x & y
  case .DESCENT_OR: x | y
  case .DESCENT_XOR: x ^ y
  case .DESCENT_REMAINDER: y == 0 ? 0 : flooredRemainder(x, y)
  case .DESCENT_TRUNCATED_REMAINDER: y == 0 ? 0 : x.remainderReportingOverflow(dividingBy: y).partialValue
  case .DESCENT_SHIFT_LEFT: x << y
  case .DESCENT_SHIFT_RIGHT: x >> y
  case .DESCENT_ATAN2, .DESCENT_LOGADDEXP, .DESCENT_XLOGY, .DESCENT_COPYSIGN, .DESCENT_POLYGAMMA: nil
  }
}

private func flooredRemainder<T: Real & BinaryFloatingPoint>(_ x: T, _ y: T) -> T {
  let remainder = x.truncatingRemainder(dividingBy: y)
  if remainder == 0 { return T(signOf: y, magnitudeOf: 0) }
  return (remainder < 0) != (y < 0) ? remainder + y : remainder
}

private func flooredRemainder<T: FixedWidthInteger & SignedInteger>(_ x: T, _ y: T) -> T {
  let remainder = x.remainderReportingOverflow(dividingBy: y).partialValue
  return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder
}

/// From the top bit of the exponent down, unlike the kernel, which goes from the bottom up.
private func integerPower<T: FixedWidthInteger & SignedInteger>(_ x: T, _ y: T) -> T {
  if y < 0, x.magnitude != 1 { return 0 }
  let exponent = y.magnitude
  return (0..<T.bitWidth).reversed().reduce(T(1)) { power, bit in
    let square = power &* power
    return exponent >> T.Magnitude(bit) & 1 == 1 ? square &* x : square
  }
}

func comparisonReference<T: Comparable>(_ comparison: descent_comparison, _ x: T, _ y: T) -> UInt8 {
  switch comparison {
  case .DESCENT_EQUAL: x == y ? 1 : 0
  case .DESCENT_NOT_EQUAL: x != y ? 1 : 0
  case .DESCENT_LESS: x < y ? 1 : 0
  case .DESCENT_LESS_EQUAL: x <= y ? 1 : 0
  case .DESCENT_GREATER: x > y ? 1 : 0
  case .DESCENT_GREATER_EQUAL: x >= y ? 1 : 0
  }
}
