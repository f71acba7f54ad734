import CDescentKernels
import Foundation
import RealModule
import Testing

/// Arithmetic, comparison and selection agree with Swift's own, for every type, count and step.
@Suite struct ArithmeticTests {
  @Test(arguments: Kernels.all, descent_unary.all)
  func unary(_ kernels: Kernels, _ function: descent_unary) {
    checkUnary(kernels, function, Float.self) { unaryReference(function, $0) }
    checkUnary(kernels, function, Double.self) { unaryReference(function, $0) }
    checkUnary(kernels, function, Int32.self) { unaryReference(function, $0) }
    checkUnary(kernels, function, Int64.self) { unaryReference(function, $0) }
    checkUnary(kernels, function, UInt8.self) { function == .DESCENT_NOT ? 1 - $0 : nil }
  }

  private func checkUnary<T: Sampled>(
    _ kernels: Kernels, _ function: descent_unary, _: T.Type, reference: (T) -> T?
  ) {
    let isElementary = unaryReference(function, Float(1)) == nil && function != .DESCENT_NOT
    if isElementary && (T.self == Float.self || T.self == Double.self) { return }
    for count in sampleCounts {
      let x = T.samples(count, seed: UInt64(count))
      guard let y = kernels.unary(function, x) else {
        #expect(reference(T.special[0]) == nil, "\(function) of \(T.self) is missing")
        return
      }
      let expected = x.compactMap(reference)
      if let i = firstDifference(y, expected) {
        Issue.record("\(function) of \(T.self), count \(count), element \(i): \(x[i]) gave \(y[i])")
        return
      }
    }
  }

  @Test(arguments: Kernels.all, descent_binary.all)
  func binary(_ kernels: Kernels, _ function: descent_binary) {
    checkBinary(kernels, function, Float.self) { binaryReference(function, $0, $1) }
    checkBinary(kernels, function, Double.self) { binaryReference(function, $0, $1) }
    checkBinary(kernels, function, Int32.self) { binaryReference(function, $0, $1) }
    checkBinary(kernels, function, Int64.self) { binaryReference(function, $0, $1) }
    checkBinary(kernels, function, UInt8.self) { x, y in
      switch function {
      case .DESCENT_MAXIMUM, .DESCENT_OR: x | y
      case .DESCENT_MINIMUM, .DESCENT_AND: x & y
      case .DESCENT_XOR: x ^ y
      case .DESCENT_ADD, .DESCENT_SUBTRACT, .DESCENT_MULTIPLY, .DESCENT_DIVIDE, .DESCENT_POWER, .DESCENT_REMAINDER,
        .DESCENT_TRUNCATED_REMAINDER, .DESCENT_ATAN2, .DESCENT_LOGADDEXP, .DESCENT_XLOGY, .DESCENT_COPYSIGN,
        .DESCENT_SHIFT_LEFT, .DESCENT_SHIFT_RIGHT, .DESCENT_POLYGAMMA:
        nil
      }
    }
  }

  private func checkBinary<T: Sampled>(
    _ kernels: Kernels, _ function: descent_binary, _: T.Type, reference: (T, T) -> T?
  ) {
    let isRounded = [.DESCENT_POWER, .DESCENT_ATAN2, .DESCENT_LOGADDEXP, .DESCENT_XLOGY, .DESCENT_POLYGAMMA]
      .contains(function)
    if isRounded && (T.self == Float.self || T.self == Double.self) { return }
    for count in sampleCounts {
      let x = T.samples(max(count, 1), seed: UInt64(2 * count))
      let y = T.samples(max(count, 1), seed: UInt64(2 * count + 1))
      for (xStep, yStep) in stepPairs {
        guard let z = kernels.binary(function, count: count, x, step: xStep, y, step: yStep) else {
          #expect(reference(T.special[0], T.special[1]) == nil, "\(function) of \(T.self) is missing")
          return
        }
        let expected = (0..<count).compactMap { reference(x[$0 * xStep], y[$0 * yStep]) }
        if let i = firstDifference(z, expected, exactly: function != .DESCENT_MAXIMUM && function != .DESCENT_MINIMUM) {
          let operands = "\(x[i * xStep]), \(y[i * yStep])"
          Issue.record(
            "\(function) of \(T.self), count \(count), steps \(xStep) \(yStep): \(operands) gave \(z[i])")
          return
        }
      }
    }
  }

  @Test(arguments: Kernels.all, descent_comparison.all)
  func comparison(_ kernels: Kernels, _ comparison: descent_comparison) throws {
    try checkComparison(kernels, comparison, Float.self)
    try checkComparison(kernels, comparison, Double.self)
    try checkComparison(kernels, comparison, Int32.self)
    try checkComparison(kernels, comparison, Int64.self)
    try checkComparison(kernels, comparison, UInt8.self)
  }

