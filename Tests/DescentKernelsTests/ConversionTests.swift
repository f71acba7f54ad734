import CDescentKernels
import Testing

/// Conversions round, saturate and wrap as they should, between every pair of types.
@Suite struct ConversionTests {
  @Test(arguments: Kernels.all)
  func fromFloatingPoint(_ kernels: Kernels) {
    for count in sampleCounts {
      let single = Float.samples(count, seed: UInt64(count)), double = Double.samples(count, seed: UInt64(count))
      check(kernels, single) { Double($0) }
      check(kernels, double) { Float($0) }
      check(kernels, single) { $0 }
      check(kernels, double) { $0 }
      check(kernels, single) { Self.saturated($0, Int32.self) }
      check(kernels, single) { Self.saturated($0, Int64.self) }
      check(kernels, double) { Self.saturated($0, Int32.self) }
      check(kernels, double) { Self.saturated($0, Int64.self) }
      check(kernels, single) { $0 != 0 ? UInt8(1) : 0 }
      check(kernels, double) { $0 != 0 ? UInt8(1) : 0 }
    }
  }

  @Test(arguments: Kernels.all)
  func fromIntegers(_ kernels: Kernels) {
    for count in sampleCounts {
      let narrow = Int32.samples(count, seed: UInt64(count)), wide = Int64.samples(count, seed: UInt64(count))
      check(kernels, narrow) { Float($0) }
      check(kernels, narrow) { Double($0) }
      check(kernels, narrow) { $0 }
      check(kernels, narrow) { Int64($0) }
      check(kernels, narrow) { $0 != 0 ? UInt8(1) : 0 }
      check(kernels, wide) { Float($0) }
      check(kernels, wide) { Double($0) }
      check(kernels, wide) { Int32(truncatingIfNeeded: $0) }
      check(kernels, wide) { $0 }
      check(kernels, wide) { $0 != 0 ? UInt8(1) : 0 }
    }
  }

  @Test(arguments: Kernels.all)
  func fromBool(_ kernels: Kernels) {
    for count in sampleCounts {
      let flags = UInt8.samples(count, seed: UInt64(count))
      check(kernels, flags) { Float($0) }
      check(kernels, flags) { Double($0) }
      check(kernels, flags) { Int32($0) }
      check(kernels, flags) { Int64($0) }
      check(kernels, flags) { $0 }
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

  private static func saturated<F: BinaryFloatingPoint, I: FixedWidthInteger>(_ x: F, _: I.Type) -> I {
    if x.isNaN { return 0 }
    return I(exactly: x.rounded(.towardZero)) ?? (x < 0 ? .min : .max)
  }
}
