import CDescentKernels
import RealModule
import Testing

extension ElementaryFunction {
  fileprivate var kernel: descent_unary {
    switch self {
    case .sqrt: .DESCENT_SQRT
    case .reciprocal: .DESCENT_RECIPROCAL
    case .exp: .DESCENT_EXP
    case .log: .DESCENT_LOG
    case .tanh: .DESCENT_TANH
    case .sigmoid: .DESCENT_SIGMOID
    case .sin: .DESCENT_SIN
    case .cos: .DESCENT_COS
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
    }
  }
}

/// Elementary functions stay within 2 ULP of the exact value, whatever the argument.
@Suite struct ElementaryTests {
  @Test(arguments: Kernels.all, ElementaryFunction.allCases)
  func float32OverItsWholeRange(_ kernels: Kernels, _ function: ElementaryFunction) throws {
    // A prime stride visits every exponent with ever other fractions.
    let x = stride(from: UInt64(0), to: 1 << 32, by: 8191).map { Float(bitPattern: UInt32($0)) }
    let y = try #require(kernels.unary(function.kernel, x))
    var worst = (error: -1.0, at: Float(0), value: Float(0))
    for (x, y) in zip(x, y) {
      let error = ulps(y, from: function.reference(Double(x)))
      if error > worst.error { worst = (error, x, y) }
    }
    #expect(worst.error <= 2, "\(function)(\(worst.at)) = \(worst.value) is \(worst.error) ULP away")
  }

  /// Where functions of float32 come closest to their bound: magnitudes from 1/16 to 16, and every 61st number of them.
  @Test(arguments: Kernels.all, [ElementaryFunction.exp, .log, .tanh, .sigmoid, .erf, .erfc])
  func float32WhereItBends(_ kernels: Kernels, _ function: ElementaryFunction) throws {
    let bits = stride(from: Float(0.0625).bitPattern, to: Float(16).bitPattern, by: 61)
    let magnitudes = bits.map { Float(bitPattern: $0) }
    let x = magnitudes + magnitudes.map { -$0 }
    let y = try #require(kernels.unary(function.kernel, x))
    var worst = (error: -1.0, at: Float(0))
    for (x, y) in zip(x, y) {
      let error = ulps(y, from: function.reference(Double(x)))
      if error > worst.error { worst = (error, x) }
    }
    #expect(worst.error <= 2, "\(function)(\(worst.at)) is \(worst.error) ULP away")
  }

  @Test(arguments: Kernels.all, ElementaryFunction.allCases)
  func float64OverItsWholeRange(_ kernels: Kernels, _ function: ElementaryFunction) throws {
    let x = Self.doubles
    let y = try #require(kernels.unary(function.kernel, x))
    var worst = (error: -1.0, at: 0.0, value: 0.0)
    for (x, y) in zip(x, y) {
      let error = ulps(y, from: function.reference(Wide(x)))
      if error > worst.error { worst = (error, x, y) }
    }
    // Where no wider type exists, the reference may itself be off by one.
    let bound =
      Wide.significandBitCount > Double.significandBitCount ? function.float64Bound : function.float64Bound + 1
    #expect(worst.error <= bound, "\(function)(\(worst.at)) = \(worst.value) is \(worst.error) ULP away")
  }

  /// Arbitrary bit patterns, ordinary magnitudes, the neighbourhood of 1, and multiples of π/2 with their neighbours.
  private static let doubles: [Double] = {
    var generator = SampleGenerator(seed: 7)
    var x: [Double] = []
    for _ in 0..<20_000 {
      x.append(Double(bitPattern: generator.next()))
      x.append(Double.random(in: -800...800, using: &generator))
      x.append(Double.random(in: -4...4, using: &generator))
      x.append(Double.random(in: -1e6...1e6, using: &generator))
      let closeness = Double.exp2(-Double(Int.random(in: 0...50, using: &generator)))
      x.append(1 + Double.random(in: -1...1, using: &generator) * closeness)
      x.append((Double(Int.random(in: -600_000...600_000, using: &generator)) * .pi / 2).nextUp)
    }
    return x
  }()