  private func checkComparison<T: Sampled & Comparable>(
    _ kernels: Kernels, _ comparison: descent_comparison, _: T.Type
  ) throws {
    for count in sampleCounts {
      let x = T.samples(max(count, 1), seed: UInt64(count)), y = T.samples(max(count, 1), seed: UInt64(count + 1))
      for (xStep, yStep) in stepPairs {
        let z = try #require(kernels.compare(comparison, count: count, x, step: xStep, y, step: yStep))
        let expected = (0..<count).map { comparisonReference(comparison, x[$0 * xStep], y[$0 * yStep]) }
        #expect(z == expected, "\(comparison) of \(T.self), count \(count), steps \(xStep) \(yStep)")
      }
    }
  }

  @Test(arguments: Kernels.all)
  func selection(_ kernels: Kernels) {
    checkSelection(kernels, Float.self)
    checkSelection(kernels, Double.self)
    checkSelection(kernels, Int32.self)
    checkSelection(kernels, Int64.self)
    checkSelection(kernels, UInt8.self)
  }

  private func checkSelection<T: Sampled>(_ kernels: Kernels, _: T.Type) {
    for count in sampleCounts {
      let condition = UInt8.samples(count, seed: 3)
      let x = T.samples(max(count, 1), seed: 4), y = T.samples(max(count, 1), seed: 5)
      for (xStep, yStep) in stepPairs {
        let z = kernels.select(condition, x, step: xStep, y, step: yStep)
        let expected = (0..<count).map { condition[$0] == 1 ? x[$0 * xStep] : y[$0 * yStep] }
        #expect(firstDifference(z, expected) == nil, "select of \(T.self), count \(count), steps \(xStep) \(yStep)")
      }
    }
  }

  /// float32 power is within 2 ULP of C's pow, and all of pow's special cases hold for both types.
  @Test(arguments: Kernels.all)
  func power(_ kernels: Kernels) throws {
    var generator = SampleGenerator(seed: 11)
    var x: [Float] = [], y: [Float] = []
    for base in Float.special + [2, -2, 3, -3, 0.99999994, 1.0000001] {
      for exponent in Float.special + [2, -2, 3, -3, 16_777_215, -16_777_215, 8_388_607.5] {
        x.append(base)
        y.append(exponent)
      }
    }
    for _ in 0..<100_000 {
      x.append(Float.random(in: 0...8, using: &generator) * (Int.random(in: 0...9, using: &generator) == 0 ? -1 : 1))
      y.append(Float.random(in: -80...80, using: &generator).rounded(Bool.random(using: &generator) ? .down : .up))
      let closeness = Int.random(in: 0...22, using: &generator), size = Int.random(in: 0...30, using: &generator)
      x.append(1 + Float.random(in: -1...1, using: &generator) * .exp2(-Float(closeness)))
      y.append(Float.random(in: -1...1, using: &generator) * .exp2(Float(size)))
    }
    let z = try #require(kernels.binary(.DESCENT_POWER, count: x.count, x, y))
    let wide = try #require(kernels.binary(.DESCENT_POWER, count: x.count, x.map(Double.init), y.map(Double.init)))
    for i in x.indices {
      let error = ulps(z[i], from: wide[i])
      if error > 2 {
        Issue.record("\(x[i]) to the power of \(y[i]) gave \(z[i]) instead of \(wide[i]): \(error) ULP")
        return
      }
    }
    let reference = zip(x, y).map { Foundation.pow(Double($0), Double($1)) }
    let worst = zip(wide, reference).map { ulps($0, from: $1) }.max() ?? 0
    #expect(worst <= 1, "float64 power")
    let part = try #require(kernels.binary(.DESCENT_POWER, count: 601, Array(x[1003..<1604]), Array(y[1003..<1604])))
    #expect(firstDifference(part, Array(z[1003..<1604])) == nil, "power depends on the position")
  }

  /// An element's result does not depend on where in a block it stands, nor on the block being overwritten.
  @Test(arguments: Kernels.all, descent_unary.all)
  func positionDoesNotMatter(_ kernels: Kernels, _ function: descent_unary) {
    checkPositions(kernels, function, Float.self)
    checkPositions(kernels, function, Double.self)
    checkPositions(kernels, function, Int32.self)
    checkPositions(kernels, function, UInt8.self)
  }

  private func checkPositions<T: Sampled>(_ kernels: Kernels, _ function: descent_unary, _: T.Type) {
    let x = T.samples(200, seed: 21)
    guard let kernel = kernels.unaryKernel(function, T.kernelType), let whole = kernels.unary(function, x) else {
      return
    }
    for start in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89] {
      for end in [start, start + 1, start + 6, start + 17, start + 67, 200] {
        let part = kernels.unary(function, Array(x[start..<end])) ?? []
        #expect(firstDifference(part, Array(whole[start..<end])) == nil, "\(function) of \(T.self), \(start)..<\(end)")
      }
    }
    var inPlace = x
    inPlace.withUnsafeMutableBytes { kernel(200, $0.baseAddress!, $0.baseAddress!) }
    #expect(firstDifference(inPlace, whole) == nil, "\(function) of \(T.self) in place")
  }
}
