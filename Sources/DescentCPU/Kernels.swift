import CDescentKernels
import DescentGraph

/// This machine's kernels by the language's words.
struct Kernels {
  private let table: UnsafeRawPointer

  init() { table = UnsafeRawPointer(descent_kernels()) }

  /// The kernel number `index` of the part of the table that begins at `offset`.
  private func entry<Kernel>(_ offset: Int?, _ index: Int, as type: Kernel.Type) -> Kernel? {
    guard let offset else { return nil }
    return (table + offset).assumingMemoryBound(to: Kernel?.self)[index]
  }

  func unary(_ function: descent_unary, _ type: ScalarType) -> descent_unary_kernel? {
    entry(MemoryLayout<descent_kernel_table>.offset(of: \.unary), function.place(type), as: descent_unary_kernel.self)
  }

  func binary(_ function: Binary, _ type: ScalarType) -> descent_binary_kernel? {
    guard let place = function.kernel?.place(type) else { return nil }
    return entry(MemoryLayout<descent_kernel_table>.offset(of: \.binary), place, as: descent_binary_kernel.self)
  }

  func compare(_ comparison: Comparison, _ type: ScalarType) -> descent_binary_kernel? {
    let place = comparison.kernel.place(type)
    return entry(MemoryLayout<descent_kernel_table>.offset(of: \.compare), place, as: descent_binary_kernel.self)
  }

  func select(_ type: ScalarType) -> descent_select_kernel? {
    let place = Int(type.kernel.rawValue)
    return entry(MemoryLayout<descent_kernel_table>.offset(of: \.select), place, as: descent_select_kernel.self)
  }

  func convert(_ from: ScalarType, _ to: ScalarType) -> descent_convert_kernel? {
    let place = from.kernel.place(to)
    return entry(MemoryLayout<descent_kernel_table>.offset(of: \.convert), place, as: descent_convert_kernel.self)
  }

  func reduceRows(_ reduction: Reduction, _ type: ScalarType) -> descent_reduce_rows_kernel? {
    let place = reduction.kernel.place(type)
    return entry(
      MemoryLayout<descent_kernel_table>.offset(of: \.reduce_rows), place, as: descent_reduce_rows_kernel.self)
  }

  func reduceColumns(_ reduction: Reduction, _ type: ScalarType) -> descent_reduce_columns_kernel? {
    let place = reduction.kernel.place(type)
    return entry(
      MemoryLayout<descent_kernel_table>.offset(of: \.reduce_columns), place, as: descent_reduce_columns_kernel.self)
  }

  func argument(_ extremum: Extremum, _ type: ScalarType) -> descent_argument_kernel? {
    let offset =
      switch extremum {
      case .max: MemoryLayout<descent_kernel_table>.offset(of: \.argument_max)
      case .min: MemoryLayout<descent_kernel_table>.offset(of: \.argument_min)
      }
    return entry(offset, Int(type.kernel.rawValue), as: descent_argument_kernel.self)
  }

  func random(_ distribution: Distribution, _ type: ScalarType) -> descent_random_kernel? {
    guard let place = distribution.kernel?.place(type) else { return nil }
    return entry(MemoryLayout<descent_kernel_table>.offset(of: \.random), place, as: descent_random_kernel.self)
  }
}

extension RawRepresentable where RawValue == UInt8 {
  /// The place of a function and a type in a table of functions by types.
  fileprivate func place(_ type: ScalarType) -> Int {
    Int(rawValue) * Int(DESCENT_TYPE_COUNT) + Int(type.kernel.rawValue)
  }
}

extension ScalarType {
  var kernel: descent_type {
    switch self {
    case .float32: .DESCENT_FLOAT32
    case .float64: .DESCENT_FLOAT64
    case .int32: .DESCENT_INT32
    case .int64: .DESCENT_INT64
    case .bool: .DESCENT_BOOL
    case .float16: .DESCENT_FLOAT16
    case .bfloat16: .DESCENT_BFLOAT16
    case .int8: .DESCENT_INT8
    case .int16: .DESCENT_INT16
    case .uint8: .DESCENT_UINT8
    case .uint16: .DESCENT_UINT16
    case .uint32: .DESCENT_UINT32
    case .uint64: .DESCENT_UINT64
    }
  }
}

