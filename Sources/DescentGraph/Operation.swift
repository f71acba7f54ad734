/// A primitive of the language: what a node computes from its operands.
///
/// This is the one list of operations. Every reader (rules, engines, explanations) switches over it exhaustively,
/// so adding a case makes the compiler list the places to fill in. Payloads are trivial values of at most 64 bytes;
/// the result's shape and scalar type belong to the node.
package enum Operation: Hashable, Sendable {
  // MARK: Sources

  /// A value that is already there: a literal, data, or a result that has been evaluated.
  case input
  /// Every element has one value.
  case fill(ScalarBits)
  /// Every element is its own index along `axis`.
  case iota(axis: UInt8)
  /// Pseudo-random numbers; the operand is a key of two int64 words.
  ///
  /// Distributions with a concentration have it, in the shape of the result, as the second operand. Their key may have
  /// a third word: the number of elements after which the stream begins again.
  case random(Distribution)
  /// Stands for the result of a failed operation inside `checked`.
  case invalid

  // MARK: Element by element

  /// y = f(x).
  case unary(Unary)
  /// y = xᶜ with a constant exponent.
  case power(Double)
  /// The same numbers in the node's scalar type.
  case convert
  /// The same tensor; how derivatives pass is the payload's to say.
  case identity(Identity)
  /// z = f(x, y) for operands of one shape.
  case binary(Binary)
  /// A bool for each pair of elements.
  case compare(Comparison)
  /// condition ? x : y for operands of one shape.
  case select

  // MARK: Along axes

  /// Combines the elements along a set of axes, which disappear.
  case reduce(Reduction, AxisSet)
  /// The int64 index of the extreme element along an axis, which disappears.
  case argument(Extremum, axis: UInt8)

  // MARK: Movement

  /// Repeats the operand along a set of axes of the result that it does not have.
  case broadcast(AxisSet)
  /// The same elements in row-major order under another shape.
  case reshape
  /// Axis k of the result is axis list[k] of the operand.
  case transpose(AxisList)
  /// The elements of the operand that lie in a window.
  case slice(Window)
  /// Zeros, with the operand's elements standing in a window: the adjoint of `slice`.
  case place(Window)
  /// Operands side by side along an axis.
  case concatenate(axis: UInt8)

  // MARK: Indexing

  /// (x, indices): slices of x along `axis` chosen by an integer tensor, whose shape replaces that axis.
  case gather(axis: UInt8)
  /// (updates, indices): zeros, with slices added at the indices along `axis`: the adjoint of `gather`.
  case scatterAdd(axis: UInt8)

  // MARK: Contraction

  /// The sum of products over pairs of axes: the only product of matrices.
  case contract(Contraction)

  // MARK: Derivatives of one's own

  /// (value, inputs…): the value; its derivative with respect to the inputs is the pullback in the node's note.
  case custom

  // MARK: Scans

  /// (a, b): yᵢ = aᵢ·yᵢ₋₁ + bᵢ along `axis`, from the start with y₋₁ = 0, or likewise from the end.
  case recurrence(axis: UInt8, reverse: Bool)
  /// The extreme of all elements up to each place along `axis`, from the start or from the end.
  case cumulative(Extremum, axis: UInt8, reverse: Bool)

  // MARK: Order

  /// The int64 positions along an axis, so ordered that the elements there ascend or descend.
  ///
  /// Equal elements keep their order, and NaN comes last.
  case argSort(axis: UInt8, isDescending: Bool)

  // MARK: Control

  // These apply programs of their own, the node's bodies, and have several results, which `part` tells apart.

  /// (arguments…): the results of the body.
  case call
  /// (condition, arguments…): the results of the first body if the condition holds, else of the second.
  case conditional
  /// (carries…, sequences…, constants…): applies the body again and again; see `ScanForm`.
  case scan(ScanForm)
  /// (carries…, constants…): while the first body says so, the second makes new carries of the old ones.
  case whileLoop(carries: UInt16)
  /// (values…): several values as the results of one node.
  case bundle
  /// The result of this number of a node that has several.
  case part(UInt16)
  /// (x, y): x, but not before y is there, and nothing made of it is shared with what is made of x itself.
  case after

  // MARK: Windows

  /// The windows over neighbouring axes: their positions in place of these axes, then one axis with all their places.
  case windows(Windows)
  /// Zeros, with each element of the windows added where it stands: the adjoint of `windows`.
  case overlap(Windows)

  // MARK: Linear algebra

  /// A function of each matrix along the last two axes.
  case matrix(MatrixFunction)
  /// (a, b): for each pair of matrices along the last two axes, the x with a·x = b.
  case solve(SystemMatrix)
}