  /// Arguments where float32 and float64 must give the same, exactly known result.
  static let specialValues: [(ElementaryFunction, Double, Double)] = [
    (.exp, 0, 1), (.exp, -0.0, 1), (.exp, .infinity, .infinity), (.exp, -.infinity, 0),
    (.exp, 1000, .infinity), (.exp, -1000, 0), (.exp, .nan, .nan),
    (.log, 1, 0), (.log, 0, -.infinity), (.log, -0.0, -.infinity), (.log, -1, .nan), (.log, -.infinity, .nan),
    (.log, .infinity, .infinity), (.log, .nan, .nan),
    (.tanh, 0, 0), (.tanh, -0.0, -0.0), (.tanh, .infinity, 1), (.tanh, -.infinity, -1), (.tanh, 50, 1),
    (.tanh, -50, -1), (.tanh, .nan, .nan),
    (.sigmoid, 0, 0.5), (.sigmoid, -0.0, 0.5), (.sigmoid, .infinity, 1), (.sigmoid, -.infinity, 0),
    (.sigmoid, 100, 1), (.sigmoid, -1000, 0), (.sigmoid, .nan, .nan),
    (.sin, 0, 0), (.sin, -0.0, -0.0), (.sin, .infinity, .nan), (.sin, -.infinity, .nan), (.sin, .nan, .nan),
    (.cos, 0, 1), (.cos, -0.0, 1), (.cos, .infinity, .nan), (.cos, -.infinity, .nan), (.cos, .nan, .nan),
    (.sqrt, 4, 2), (.sqrt, 0, 0), (.sqrt, -0.0, -0.0), (.sqrt, -1, .nan), (.sqrt, .infinity, .infinity),
    (.sqrt, .nan, .nan),
    (.reciprocal, 4, 0.25), (.reciprocal, 0, .infinity), (.reciprocal, -0.0, -.infinity),
    (.reciprocal, .infinity, 0), (.reciprocal, -.infinity, -0.0), (.reciprocal, .nan, .nan),
    (.erf, 0, 0), (.erf, -0.0, -0.0), (.erf, .infinity, 1), (.erf, -.infinity, -1), (.erf, .nan, .nan),
    (.erfc, 0, 1), (.erfc, -0.0, 1), (.erfc, 30, 0), (.erfc, -30, 2), (.erfc, .infinity, 0), (.erfc, -.infinity, 2),
    (.erfc, .nan, .nan),
  ]

  @Test(arguments: Kernels.all)
  func specialValues(_ kernels: Kernels) throws {
    for (function, x, expected) in Self.specialValues {
      let double = try #require(kernels.unary(function.kernel, [x])).first
      let single = try #require(kernels.unary(function.kernel, [Float(x)])).first
      #expect(isSame(double, expected), "float64 \(function)(\(x)) = \(String(describing: double))")
      #expect(isSame(single, Float(expected)), "float32 \(function)(\(x)) = \(String(describing: single))")
    }
  }

  /// Subnormal numbers are neither flushed on the way in nor on the way out.
  @Test(arguments: Kernels.all)
  func subnormals(_ kernels: Kernels) throws {
    let tiny = Float.leastNonzeroMagnitude
    for function in [ElementaryFunction.tanh, .sin] {
      #expect(try #require(kernels.unary(function.kernel, [tiny, -3 * tiny])) == [tiny, -3 * tiny], "\(function)")
    }
    let logarithm = try #require(kernels.unary(.DESCENT_LOG, [tiny, 7 * tiny]))
    #expect(ulps(logarithm[0], from: Double.log(Double(tiny))) <= 1)
    #expect(ulps(logarithm[1], from: Double.log(7 * Double(tiny))) <= 1)
    for function in [ElementaryFunction.exp, .sigmoid] {
      let y = try #require(kernels.unary(function.kernel, [Float(-103), -100, -90]))
      #expect(y[0] == tiny, "\(function)")
      #expect(y.allSatisfy { $0.isSubnormal }, "\(function)")
    }
    let tail = try #require(kernels.unary(.DESCENT_ERFC, [Float(9.3), 9.7, 10]))
    #expect(tail.allSatisfy { $0.isSubnormal }, "erfc")
    #expect(try #require(kernels.unary(.DESCENT_RECIPROCAL, [Float(0x1p127)])) == [0x1p-127])
  }
}

/// Equal numbers with equal signs of zero, or both NaN.
func isSame<T: BinaryFloatingPoint>(_ a: T?, _ b: T?) -> Bool {
  guard let a, let b else { return false }
  return a.isNaN ? b.isNaN : a == b && a.sign == b.sign
}