extension Unary {
  var kernel: descent_unary {
    switch self {
    case .negate: .DESCENT_NEGATE
    case .absolute: .DESCENT_ABSOLUTE
    case .sign: .DESCENT_SIGN
    case .sqrt: .DESCENT_SQRT
    case .reciprocal: .DESCENT_RECIPROCAL
    case .exp: .DESCENT_EXP
    case .log: .DESCENT_LOG
    case .tanh: .DESCENT_TANH
    case .sigmoid: .DESCENT_SIGMOID
    case .relu: .DESCENT_RELU
    case .sin: .DESCENT_SIN
    case .cos: .DESCENT_COS
    case .not: .DESCENT_NOT
    case .rsqrt: .DESCENT_RSQRT
    case .cbrt: .DESCENT_CBRT
    case .exp2: .DESCENT_EXP2
    case .expm1: .DESCENT_EXPM1
    case .log2: .DESCENT_LOG2
    case .log10: .DESCENT_LOG10
    case .log1p: .DESCENT_LOG1P
    case .tan: .DESCENT_TAN
    case .asin: .DESCENT_ASIN
    case .acos: .DESCENT_ACOS
    case .atan: .DESCENT_ATAN
    case .sinh: .DESCENT_SINH
    case .cosh: .DESCENT_COSH
    case .asinh: .DESCENT_ASINH
    case .acosh: .DESCENT_ACOSH
    case .atanh: .DESCENT_ATANH
    case .erf: .DESCENT_ERF
    case .erfc: .DESCENT_ERFC
    case .erfinv: .DESCENT_ERFINV
    case .lgamma: .DESCENT_LGAMMA
    case .floor: .DESCENT_FLOOR
    case .ceil: .DESCENT_CEIL
    case .round: .DESCENT_ROUND
    case .truncate: .DESCENT_TRUNCATE
    }
  }
}

extension Binary {
  /// Nil for what `Lowering` makes of other functions.
  fileprivate var kernel: descent_binary? {
    switch self {
    case .add: .DESCENT_ADD
    case .subtract: .DESCENT_SUBTRACT
    case .multiply: .DESCENT_MULTIPLY
    case .divide: .DESCENT_DIVIDE
    case .power: .DESCENT_POWER
    case .hypot: nil
    case .maximum: .DESCENT_MAXIMUM
    case .minimum: .DESCENT_MINIMUM
    case .and: .DESCENT_AND
    case .or: .DESCENT_OR
    case .xor: .DESCENT_XOR
    case .remainder: .DESCENT_REMAINDER
    case .truncatedRemainder: .DESCENT_TRUNCATED_REMAINDER
    case .atan2: .DESCENT_ATAN2
    case .logaddexp: .DESCENT_LOGADDEXP
    case .xlogy: .DESCENT_XLOGY
    case .copysign: .DESCENT_COPYSIGN
    case .shiftLeft: .DESCENT_SHIFT_LEFT
    case .shiftRight: .DESCENT_SHIFT_RIGHT
    case .polygamma: .DESCENT_POLYGAMMA
    }
  }
}

extension Comparison {
  fileprivate var kernel: descent_comparison {
    switch self {
    case .equal: .DESCENT_EQUAL
    case .notEqual: .DESCENT_NOT_EQUAL
    case .less: .DESCENT_LESS
    case .lessEqual: .DESCENT_LESS_EQUAL
    case .greater: .DESCENT_GREATER
    case .greaterEqual: .DESCENT_GREATER_EQUAL
    }
  }
}

extension Reduction {
  fileprivate var kernel: descent_reduction {
    switch self {
    case .sum: .DESCENT_SUM
    case .max: .DESCENT_MAX
    case .min: .DESCENT_MIN
    case .product: .DESCENT_PRODUCT
    }
  }
}

extension Distribution {
  /// Nil for those of `RandomGammaStep`.
  fileprivate var kernel: descent_distribution? {
    switch self {
    case .uniform: .DESCENT_UNIFORM
    case .normal: .DESCENT_NORMAL
    case .gamma, .logGamma: nil
    }
  }
}