/// Functions of one element.
package enum Unary: UInt8, Hashable, Sendable, CaseIterable {
  case negate, absolute, sign, sqrt, reciprocal, exp, log, tanh, sigmoid, relu, sin, cos, not
  case rsqrt, cbrt, exp2, expm1, log2, log10, log1p, tan, asin, acos, atan
  case sinh, cosh, asinh, acosh, atanh, erf, erfc, erfinv, lgamma
  case floor, ceil, round, truncate
}

/// Functions of two elements of one type.
package enum Binary: UInt8, Hashable, Sendable, CaseIterable {
  case add, subtract, multiply, divide, power, hypot, maximum, minimum, and, or, xor
  /// The remainder of flooring division, which has the sign of y, and that of division toward zero, with the sign of x.
  case remainder, truncatedRemainder
  case atan2, logaddexp, xlogy, copysign, shiftLeft, shiftRight
  /// The derivative of order x of digamma at y; all x are 0, 1, ….
  case polygamma
}

/// Comparisons of two elements.
package enum Comparison: UInt8, Hashable, Sendable, CaseIterable {
  case equal, notEqual, less, lessEqual, greater, greaterEqual
}

/// Associative ways to combine many elements.
///
/// For bool, `max` is any and `min` is all.
package enum Reduction: UInt8, Hashable, Sendable, CaseIterable {
  case sum, max, min, product
}

/// Which extreme element an index is asked for.
package enum Extremum: UInt8, Hashable, Sendable, CaseIterable {
  case max, min
}

/// How an identity treats derivatives.
package enum Identity: UInt8, Hashable, Sendable, CaseIterable {
  /// A new name for the same tensor, so that it can be told from other uses.
  case alias
  /// Derivatives stop here.
  case stopGradient
}

/// Distributions of pseudo-random numbers.
package enum Distribution: UInt8, Hashable, Sendable, CaseIterable {
  /// Uniform over [0, 1).
  case uniform
  /// Normal with mean 0 and standard deviation 1.
  case normal
  /// Gamma with scale 1 and a concentration.
  case gamma
  /// The logarithm of a gamma-distributed number, which does not underflow for small concentrations.
  case logGamma

  /// Whether a second operand shapes the distribution, element by element.
  package var hasConcentration: Bool { self == .gamma || self == .logGamma }
}

/// Functions of one matrix.
///
/// Those of several results stack them as rows of one.
package enum MatrixFunction: UInt8, Hashable, Sendable, CaseIterable {
  /// The lower Cholesky factor of (a + aᵀ)/2.
  case cholesky
  /// det a.
  case determinant
  /// The sign of det a, and ln |det a|.
  case logDeterminant
  /// The matrix of cofactors: det a·a⁻ᵀ, and its limit where a is singular.
  case cofactors
  /// Q (m x n) above R (n x n) for m ≥ n; the diagonal of R is not negative.
  case qr
  /// The ascending eigenvalues of (a + aᵀ)/2 above the matrix whose columns are eigenvectors.
  case symmetricEigen
  /// U (m x k), the k = min(m, n) descending singular values, and V (n x k).
  case svd
  /// eᵃ.
  case matrixExponential
  /// The pseudo-inverse of Moore and Penrose (n x m).
  case pseudoInverse
}

