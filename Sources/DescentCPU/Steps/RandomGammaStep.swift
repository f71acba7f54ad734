import CDescentKernels
import DescentGraph

/// Writes gamma-distributed pseudo-random numbers, or their logarithms.
final class RandomGammaStep: Step, @unchecked Sendable {
  private let isLogarithm: Bool
  private let count: Int
  private let type: ScalarType
  private let hasPeriod: Bool
  private let (key, concentration, result): (MemoryPlace, MemoryPlace, MemoryPlace)

  // An element takes about 0.1 µs.
  private static let itemElements = 512

  /// A key with a period has it as its third word.
  init(
    _ value: Value, isLogarithm: Bool, key: MemoryPlace, hasPeriod: Bool, concentration: MemoryPlace,
    result: MemoryPlace, summary: StepSummary
  ) {
    (self.isLogarithm, count, type, self.hasPeriod) = (isLogarithm, value.count, value.type, hasPeriod)
    (self.key, self.concentration, self.result) = (key, concentration, result)
    super.init(reads: [key.buffer, concentration.buffer], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let words = UnsafeRawPointer(context.address(of: key))
    func word(_ place: Int) -> UInt64 { (words + 8 * place).loadUnaligned(as: UInt64.self) }
    let stream = descent_gamma_stream(key0: word(0), key1: word(1), period: hasPeriod ? word(2) : 0)
    let (source, target) = (context.address(of: concentration), context.address(of: result))
    let ranges = Partition(count, unit: 1, limit: Self.itemElements)
    runInParallel(ranges.count) { item in
      let range = ranges[item]
      let offset = range.lowerBound * type.byteCount
      withUnsafePointer(to: stream) { stream in
        descent_random_gamma(
          stream, isLogarithm, type.kernel, range.count, UInt64(range.lowerBound), source + offset, target + offset)
      }
    }
  }
}
