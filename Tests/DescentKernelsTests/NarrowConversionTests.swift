import CDescentKernels
import Testing

/// The pattern of a bfloat16: the upper half of a float32.
struct Brain: KernelElement {
  static var kernelType: descent_type { .DESCENT_BFLOAT16 }
  var bits: UInt16

  var float: Float { Float(bitPattern: UInt32(bits) << 16) }

  init(bits: UInt16) { self.bits = bits }

  /// The nearest of the two candidates around a number of few enough bits that Int128 holds it exactly, or of a Double.
  init(nearest value: Double) {
    var low = Float(value)
    if Double(low).magnitude > value.magnitude { low = low.sign == .minus ? low.nextUp : low.nextDown }
    let cut = UInt16(truncatingIfNeeded: low.bitPattern >> 16)
    bits = cut
    guard value.isFinite else { return }
    let (below, above) = (Double(float), cut & 0x7FFF == 0x7F7F ? 0x1p128 : Double(Brain(bits: cut + 1).float))
    let middle = (below.magnitude + above.magnitude) / 2
    if value.magnitude > middle || (value.magnitude == middle && cut % 2 == 1) { bits = cut + 1 }
  }

  static func == (x: Brain, y: Brain) -> Bool { x.bits == y.bits || (x.float.isNaN && y.float.isNaN) }
}

/// Conversions to and from the types for storing, on every instruction set.
@Suite struct NarrowConversionTests {
  private static let patterns = Array(UInt16.min...UInt16.max)

  /// Every number of the narrow types, there and back.
  @Test(arguments: Kernels.all) func everyPatternWidens(_ kernels: Kernels) {
    check(kernels, Self.patterns.map(Float16.init(bitPattern:))) { Float($0) }
    check(kernels, Self.patterns.map(Float16.init(bitPattern:)).map { Float($0) }) { Float16($0) }
    check(kernels, Self.patterns.map(Brain.init)) { $0.float }
    check(kernels, Self.patterns.map { Brain(bits: $0).float }) { Brain(bits: UInt16($0.bitPattern >> 16)) }
    check(kernels, Self.patterns.map(Int16.init(bitPattern:))) { Int32($0) }
    check(kernels, Self.patterns) { Int32($0) }
    check(kernels, (Int8.min...Int8.max).map { $0 }) { Int32($0) }
  }

  /// The middle between every two neighbours, and the numbers beside it.
  @Test(arguments: Kernels.all) func everyMiddleRoundsToEven(_ kernels: Kernels) {
    let halves = (UInt16(0)..<0x7C00).flatMap { pattern -> [Double] in
      let (low, high) = (Float16(bitPattern: pattern), Float16(bitPattern: pattern + 1))
      let middle = (Double(low) + (high.isFinite ? Double(high) : 65536)) / 2
      return [middle, middle.nextUp, middle.nextDown, -middle]
    }
    check(kernels, halves) { Float16($0) }
    check(kernels, halves.flatMap { [Float($0), Float($0).nextUp, Float($0).nextDown] }) { Float16($0) }
    let brains = (UInt16(0)..<0x7F80).flatMap { pattern -> [Double] in
      let (low, high) = (Brain(bits: pattern).float, Brain(bits: pattern + 1).float)
      let middle = (Double(low) + (high.isFinite ? Double(high) : 0x1p128)) / 2
      return [middle, middle.nextUp, middle.nextDown, -middle]
    }
    check(kernels, brains) { Brain(nearest: $0) }
    check(kernels, brains.flatMap { [Float($0), Float($0).nextUp, Float($0).nextDown] }) { Brain(nearest: Double($0)) }
  }

  @Test(arguments: Kernels.all) func integersBecomeBFloat16(_ kernels: Kernels) {
    for count in sampleCounts {
      let narrow = Int32.samples(count, seed: UInt64(count)), wide = Int64.samples(count, seed: UInt64(count))
      check(kernels, narrow) { Brain(nearest: Double($0)) }
      check(kernels, wide) { Self.nearest($0 < 0, $0.magnitude) }
      check(kernels, wide.map { UInt64(bitPattern: $0) }) { Self.nearest(false, $0) }
    }
    for power in 8..<63 {
      let middle = UInt64(1) << power + UInt64(1) << (power - 8)
      let values = [middle - 1, middle, middle + 1, 3 * (middle >> 2)]
      check(kernels, values) { Self.nearest(false, $0) }
      check(kernels, values.map { -Int64($0) }) { Self.nearest(true, $0.magnitude) }
    }
  }

