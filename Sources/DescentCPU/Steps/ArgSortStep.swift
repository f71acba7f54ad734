import DescentGraph

/// Finds the order of the elements of each row: a stable one, with NaN at the end.
final class ArgSortStep: Step, @unchecked Sendable {
  private let (rowCount, length): (Int, Int)
  private let type: ScalarType
  private let isDescending: Bool
  private let (source, result): (MemoryPlace, MemoryPlace)

  // Rows with about this many elements are sorted by one item of parallel work.
  private static let itemElements = 4096

  init(
    _ value: Value, isDescending: Bool, type: ScalarType, source: MemoryPlace, result: MemoryPlace, summary: StepSummary
  ) {
    length = value.shape.last ?? 1
    rowCount = value.count / length
    (self.isDescending, self.type, self.source, self.result) = (isDescending, type, source, result)
    super.init(reads: [source.buffer], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let x = UnsafeRawPointer(context.address(of: source))
    let order = context.address(of: result).assumingMemoryBound(to: Int64.self)
    switch type {
    case .float32: sort(x.assumingMemoryBound(to: Float.self), order) { self.key(Double($0)) }
    case .float64: sort(x.assumingMemoryBound(to: Double.self), order) { self.key($0) }
    case .int32: sort(x.assumingMemoryBound(to: Int32.self), order) { self.key(Int64($0)) }
    case .int64: sort(x.assumingMemoryBound(to: Int64.self), order) { self.key($0) }
    case .uint64: sort(x.assumingMemoryBound(to: Int64.self), order) { self.key($0 ^ .min) }
    case .bool: sort(x.assumingMemoryBound(to: UInt8.self), order) { self.key(Int64($0 == 0 ? 0 : 1)) }
    case .float16, .bfloat16, .int8, .int16, .uint8, .uint16, .uint32:
      preconditionFailure("\(type) is computed in another type")
    }
  }

  /// An integer that is ordered as the result must be.
  private func key(_ value: Int64) -> Int64 { isDescending ? ~value : value }

  /// The bits of a number, whose order is the number's if it is positive and the opposite if it is negative.
  private func key(_ value: Double) -> Int64 {
    if value.isNaN { return .max }
    let bits = Int64(bitPattern: value.bitPattern)
    // Both zeros are 0.
    return key(bits < 0 ? Int64.min &- bits : bits)
  }

  /// Positions break ties, so no two pairs are equal and the order is stable.
  private func sort<Element>(
    _ x: UnsafePointer<Element>, _ order: UnsafeMutablePointer<Int64>, _ key: (Element) -> Int64
  ) {
    let items = Partition(rowCount, unit: 1, limit: max(1, Self.itemElements / length))
    runInParallel(items.count) { item in
      for row in items[item] {
        let start = row * length
        var pairs = (0..<length).map { (key: key(x[start + $0]), place: Int64($0)) }
        pairs.sort { ($0.key, $0.place) < ($1.key, $1.place) }
        for (place, pair) in pairs.enumerated() { (order + start + place).initialize(to: pair.place) }
      }
    }
  }
}
