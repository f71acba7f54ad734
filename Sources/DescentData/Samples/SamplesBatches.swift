import DescentGraph
import DescentTensor

extension Samples {
  /// The samples in consecutive groups, each copied into memory of its own when its turn comes.
  ///
  /// ```swift
  /// for batch in train.shuffled(using: random).batches(of: 128) { step(batch.inputs, batch.targets) }
  /// ```
  ///
  /// - Parameters:
  ///   - size: How many samples a batch has, 1 or more.
  ///   - droppingRemainder: Whether a shorter last batch is left out.
  public func batches(of size: Int, droppingRemainder: Bool = false) -> Batches {
    if size < 1 {
      Failure.stop(.init(.invalidArgument, "batches", "a batch of \(size) samples can't be made; ask for 1 or more"))
    }
    return Batches(samples: self, size: size, droppingRemainder: droppingRemainder)
  }

  /// Consecutive groups of samples; see ``Samples/batches(of:droppingRemainder:)``.
  public struct Batches: Sequence, Sendable {
    let samples: Samples
    let size: Int
    let droppingRemainder: Bool

    /// The number of batches.
    public var count: Int {
      guard size > 0 else { return 0 }
      return droppingRemainder ? samples.count / size : (samples.count + size - 1) / size
    }

    /// Starts at the first batch.
    public func makeIterator() -> Iterator { Iterator(batches: self, remaining: count) }

    /// Walks over the batches.
    public struct Iterator: IteratorProtocol {
      let batches: Batches
      var remaining: Int
      var start = 0

      init(batches: Batches, remaining: Int) {
        self.batches = batches
        self.remaining = remaining
      }

      /// The next batch, nil after the last.
      public mutating func next() -> Samples? {
        guard remaining > 0 else { return nil }
        let rows = start..<Swift.min(start + batches.size, batches.samples.count)
        remaining -= 1
        start = rows.upperBound
        return batches.samples.copyingRows(rows)
      }
    }
  }

  /// A range of the samples with tensors of their own.
  private func copyingRows(_ range: Range<Int>) -> Samples {
    if let order {
      return Samples(
        inputs: allInputs.copyingRows(order[range]), targets: allTargets.copyingRows(order[range]),
        classNames: classNames)
    }
    return Samples(
      inputs: allInputs.copyingRows(range), targets: allTargets.copyingRows(range), classNames: classNames)
  }
}
