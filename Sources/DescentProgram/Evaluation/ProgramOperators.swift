import DescentGraph
import DescentTensor
import Foundation

// What the operators do. Two numbers give a number; a number beside a tensor stays one, so that `x**2` is a power with
// a constant exponent.

extension ProgramOperator {
  /// The value of an operator between two operands.
  func applied(_ x: ProgramOperand, _ y: ProgramOperand, _ type: ScalarType) throws -> ProgramValue {
    if case .number(let left) = x, case .number(let right) = y, self != .matrixProduct {
      return try numbers(left, right)
    }
    return .tensor(tensors(x, y, type))
  }

  // MARK: Numbers

  private func numbers(_ x: Double, _ y: Double) throws -> ProgramValue {
    switch self {
    case .equal: return .truth(x == y)
    case .notEqual: return .truth(x != y)
    case .less: return .truth(x < y)
    case .lessEqual: return .truth(x <= y)
    case .greater: return .truth(x > y)
    case .greaterEqual: return .truth(x >= y)
    case .add: return .number(try finite(x + y, x, y))
    case .subtract: return .number(try finite(x - y, x, y))
    case .multiply, .matrixProduct: return .number(try finite(x * y, x, y))
    case .divide: return .number(try finite(x / y, x, y))
    case .floorDivide: return .number(try finite(((x - remainder(x, y)) / y).rounded(), x, y))
    case .remainder: return .number(try finite(remainder(x, y), x, y))
    case .power: return .number(try finite(Foundation.pow(x, y), x, y))
    }
  }

  /// The remainder with the sign of y, exact as C's `fmod` is.
  private func remainder(_ x: Double, _ y: Double) -> Double {
    let remainder = x.truncatingRemainder(dividingBy: y)
    return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder
  }

  private func finite(_ result: Double, _ x: Double, _ y: Double) throws(ValueComplaint) -> Double {
    if result.isFinite || (!result.isNaN && (x.isInfinite || y.isInfinite)) { return result }
    let formula = "\(ProgramValue.spelt(x)) \(rawValue) \(ProgramValue.spelt(y))"
    throw ValueComplaint("\(formula) is not a finite number")
  }

  // MARK: Tensors

  private func tensors(_ x: ProgramOperand, _ y: ProgramOperand, _ type: ScalarType) -> Tensor {
    switch self {
    case .add: combined(x, y, type, { $0 + $1 }, { $0 + $1 }, { $0 + $1 })
    case .subtract: combined(x, y, type, { $0 - $1 }, { $0 - $1 }, { $0 - $1 })
    case .multiply: combined(x, y, type, { $0 * $1 }, { $0 * $1 }, { $0 * $1 })
    case .divide: combined(x, y, type, { $0 / $1 }, { $0 / $1 }, { $0 / $1 })
    case .power: ProgramOperator.power(x, y, type)
    case .matrixProduct: matmul(x.tensor(type), y.tensor(type))
    case .remainder: DescentTensor.remainder(x.tensor(type), y.tensor(type))
    case .floorDivide: floorDivided(x.tensor(type), y.tensor(type))
    case .equal: combined(x, y, type, { $0 .== $1 }, { $0 .== $1 }, { $0 .== $1 })
    case .notEqual: combined(x, y, type, { $0 .!= $1 }, { $0 .!= $1 }, { $0 .!= $1 })
    case .less: combined(x, y, type, { $0 .< $1 }, { $0 .< $1 }, { $0 .< $1 })
    case .lessEqual: combined(x, y, type, { $0 .<= $1 }, { $0 .<= $1 }, { $0 .<= $1 })
    case .greater: combined(x, y, type, { $0 .> $1 }, { $0 .> $1 }, { $0 .> $1 })
    case .greaterEqual: combined(x, y, type, { $0 .>= $1 }, { $0 .>= $1 }, { $0 .>= $1 })
    }
  }

  private func combined(
    _ x: ProgramOperand, _ y: ProgramOperand, _ type: ScalarType, _ both: (Tensor, Tensor) -> Tensor,
    _ rightNumber: (Tensor, Double) -> Tensor, _ leftNumber: (Double, Tensor) -> Tensor
  ) -> Tensor {
    switch (x, y) {
    case (.tensor(let x), .tensor(let y)): both(x, y)
    case (.tensor(let x), .number(let y)): rightNumber(x, y)
    case (.number(let x), .tensor(let y)): leftNumber(x, y)
    case (.number, .number): both(x.tensor(type), y.tensor(type))
    }
  }

  /// xʸ; a power of e is the exponential function, which has the simpler derivative.
  static func power(_ x: ProgramOperand, _ y: ProgramOperand, _ type: ScalarType) -> Tensor {
    switch (x, y) {
    case (.tensor(let x), .number(let y)): x ** y
    case (.number(2.718281828459045), .tensor(let y)): exp(y)
    case (.number(let x), .tensor(let y)): x ** y
    case (.tensor, .tensor), (.number, .number): x.tensor(type) ** y.tensor(type)
    }
  }

  /// ⌊x/y⌋, as Python computes it: the rounded quotient may lie on the other side of a whole number.
  private func floorDivided(_ x: Tensor, _ y: Tensor) -> Tensor { round((x - DescentTensor.remainder(x, y)) / y) }
}
