extension Dataset {
  /// The elements for which a function returns true, in order.
  public func filter(_ isIncluded: @escaping @Sendable (Element) throws -> Bool) -> FilteredDataset<Self> {
    FilteredDataset(base: self, isIncluded: isIncluded)
  }

  /// The first elements, at most `length` of them.
  public func prefix(_ length: Int) -> DatasetRange<Self> {
    DatasetRange(base: self, start: 0, end: Swift.max(0, length))
  }

  /// All but the first elements, which are read and thrown away.
  public func dropFirst(_ length: Int = 1) -> DatasetRange<Self> {
    DatasetRange(base: self, start: Swift.max(0, length), end: .max)
  }
}

/// The elements of a dataset that pass a test; see ``Dataset/filter(_:)``.
public struct FilteredDataset<Base: Dataset>: Dataset {
  let base: Base
  let isIncluded: @Sendable (Base.Element) throws -> Bool

  /// Not known before all elements were tested.
  public var count: Int? { nil }

  /// Starts reading.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    Cursor(base: try base.cursor(epoch: epoch, from: position), isIncluded: isIncluded)
  }

  /// Walks over the base and leaves elements out.
  public struct Cursor: DatasetCursor {
    fileprivate var base: Base.Cursor
    fileprivate let isIncluded: @Sendable (Base.Element) throws -> Bool

    /// The base's position.
    public var position: DatasetPosition { base.position }

    /// The next element, nil after the last.
    public mutating func next() throws -> Base.Element? {
      while let element = try base.next() {
        if try isIncluded(element) { return element }
      }
      return nil
    }
  }
}

/// A stretch of a dataset; see ``Dataset/prefix(_:)`` and ``Dataset/dropFirst(_:)``.
public struct DatasetRange<Base: Dataset>: Dataset {
  let base: Base
  let start: Int
  let end: Int

  /// The number of elements, if the base knows it.
  public var count: Int? { base.count.map { Swift.max(0, Swift.min($0, end) - start) } }

  /// Starts reading.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let position = try position?.checked(numbers: 1, parts: 1)
    let base = try self.base.cursor(epoch: epoch, from: position?.parts[0])
    return Cursor(base: base, start: start, end: end, place: position?.numbers[0] ?? 0)
  }

  /// Walks over the base up to the end of the stretch.
  public struct Cursor: DatasetCursor {
    fileprivate var base: Base.Cursor
    fileprivate let start: Int
    fileprivate let end: Int
    fileprivate var place: Int

    /// How many elements of the base were read, and its position.
    public var position: DatasetPosition { DatasetPosition([place], [base.position]) }

    /// The next element, nil after the last.
    public mutating func next() throws -> Base.Element? {
      while place < end, let element = try base.next() {
        place += 1
        if place > start { return element }
      }
      return nil
    }
  }
}