  /// By integers alone: the first 8 bits, and one more if the rest is over the half, or the half of an odd number.
  private static func nearest(_ isNegative: Bool, _ size: UInt64) -> Brain {
    let shift = UInt64(Swift.max(0, 56 - size.leadingZeroBitCount))
    let (kept, rest) = (size >> shift, size & (1 << shift - 1))
    let half: UInt64 = shift == 0 ? 1 : 1 << (shift - 1)
    let rounded = kept + (rest > half || (rest == half && kept % 2 == 1) ? 1 : 0)
    let value = Float(rounded) * Float(sign: .plus, exponent: Int(shift), significand: 1)
    return Brain(bits: UInt16((isNegative && size > 0 ? -value : value).bitPattern >> 16))
  }

  @Test(arguments: Kernels.all) func integersWrapAndUnsignedSaturate(_ kernels: Kernels) {
    for count in sampleCounts {
      let narrow = Int32.samples(count, seed: UInt64(count)), wide = Int64.samples(count, seed: UInt64(count))
      let unsigned = wide.map { UInt64(bitPattern: $0) }
      check(kernels, narrow) { Int8(truncatingIfNeeded: $0) }
      check(kernels, narrow) { Int16(truncatingIfNeeded: $0) }
      check(kernels, narrow) { UInt16(truncatingIfNeeded: $0) }
      check(kernels, narrow) { UInt64(truncatingIfNeeded: $0) }
      check(kernels, wide) { UInt32(truncatingIfNeeded: $0) }
      check(kernels, wide) { UInt64(bitPattern: $0) }
      check(kernels, wide.map { UInt32(truncatingIfNeeded: $0) }) { Int64($0) }
      check(kernels, unsigned) { Float($0) }
      check(kernels, unsigned) { Double($0) }
      check(kernels, unsigned) { Int32(truncatingIfNeeded: $0) }
      check(kernels, unsigned) { Int64(bitPattern: $0) }
      check(kernels, unsigned) { $0 != 0 ? UInt8(1) : 0 }
      check(kernels, Float.samples(count, seed: 1)) { Self.saturated(Double($0)) }
      check(kernels, Double.samples(count, seed: 1)) { Self.saturated($0) }
    }
  }

  private static func saturated(_ x: Double) -> UInt64 {
    x.isNaN ? 0 : UInt64(exactly: x.rounded(.towardZero)) ?? (x < 0 ? .min : .max)
  }

  /// uint64 has kernels of its own where a sign would matter.
  @Test(arguments: Kernels.all) func unsignedArithmetic(_ kernels: Kernels) {
    for count in sampleCounts where count > 0 {
      let x = Int64.samples(count, seed: 1).map { UInt64(bitPattern: $0) }
      let y = Int64.samples(count, seed: 2).map { UInt64(bitPattern: $0) }
      func expect(_ function: descent_binary, _ reference: (UInt64, UInt64) -> UInt64) {
        #expect(kernels.binary(function, count: count, x, y) == zip(x, y).map(reference), "\(function) of \(count)")
      }
      expect(.DESCENT_DIVIDE) { $1 == 0 ? 0 : $0 / $1 }
      expect(.DESCENT_REMAINDER) { $1 == 0 ? 0 : $0 % $1 }
      expect(.DESCENT_TRUNCATED_REMAINDER) { $1 == 0 ? 0 : $0 % $1 }
      expect(.DESCENT_MAXIMUM) { max($0, $1) }
      expect(.DESCENT_MINIMUM) { min($0, $1) }
      expect(.DESCENT_SHIFT_LEFT) { $0 << $1 }
      expect(.DESCENT_SHIFT_RIGHT) { $0 >> $1 }
      #expect(kernels.compare(.DESCENT_LESS, count: count, x, y) == zip(x, y).map { $0 < $1 ? 1 : 0 })
      #expect(kernels.compare(.DESCENT_GREATER_EQUAL, count: count, x, y) == zip(x, y).map { $0 >= $1 ? 1 : 0 })
      #expect(kernels.unary(.DESCENT_SIGN, x) == x.map { $0 == 0 ? 0 : 1 } && kernels.unary(.DESCENT_RELU, x) == x)
      #expect(kernels.reduceRows(.DESCENT_MAX, rows: 1, columns: count, x) == [x.max() ?? 0])
      #expect(kernels.reduceRows(.DESCENT_MIN, rows: 1, columns: count, x) == [x.min() ?? 0])
      let largest = x.firstIndex(of: x.max() ?? 0) ?? 0
      #expect(kernels.argument(largest: true, rows: 1, columns: count, x) == [Int64(largest)])
    }
  }

  private func check<From: KernelElement, To: KernelElement>(
    _ kernels: Kernels, _ x: [From], reference: (From) -> To
  ) {
    let y = kernels.convert(x, to: To.self)
    if let i = firstDifference(y, x.map(reference)) {
      Issue.record("\(From.self) to \(To.self), element \(i) of \(x.count): \(x[i]) gave \(y[i])")
    }
  }
}
