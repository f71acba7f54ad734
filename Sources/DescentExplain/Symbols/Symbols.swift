import DescentGraph
import DescentNotation

// How mathematics writes each operation: the one list of symbols.

extension Node {
  /// The node's operation applied to the formulas of its operands.
  func formula(_ x: [Formula]) -> Formula {
    switch operation {
    case .input: .name(name ?? "input")
    case .fill(let bits): .constant(bits.double(as: scalarType))
    case .iota(let axis): .call("iota", [], remarks: ["axis \(axis)"])
    case .random(let distribution): .call("\(distribution)", x)
    case .invalid: .name("invalid")
    case .unary(let function): function.formula(x[0])
    case .power(let exponent): .power(x[0], .number(exponent))
    // Iverson's bracket: 1 where the statement holds, else 0.
    case .convert: operand(0).scalarType == .bool ? .enclosed("[", x[0], "]") : .call("\(scalarType)", x)
    case .identity(let identity): identity.formula(x[0])
    case .binary(let function): function.formula(x[0], x[1])
    case .compare(let comparison): comparison.formula(x)
    case .select: .call("select", x)
    case .reduce(let reduction, let axes): .call("\(reduction)", x, remarks: [axes.words])
    case .argument(let extremum, let axis): .call(extremum == .max ? "argMax" : "argMin", x, remarks: ["axis \(axis)"])
    case .broadcast(let axes): .call("broadcast", x, remarks: [axes.words])
    case .reshape: .call("reshape", x, remarks: ["\(shape)"])
    case .transpose(let axes): axes.count == 2 ? .marked(x[0], "T") : .call("transpose", x, remarks: ["\(axes.array)"])
    case .slice(let window): .indexed(x[0], window.words(shape, in: operand(0).shape))
    case .place(let window):
      .call("place", x, remarks: ["at [\(window.words(operand(0).shape, in: shape))]", "in \(shape)"])
    case .concatenate(let axis): .call("concatenate", x, remarks: ["axis \(axis)"])
    case .gather(let axis): .call("gather", x, remarks: ["axis \(axis)"])
    case .scatterAdd(let axis): .call("scatterAdd", x, remarks: ["axis \(axis)", "in \(shape)"])
    case .contract(let axes): axes.formula(x[0], operand(0).shape.rank, x[1], operand(1).shape.rank)
    case .custom: .call("custom", x)
    case .recurrence(let axis, let reverse): .call("recurrence", x, remarks: ["axis \(axis)\(direction(reverse))"])
    case .cumulative(let extremum, let axis, let reverse):
      .call(extremum == .max ? "cumulativeMax" : "cumulativeMin", x, remarks: ["axis \(axis)\(direction(reverse))"])
    case .argSort(let axis, let isDescending):
      .call("argSort", x, remarks: ["axis \(axis)\(isDescending ? " descending" : "")"])
    case .matrix(let function): function.formula(x[0])
    case .solve(let matrix): matrix.formula(x[0], x[1])
    case .windows(let windows): .call("windows", x, remarks: [windows.words])
    case .overlap(let windows): .call("overlap", x, remarks: [windows.words, "in \(shape)"])
    case .call: .call("call", x)
    case .conditional: .call("conditional", x)
    case .scan(let form): .call("scan", x, remarks: ["\(form.length) steps\(direction(form.isReversed))"])
    case .whileLoop: .call("whileLoop", x)
    case .bundle: .call("", x)
    case .part(let index): .indexed(x[0], "part \(index)")
    case .after: x[0]
    }
  }

  private func direction(_ reverse: Bool) -> String { reverse ? " from the end" : "" }
}

extension Unary {
  func formula(_ x: Formula) -> Formula {
    switch self {
    case .negate: .negation(x)
    case .absolute: .enclosed("|", x, "|")
    case .sqrt: .root(2, x)
    case .reciprocal: .quotient(.number(1), x)
    case .log: .function("ln", x)
    case .sigmoid: .function("σ", x)
    case .not: .prefixed("¬", x)
    case .rsqrt: .quotient(.number(1), .root(2, x))
    case .cbrt: .root(3, x)
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
  func formula(_ x: Formula, _ y: Formula) -> Formula {
    switch self {
    case .add: .adding(x, y)
    case .subtract: .subtracting(x, y)
    case .multiply: .multiplying(x, y)
    case .divide: .quotient(x, y)
    case .power: .power(x, y)
    case .maximum: .call("max", [x, y])
    case .minimum: .call("min", [x, y])
    case .and: .relation("∧", [x, y])
    case .or: .relation("∨", [x, y])
    case .xor: .relation("⊻", [x, y])
    case .shiftLeft: .relation("≪", [x, y])
    case .shiftRight: .relation("≫", [x, y])
    case .hypot, .remainder, .truncatedRemainder, .atan2, .logaddexp, .xlogy, .copysign, .polygamma:
      .call("\(self)", [x, y])
    }
  }
}

extension Comparison {
  func formula(_ sides: [Formula]) -> Formula { .relation(sign, sides) }

  private var sign: String {
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

extension MatrixFunction {
  fileprivate func formula(_ x: Formula) -> Formula {
    switch self {
    case .determinant: .function("det", x)
    case .logDeterminant: .call("logDet", [x])
    case .pseudoInverse: .marked(x, "+")
    case .cholesky, .cofactors, .qr, .symmetricEigen, .svd, .matrixExponential: .call("\(self)", [x])
    }
  }
}

extension SystemMatrix {
  /// `a⁻¹·b`, or the same with the triangle that is read.
  fileprivate func formula(_ a: Formula, _ b: Formula) -> Formula {
    switch self {
    case .general: .multiplying(.marked(a, "−1"), b)
    case .triangular(let isLower, let isTransposed, let hasUnitDiagonal):
      .multiplying(
        .marked(
          .call((isLower ? "lower" : "upper") + (hasUnitDiagonal ? " with unit diagonal" : ""), [a]),
          isTransposed ? "−T" : "−1"), b)
    }
  }
}