/// What the matrix of a system of equations is.
package enum SystemMatrix: Hashable, Sendable, CaseIterable {
  /// Any square matrix.
  case general
  /// One triangle of a square matrix, or its transpose; the other triangle is not read, nor is a unit diagonal.
  case triangular(isLower: Bool, isTransposed: Bool = false, hasUnitDiagonal: Bool = false)

  package static let allCases =
    [general]
    + (0..<8).map { bits in
      triangular(isLower: bits & 1 != 0, isTransposed: bits & 2 != 0, hasUnitDiagonal: bits & 4 != 0)
    }

  /// A small number that tells the cases apart.
  var code: UInt64 {
    switch self {
    case .general: 0
    case .triangular(let isLower, let isTransposed, let hasUnitDiagonal):
      8 | (isLower ? 1 : 0) | (isTransposed ? 2 : 0) | (hasUnitDiagonal ? 4 : 0)
    }
  }
}

extension Operation {
  /// The operation's name in messages and drawings.
  package var name: String {
    switch self {
    case .input: "input"
    case .fill: "fill"
    case .iota: "iota"
    case .random(let distribution): "random.\(distribution)"
    case .invalid: "invalid"
    case .unary(let function): "\(function)"
    case .power: "power"
    case .convert: "convert"
    case .identity(let identity): "\(identity)"
    case .binary(let function): "\(function)"
    case .compare(let comparison): "\(comparison)"
    case .select: "select"
    case .reduce(let reduction, _): "reduce.\(reduction)"
    case .argument(let extremum, _): "argument.\(extremum)"
    case .broadcast: "broadcast"
    case .reshape: "reshape"
    case .transpose: "transpose"
    case .slice: "slice"
    case .place: "place"
    case .concatenate: "concatenate"
    case .gather: "gather"
    case .scatterAdd: "scatterAdd"
    case .contract: "contract"
    case .custom: "custom"
    case .recurrence: "recurrence"
    case .cumulative(let extremum, _, _): "cumulative.\(extremum)"
    case .argSort: "argSort"
    case .call: "call"
    case .conditional: "conditional"
    case .scan: "scan"
    case .whileLoop: "whileLoop"
    case .bundle: "bundle"
    case .part: "part"
    case .after: "after"
    case .windows: "windows"
    case .overlap: "overlap"
    case .matrix(let function): "\(function)"
    case .solve(.general): "solve"
    case .solve(.triangular): "triangularSolve"
    }
  }

  /// Whether the result is worth keeping when something outside an evaluated region may still ask for it: computing
  /// it again would cost far more than reading it.
  package var isExpensive: Bool {
    switch self {
    case .contract, .scatterAdd, .random, .recurrence, .cumulative, .argSort, .part, .overlap, .matrix, .solve: true
    case .input, .fill, .iota, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select, .reduce,
      .argument, .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .custom, .call, .conditional,
      .scan, .whileLoop, .bundle, .after, .windows:
      false
    }
  }

  /// Whether the value is there, or made from nothing whenever it is read, so that keeping it gains nothing.
  var isGiven: Bool {
    switch self {
    case .input, .fill, .iota, .invalid: true
    case .random, .unary, .power, .convert, .identity, .binary, .compare, .select, .reduce, .argument, .broadcast,
      .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence,
      .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap,
      .matrix, .solve:
      false
    }
  }

  /// Whether the node has several results.
  package var hasParts: Bool {
    switch self {
    case .call, .conditional, .scan, .whileLoop, .bundle: true
    case .input, .fill, .iota, .invalid, .random, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd,
      .contract, .custom, .recurrence, .cumulative, .argSort, .part, .after, .windows, .overlap, .matrix, .solve:
      false
    }
  }
}
