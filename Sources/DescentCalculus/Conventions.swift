import DescentGraph

// What the cards promise at special points: kinks, ties, poles, and wherever a formula would give 0·∞. The table of
// operations prints these texts, and SpecialPointTests tests them.

extension Operation {
  /// The derivative at special points, nil where the formula says all.
  package var convention: String? {
    switch self {
    case .unary(let function): function.convention
    case .power: "0 everywhere for exponent 0"
    case .convert: "to or from integers and truth values: no derivative"
    case .identity(.alias): nil
    case .identity(.stopGradient): "held constant"
    case .binary(let function): function.convention
    case .compare, .argument, .argSort: "steps: no derivative"
    case .select: "what is not selected does not leak, not even NaN"
    case .reduce(.max, _), .reduce(.min, _): "elements that tie share evenly"
    case .reduce(.product, _): "no division: right where elements are zero"
    case .cumulative: "elements that tie share evenly"
    case .recurrence: "no division: right where factors are zero"
    case .gather, .scatterAdd: "repeated indices add up"
    case .random(.uniform), .random(.normal): "the key has no derivative"
    case .matrix(let function): function.convention
    case .solve(.triangular): "the triangle that is not read has derivative 0"
    case .reduce(.sum, _), .input, .fill, .iota, .invalid, .broadcast, .reshape, .transpose, .slice, .place,
      .concatenate, .contract, .custom, .random, .solve, .windows, .overlap, .call, .conditional, .scan, .whileLoop,
      .bundle, .part, .after:
      nil
    }
  }
}

extension Unary {
  fileprivate var convention: String? {
    switch self {
    case .absolute, .relu: "0 at 0"
    case .sign, .floor, .ceil, .round, .truncate: "a step: 0, also at the jumps"
    case .sqrt, .cbrt: "∞ at 0"
    case .rsqrt: "−∞ at 0"
    case .log1p: "∞ at −1"
    case .asin, .atanh: "∞ at ±1"
    case .acos: "−∞ at ±1"
    case .acosh: "∞ at 1"
    case .erfinv: "∞ at ±1, where y is infinite too"
    case .lgamma: "y = ∞ at the poles 0, −1, −2, …, where the derivative is NaN (∓∞ at ±0)"
    case .not: "truth values have no derivative"
    case .reciprocal: "−∞ at 0"
    case .log, .log2, .log10: "∞ at 0"
    case .negate, .exp, .tanh, .sigmoid, .sin, .cos, .exp2, .expm1, .tan, .atan, .sinh, .cosh, .asinh, .erf, .erfc: nil
    }
  }
}

extension Binary {
  fileprivate var convention: String? {
    switch self {
    case .power: "by x: 0 where y = 0; by y: 0 where x = 0, NaN for x < 0"
    case .hypot: "0 where z = 0, to all orders"
    case .maximum, .minimum: "½ for each at a tie"
    case .and, .or, .xor, .shiftLeft, .shiftRight: "truth values and bits have no derivative"
    case .remainder: "the sign of y; by y, −⌊x/y⌋; the jumps have no part in it"
    case .truncatedRemainder: "the sign of x; by y, −trunc(x/y); the jumps have no part in it"
    case .atan2: "the angle of the point (y, x); NaN at (0, 0)"
    case .logaddexp: "NaN where both are the same infinity"
    case .xlogy: "z = 0 where x = 0; by x: 0 where x = 0 and y ≤ 0; by y: 0 where both are 0"
    case .copysign: "0 at x = 0"
    case .polygamma:
      "the order x is no variable; at the poles 0, −1, … of y NaN for even x, where the derivative of odd x is infinite"
    case .add, .subtract, .multiply, .divide: nil
    }
  }
}

extension MatrixFunction {
  fileprivate var convention: String? {
    switch self {
    case .cholesky: "of (a + aᵀ)/2, so the derivative is symmetric"
    case .determinant: "right for singular matrices too"
    case .logDeterminant: "the sign is a step; −∞ with derivative NaN for singular matrices"
    case .symmetricEigen: "of (a + aᵀ)/2; vectors of equal values have no share from each other"
    case .svd: "vectors of equal values have no share from each other"
    case .cofactors, .qr, .matrixExponential, .pseudoInverse: nil
    }
  }
}
