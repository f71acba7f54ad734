import RealModule

#if arch(x86_64)
  /// The type that references for Double are computed in.
  typealias Wide = Float80
#else
  typealias Wide = Double
#endif

/// The distance of `value` from the exact result in units of the last place; infinite if the kind of number differs
/// (NaN, infinity, the sign of a zero).
func ulps<T: BinaryFloatingPoint, Reference: BinaryFloatingPoint>(_ value: T, from exact: Reference) -> Double {
  if exact.isNaN { return value.isNaN ? 0 : .infinity }
  let rounded = T(exact)
  if value == rounded {
    return value != 0 || value.sign == rounded.sign ? distance(value, exact, rounded.ulp) : .infinity
  }
  if value.isNaN || exact.isInfinite { return .infinity }
  // Beyond the largest number its neighbour counts, so that rounding up to infinity is an error of one place.
  let finite = value.isInfinite ? (value > 0 ? T.greatestFiniteMagnitude : -T.greatestFiniteMagnitude) : value
  let unit = rounded.isInfinite ? T.greatestFiniteMagnitude.ulp : rounded.ulp
  return distance(finite, exact, unit) + (value.isInfinite ? 1 : 0)
}

private func distance<T: BinaryFloatingPoint, Reference: BinaryFloatingPoint>(
  _ value: T, _ exact: Reference, _ unit: T
) -> Double {
  value.isInfinite ? 0 : Double(abs(Reference(value) - exact) / Reference(unit))
}

/// The functions whose accuracy is promised, with their mathematical definitions.
enum ElementaryFunction: CaseIterable, Sendable {
  case sqrt, reciprocal, exp, log, tanh, sigmoid, sin, cos
  case rsqrt, cbrt, exp2, expm1, log2, log10, log1p, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, erf, erfc

  /// How many ULP a float64 result may be off; the C library's functions promise no more.
  var float64Bound: Double {
    switch self {
    case .sqrt, .reciprocal, .exp, .log, .tanh, .sigmoid, .sin, .cos, .rsqrt: 2
    case .cbrt, .exp2, .expm1, .log2, .log10, .log1p, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh,
      .erf, .erfc:
      4
    }
  }

  func reference<R: Real>(_ x: R) -> R {
    switch self {
    case .sqrt: .sqrt(x)
    case .reciprocal: 1 / x
    case .exp: .exp(x)
    case .log: .log(x)
    case .tanh: .tanh(x)
    case .sigmoid: x < 0 ? .exp(x) / (1 + .exp(x)) : 1 / (1 + .exp(-x))
    case .sin: .sin(x)
    case .cos: .cos(x)
    case .rsqrt: 1 / .sqrt(x)
    case .cbrt: .root(x, 3)
    case .exp2: .exp2(x)
    case .expm1: .expMinusOne(x)
    case .log2: .log2(x)
    case .log10: .log10(x)
    case .log1p: .log(onePlus: x)
    case .tan: .tan(x)
    case .asin: .asin(x)
    case .acos: .acos(x)
    case .atan: .atan(x)
    case .sinh: .sinh(x)
    case .cosh: .cosh(x)
    case .asinh: .asinh(x)
    case .acosh: .acosh(x)
    case .atanh: .atanh(x)
    case .erf: .erf(x)
    case .erfc: .erfc(x)
    }
  }
}

/// A small generator with a fixed seed (xorshift64*), so that a failure comes back.
struct SampleGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_f491_4f6c_dd1d
  }
}
