import DescentGraph
import DescentTensor

/// An ``IndexedDataset`` of samples that makes a batch in one go, faster than from samples one by one.
public protocol BatchedDataset: IndexedDataset where Element == Sample {
  /// The samples at some indices, one a row.
  func batch(at indices: [Int]) throws -> Samples
}

extension BatchedDataset {
  /// The sample at an index.
  public func element(at index: Int) throws -> Sample {
    let row = try batch(at: [index])
    func only(_ tensor: Tensor) -> Tensor { tensor.reshaped(to: Array(tensor.shape.dimensions.dropFirst())) }
    return Sample(input: only(row.inputs), target: only(row.targets))
  }

  /// The samples in consecutive groups, one sample a row.
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has, 1 or more.
  ///   - droppingRemainder: Whether a shorter last batch is left out.
  public func batched(of size: Int, droppingRemainder: Bool = false) -> RowBatches<Self> {
    RowBatches(base: self, seed: nil, size: size, droppingRemainder: droppingRemainder)
  }
}

extension ShuffledDataset where Base: BatchedDataset {
  /// The samples in consecutive groups of the shuffled order, one sample a row.
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has, 1 or more.
  ///   - droppingRemainder: Whether a shorter last batch is left out.
  public func batched(of size: Int, droppingRemainder: Bool = false) -> RowBatches<Base> {
    RowBatches(base: base, seed: seed, size: size, droppingRemainder: droppingRemainder)
  }
}

/// Batches made of the rows of a ``BatchedDataset``, in order or shuffled.
public struct RowBatches<Base: BatchedDataset>: Dataset {
  private let base: Base
  private let seed: UInt64?
  private let size: Int
  private let droppingRemainder: Bool

  init(base: Base, seed: UInt64?, size: Int, droppingRemainder: Bool) {
    (self.base, self.seed, self.droppingRemainder) = (base, seed, droppingRemainder)
    self.size = DatasetArgument.positive(size, "batched", "a batch")
  }

  /// The number of batches.
  public var count: Int? { DatasetArgument.batchCount(base.elementCount, size, droppingRemainder) }

  /// Starts reading in the order of an epoch.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let order = seed.map { ShuffledDataset(base: base, seed: $0).order(epoch: epoch) }
    let place = try position?.checked(numbers: 1, parts: 0).numbers[0] ?? 0
    let count = droppingRemainder ? base.elementCount / size * size : base.elementCount
    return Cursor(base: base, order: order, size: size, count: count, place: place)
  }

  /// Walks over the batches.
  public struct Cursor: DatasetCursor {
    fileprivate let base: Base
    fileprivate let order: [Int]?
    fileprivate let size: Int
    fileprivate let count: Int
    fileprivate var place: Int

    /// How many samples were read.
    public var position: DatasetPosition { DatasetPosition([place]) }

    /// The next batch, nil after the last.
    public mutating func next() throws -> Samples? {
      guard place < count else { return nil }
      let rows = place..<place + Swift.min(size, count - place)
      let batch = try base.batch(at: order.map { Array($0[rows]) } ?? Array(rows))
      place = rows.upperBound
      return batch
    }
  }
}

extension DatasetArgument {
  /// The number of batches that elements make.
  static func batchCount(_ count: Int, _ size: Int, _ droppingRemainder: Bool) -> Int {
    count / size + (droppingRemainder || count % size == 0 ? 0 : 1)
  }
}
