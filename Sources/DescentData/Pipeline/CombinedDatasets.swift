extension Dataset {
  /// Pairs of the elements of this dataset and another, as long as both have some.
  public func zipped<Other: Dataset>(with other: Other) -> ZippedDataset<Self, Other> {
    ZippedDataset(first: self, second: other)
  }

  /// The elements again and again.
  ///
  /// Each round is an epoch of its own, so that shuffled datasets change their order.
  ///
  /// - Parameter times: How many rounds there are; without end unless given.
  public func repeated(_ times: Int? = nil) -> RepeatedDataset<Self> {
    RepeatedDataset(base: self, times: times.map { Swift.max(0, $0) })
  }
}

/// Pairs from two datasets; see ``Dataset/zipped(with:)``.
public struct ZippedDataset<First: Dataset, Second: Dataset>: Dataset {
  let first: First
  let second: Second

  /// The number of pairs, if either base knows how many elements it has.
  public var count: Int? { [first.count, second.count].compactMap(\.self).min() }

  /// Starts reading both.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let position = try position?.checked(numbers: 0, parts: 2)
    return Cursor(
      first: try first.cursor(epoch: epoch, from: position?.parts[0]),
      second: try second.cursor(epoch: epoch, from: position?.parts[1]))
  }

  /// Walks over both datasets.
  public struct Cursor: DatasetCursor {
    fileprivate var first: First.Cursor
    fileprivate var second: Second.Cursor

    /// The positions of both.
    public var position: DatasetPosition { DatasetPosition([], [first.position, second.position]) }

    /// The next pair, nil when either dataset is over.
    public mutating func next() throws -> (First.Element, Second.Element)? {
      guard let first = try first.next(), let second = try second.next() else { return nil }
      return (first, second)
    }
  }
}

/// A dataset read several times; see ``Dataset/repeated(_:)``.
public struct RepeatedDataset<Base: Dataset>: Dataset {
  let base: Base
  let times: Int?

  /// The number of elements of all rounds; nil if there is no end, or if the base does not know.
  public var count: Int? {
    guard let times, let count = base.count else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: times)
    return overflow ? nil : product
  }

  /// Starts reading.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let position = try position?.checked(numbers: 1, parts: 1)
    var cursor = Cursor(dataset: self, firstEpoch: epoch &* (times ?? 0), round: position?.numbers[0] ?? 0)
    if times.map({ cursor.round < $0 }) ?? true {
      cursor.base = try base.cursor(epoch: cursor.firstEpoch &+ cursor.round, from: position?.parts[0])
    }
    return cursor
  }

  /// Walks over the base again and again.
  public struct Cursor: DatasetCursor {
    fileprivate let dataset: RepeatedDataset
    fileprivate let firstEpoch: Int
    fileprivate var round: Int
    /// Nil after the last round.
    fileprivate var base: Base.Cursor?
    private var isRoundEmpty = true

    fileprivate init(dataset: RepeatedDataset, firstEpoch: Int, round: Int) {
      (self.dataset, self.firstEpoch, self.round) = (dataset, firstEpoch, round)
    }

    /// The round, and the base's position in it.
    public var position: DatasetPosition { DatasetPosition([round], [base?.position ?? DatasetPosition([])]) }

    /// The next element, nil after the last round.
    public mutating func next() throws -> Base.Element? {
      while base != nil {
        if let element = try base?.next() {
          isRoundEmpty = false
          return element
        }
        // A base without elements would be read for ever; one that goes on from its end looks empty for a round.
        let isOver = dataset.times.map { round + 1 >= $0 } ?? (isRoundEmpty && dataset.base.count == 0)
        round += 1
        base = isOver ? nil : try dataset.base.cursor(epoch: firstEpoch &+ round)
        isRoundEmpty = true
      }
      return nil
    }
  }
}

/// The elements of several datasets in turn: some of the first, some of the second, and so on, until all are over.
///
/// ```swift
/// let mixed = InterleavedDataset([files[0], files[1], files[2]], blockLength: 16)
/// ```
public struct InterleavedDataset<Base: Dataset>: Dataset {
  private let bases: [Base]
  private let blockLength: Int

  /// A dataset that takes `blockLength` elements from each of the others in turn.
  public init(_ bases: [Base], blockLength: Int = 1) {
    self.bases = bases
    self.blockLength = DatasetArgument.positive(blockLength, "InterleavedDataset", "a block")
  }

  /// The number of elements, if all bases know theirs.
  public var count: Int? {
    let counts = bases.compactMap(\.count)
    return counts.count == bases.count ? counts.reduce(0, +) : nil
  }

  /// Starts reading all of them.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let position = try position?.checked(numbers: 2 + bases.count, parts: bases.count)
    guard position.map({ $0.numbers[0] < max(1, bases.count) && $0.numbers[1] <= blockLength }) ?? true else {
      throw DatasetPosition.foreign
    }
    let cursors = try bases.indices.map { try bases[$0].cursor(epoch: epoch, from: position?.parts[$0]) }
    return Cursor(
      bases: cursors, blockLength: blockLength, current: position?.numbers[0] ?? 0, taken: position?.numbers[1] ?? 0,
      areOver: position?.numbers[2...].map { $0 > 0 } ?? bases.map { _ in false })
  }

  /// Walks over the datasets in turn.
  public struct Cursor: DatasetCursor {
    fileprivate var bases: [Base.Cursor]
    fileprivate let blockLength: Int
    fileprivate var current: Int
    /// How many elements of the current block were read.
    fileprivate var taken: Int
    fileprivate var areOver: [Bool]

    /// Whose turn it is, how much of it is over, which datasets are over, and the positions of all.
    public var position: DatasetPosition {
      DatasetPosition([current, taken] + areOver.map { $0 ? 1 : 0 }, bases.map(\.position))
    }

    /// The next element, nil when all datasets are over.
    public mutating func next() throws -> Base.Element? {
      while areOver.contains(false) {
        if taken < blockLength, !areOver[current] {
          if let element = try bases[current].next() {
            taken += 1
            return element
          }
          areOver[current] = true
        }
        (current, taken) = ((current + 1) % bases.count, 0)
      }
      return nil
    }
  }
}
