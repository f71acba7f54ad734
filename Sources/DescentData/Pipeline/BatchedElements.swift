import DescentGraph
import DescentTensor

extension Dataset where Element == Sample {
  /// The samples in consecutive groups, one sample a row; all samples of a batch must have the same shapes.
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has, 1 or more.
  ///   - droppingRemainder: Whether a shorter last batch is left out.
  public func batched(of size: Int, droppingRemainder: Bool = false) -> BatchedElements<Self, Samples> {
    grouped(size, droppingRemainder) { samples in
      Samples(
        inputs: try Stacking.stack(samples.map(\.input)), targets: try Stacking.stack(samples.map(\.target)))
    }
  }

  /// The samples in consecutive groups, each tensor padded at the ends of its axes to the largest of the batch.
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has, 1 or more.
  ///   - padding: What inputs are filled up with.
  ///   - targetPadding: What targets are filled up with.
  ///   - droppingRemainder: Whether a shorter last batch is left out.
  public func paddedBatches(
    of size: Int, padding: Double = 0, targetPadding: Double = 0, droppingRemainder: Bool = false
  ) -> BatchedElements<Self, Samples> {
    grouped(size, droppingRemainder) { samples in
      Samples(
        inputs: try Stacking.stack(samples.map(\.input), padding: padding),
        targets: try Stacking.stack(samples.map(\.target), padding: targetPadding))
    }
  }
}

extension Dataset where Element: TensorStructure {
  /// Groups of consecutive elements: each tensor gets a new first axis, along which the elements stand.
  ///
  /// Elements are tensors, or structs, arrays or dictionaries of them; all of a batch must have the same shapes.
  public func batched(of size: Int, droppingRemainder: Bool = false) -> BatchedElements<Self, Element> {
    grouped(size, droppingRemainder) { try Stacking.stack($0) }
  }

  /// Groups of consecutive elements, each tensor padded at the ends of its axes to the largest of the batch.
  ///
  /// ```swift
  /// let sentences = ArrayDataset(try texts.map { Tensor(scalars: try vocabulary.encode($0)) }).paddedBatches(of: 32)
  /// ```
  public func paddedBatches(
    of size: Int, padding: Double = 0, droppingRemainder: Bool = false
  ) -> BatchedElements<Self, Element> {
    grouped(size, droppingRemainder) { try Stacking.stack($0, padding: padding) }
  }
}

extension Dataset {
  /// Groups of consecutive pairs: each tensor gets a new first axis, along which the elements stand.
  public func batched<First: TensorStructure & Sendable, Second: TensorStructure & Sendable>(
    of size: Int, droppingRemainder: Bool = false
  ) -> BatchedElements<Self, (First, Second)> where Element == (First, Second) {
    grouped(size, droppingRemainder) { pairs in
      (try Stacking.stack(pairs.map(\.0)), try Stacking.stack(pairs.map(\.1)))
    }
  }

  /// Groups of consecutive elements, made into batches by a function.
  ///
  /// - Parameters:
  ///   - size: How many elements a batch has, 1 or more.
  ///   - droppingRemainder: Whether a shorter last batch is left out.
  ///   - collate: Makes a batch of 1 to `size` elements.
  public func batched<Batch: Sendable>(
    of size: Int, droppingRemainder: Bool = false, collate: @escaping @Sendable ([Element]) throws -> Batch
  ) -> BatchedElements<Self, Batch> { grouped(size, droppingRemainder, collate) }

  fileprivate func grouped<Batch: Sendable>(
    _ size: Int, _ droppingRemainder: Bool, _ collate: @escaping @Sendable ([Element]) throws -> Batch
  ) -> BatchedElements<Self, Batch> {
    BatchedElements(
      base: self, size: DatasetArgument.positive(size, "batched", "a batch"), droppingRemainder: droppingRemainder,
      collate: collate)
  }
}

/// Batches of a dataset's elements; see ``Dataset/batched(of:droppingRemainder:collate:)``.
public struct BatchedElements<Base: Dataset, Element: Sendable>: Dataset {
  let base: Base
  let size: Int
  let droppingRemainder: Bool
  let collate: @Sendable ([Base.Element]) throws -> Element

  /// The number of batches, if the base knows its number of elements.
  public var count: Int? { base.count.map { DatasetArgument.batchCount($0, size, droppingRemainder) } }

  /// Starts reading.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    Cursor(dataset: self, base: try base.cursor(epoch: epoch, from: position))
  }

  /// Walks over the batches.
  public struct Cursor: DatasetCursor {
    fileprivate let dataset: BatchedElements
    fileprivate var base: Base.Cursor

    /// The base's position.
    public var position: DatasetPosition { base.position }

    /// The next batch, nil after the last.
    public mutating func next() throws -> Element? {
      var elements: [Base.Element] = []
      while elements.count < dataset.size, let element = try base.next() { elements.append(element) }
      let isShort = elements.count < dataset.size
      guard !elements.isEmpty, !(isShort && dataset.droppingRemainder) else { return nil }
      return try dataset.collate(elements)
    }
  }
}

/// Puts elements beside one another.
enum Stacking {
  /// Elements along a new first axis of each tensor; tensors of different shapes are padded if that is asked for.
  static func stack<Element: TensorStructure>(_ elements: [Element], padding: Double? = nil) throws -> Element {
    let columns = elements.map(\.tensors)
    guard let first = columns.first, columns.allSatisfy({ $0.count == first.count }) else {
      throw TensorError(.shapeMismatch, "batched", "the elements of one batch have different numbers of tensors")
    }
    let stacked = try first.indices.map { index in
      try stack(columns.map { $0[index] }, padding: padding)
    }
    return elements[0].replacingTensors(with: stacked)
  }

  static func stack(_ rows: [Tensor], padding: Double? = nil) throws -> Tensor {
    let first = rows[0]
    guard let other = rows.first(where: { $0.shape != first.shape || $0.scalarType != first.scalarType }) else {
      try evaluate(rows)
      return Tensor.stackingRows(rows)
    }
    guard let padding, rows.allSatisfy({ $0.rank == first.rank && $0.scalarType == first.scalarType }) else {
      throw TensorError(
        .shapeMismatch, "batched",
        "the elements of one batch are \(first.scalarType) \(first.shape) and \(other.scalarType) \(other.shape); "
          + "bring them to one shape, or use paddedBatches(of:)")
    }
    let largest = Shape((0..<first.rank).map { axis in rows.map { $0.shape[axis] }.max() ?? 0 })
    let padded = rows.map { row in
      row.padded(
        low: row.shape.dimensions.map { _ in 0 }, high: (0..<row.rank).map { largest[$0] - row.shape[$0] },
        mode: .constant(padding))
    }
    try evaluate(padded)
    return Tensor.stackingRows(padded)
  }
}
