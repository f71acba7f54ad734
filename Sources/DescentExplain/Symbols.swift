import DescentGraph

// How mathematics writes each operation: the one list of symbols.

extension Node {
  /// The node's operation applied to the formulas of its operands.
  func formula(_ x: [Formula]) -> Formula {
    switch operation {
    case .input: .name(name ?? "input")
    case .fill(let bits): .number(bits.double(as: scalarType))
    case .iota(let axis): .call("iota", [], "axis \(axis)")
    case .random(let distribution): .call("\(distribution)", x)
    case .invalid: .name("invalid")
    case .unary(let function): function.formula(x[0])
    case .power(let exponent): x[0].raised(to: exponent)
    // Iverson's bracket: 1 where the statement holds, else 0.
    case .convert: operand(0).scalarType == .bool ? .enclosed("[", x[0], "]") : .call("\(scalarType)", x)
    case .identity(let identity): identity.formula(x[0])
    case .binary(let function): function.formula(x[0], x[1])
    case .compare(let comparison): .relation(comparison.sign, x[0], x[1])
    case .select: .call("select", x)
    case .reduce(let reduction, let axes): .call(reduction.word, x, axes.words)
    case .argument(let extremum, let axis): .call(extremum == .max ? "argMax" : "argMin", x, "axis \(axis)")
    case .broadcast(let axes): .call("broadcast", x, axes.words)
    case .reshape: .call("reshape", x, "\(shape)")
    case .transpose(let axes): axes.count == 2 ? x[0].transposed : .call("transpose", x, "\(axes.array)")
    case .slice(let window): x[0].indexed(window.words(shape, in: operand(0).shape))
    case .place(let window): .call("place", x, "at [\(window.words(operand(0).shape, in: shape))]", "in \(shape)")
    case .concatenate(let axis): .call("concatenate", x, "axis \(axis)")
    case .gather(let axis): .call("gather", x, "axis \(axis)")
    case .scatterAdd(let axis): .call("scatterAdd", x, "axis \(axis)", "in \(shape)")
    case .contract(let axes): axes.formula(x[0], operand(0).shape.rank, x[1], operand(1).shape.rank)
    case .custom: .call("custom", x)
    case .recurrence(let axis, let reverse): .call("recurrence", x, "axis \(axis)\(direction(reverse))")
    case .cumulative(let extremum, let axis, let reverse):
      .call(extremum == .max ? "cumulativeMax" : "cumulativeMin", x, "axis \(axis)\(direction(reverse))")
    case .argSort(let axis, let isDescending): .call("argSort", x, "axis \(axis)\(isDescending ? " descending" : "")")
    case .matrix(let function): function.formula(x[0])
    case .solve(let matrix): matrix.formula(x[0], x[1])
    case .windows(let windows): .call("windows", x, windows.words)
    case .overlap(let windows): .call("overlap", x, windows.words, "in \(shape)")
    case .call: .call("call", x)
    case .conditional: .call("conditional", x)
    case .scan(let form): .call("scan", x, "\(form.length) steps\(direction(form.isReversed))")
    case .whileLoop: .call("whileLoop", x)
    case .bundle: .call("", x)
    case .part(let index): x[0].indexed("part \(index)")
    case .after: x[0]
    }
  }

  private func direction(_ reverse: Bool) -> String { reverse ? " from the end" : "" }
}

extension Unary {
  fileprivate func formula(_ x: Formula) -> Formula {
    switch self {
    case .negate: x.negated
    case .absolute: .enclosed("|", x, "|")
    case .sqrt: .prefixed("√", x)
    case .reciprocal: .quotient(.number(1), x)
    case .log: .function("ln", x)
    case .sigmoid: .function("σ", x)
    case .not: .prefixed("¬", x)
    case .rsqrt: .quotient(.number(1), .prefixed("√", x))
    case .cbrt: .prefixed("∛", x)
    case .exp2: .power(.number(2), x)
    case .log2: .function("log₂", x)
    case .log10: .function("log₁₀", x)
    case .floor: .enclosed("⌊", x, "⌋")
    case .ceil: .enclosed("⌈", x, "⌉")
    case .sign, .exp, .tanh, .relu, .sin, .cos, .expm1, .log1p, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh,
      .atanh, .erf, .erfc, .erfinv, .lgamma, .round, .truncate:
      .function("\(self)", x)
    }
  }
}

extension Identity {
  fileprivate func formula(_ x: Formula) -> Formula {
    switch self {
    case .alias: x
    case .stopGradient: .call("stopGradient", [x])
    }
  }
}

extension Binary {
  fileprivate func formula(_ x: Formula, _ y: Formula) -> Formula {
    switch self {
    case .add: .sum(x, y)
    case .subtract: .difference(x, y)
    case .multiply: .product(x, y)
    case .divide: .quotient(x, y)
    case .power: .power(x, y)
    case .maximum: .call("max", [x, y])
    case .minimum: .call("min", [x, y])
    case .and: .relation("∧", x, y)
    case .or: .relation("∨", x, y)
    case .xor: .relation("⊻", x, y)
    case .shiftLeft: .relation("≪", x, y)
    case .shiftRight: .relation("≫", x, y)
    case .hypot, .remainder, .truncatedRemainder, .atan2, .logaddexp, .xlogy, .copysign, .polygamma:
      .call("\(self)", [x, y])
    }
  }
}

extension Comparison {
  fileprivate var sign: String {
    switch self {
    case .equal: "="
    case .notEqual: "≠"
    case .less: "<"
    case .lessEqual: "≤"
    case .greater: ">"
    case .greaterEqual: "≥"
    }
  }
}

extension Reduction {
  fileprivate var word: String {
    switch self {
    case .sum, .max, .min, .product: "\(self)"
    }
  }
}

extension MatrixFunction {
  fileprivate func formula(_ x: Formula) -> Formula {
    switch self {
    case .determinant: .function("det", x)
    case .logDeterminant: .call("logDet", [x])
    case .pseudoInverse: x.inverted("⁺")
    case .cholesky, .cofactors, .qr, .symmetricEigen, .svd, .matrixExponential: .call("\(self)", [x])
    }
  }
}

extension SystemMatrix {
  /// `a⁻¹·b`, or the same with the triangle that is read.
  fileprivate func formula(_ a: Formula, _ b: Formula) -> Formula {
    switch self {
    case .general: .product(a.inverted("⁻¹"), b)
    case .triangular(let isLower, let isTransposed, let hasUnitDiagonal):
      .product(
        Formula.call(
          (isLower ? "lower" : "upper") + (hasUnitDiagonal ? " with unit diagonal" : ""), [a]
        ).inverted(isTransposed ? "⁻ᵀ" : "⁻¹"), b)
    }
  }
}
