import CDescentKernels
import DescentGraph

/// Writes 0, 1, 2, ….
final class IotaStep: Step, @unchecked Sendable {
  private let count: Int
  private let type: ScalarType
  private let result: MemoryPlace

  init(_ value: Value, result: MemoryPlace, summary: StepSummary) {
    (count, type, self.result) = (value.count, value.type, result)
    super.init(reads: [], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let address = context.address(of: result)
    switch type {
    case .float32: write(address) { Float($0) }
    case .float64: write(address) { Double($0) }
    case .int32: write(address) { Int32(truncatingIfNeeded: $0) }
    case .int64: write(address) { Int64($0) }
    case .uint64: write(address) { UInt64($0) }
    case .float16, .bfloat16, .int8, .int16, .uint8, .uint16, .uint32, .bool:
      preconditionFailure("\(type) numbers are converted")
    }
  }

  @inline(__always)
  private func write<Element>(_ address: UnsafeMutableRawPointer, _ element: (Int) -> Element) {
    let elements = address.assumingMemoryBound(to: Element.self)
    for index in 0..<count { (elements + index).initialize(to: element(index)) }
  }
}

/// Writes pseudo-random numbers.
final class RandomStep: Step, @unchecked Sendable {
  private let kernel: descent_random_kernel
  private let count: Int
  private let elementSize: Int
  private let (key, result): (MemoryPlace, MemoryPlace)

  // The stream can be entered at multiples of 4.
  private static let itemElements = 16384

  init(_ value: Value, _ kernel: descent_random_kernel, key: MemoryPlace, result: MemoryPlace, summary: StepSummary) {
    (self.kernel, count, elementSize) = (kernel, value.count, value.type.byteCount)
    (self.key, self.result) = (key, result)
    super.init(reads: [key.buffer], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let words = UnsafeRawPointer(context.address(of: key))
    let (first, second) = (words.loadUnaligned(as: UInt64.self), (words + 8).loadUnaligned(as: UInt64.self))
    let address = context.address(of: result)
    let ranges = Partition(count, unit: Self.itemElements, limit: Self.itemElements)
    runInParallel(ranges.count) { item in
      let range = ranges[item]
      kernel(range.count, UInt64(range.lowerBound), first, second, address + range.lowerBound * elementSize)
    }
  }
}
