extension Dataset {
  /// The elements that a function makes of each element, one after the other: a row into several, a batch into samples.
  public func flatMap<Output: Sendable>(
    _ transform: @escaping @Sendable (Element) throws -> [Output]
  ) -> FlattenedDataset<Self, Output> { FlattenedDataset(base: self, transform: transform) }
}

extension Dataset where Element == Samples {
  /// The samples of all batches one by one, to be shuffled and batched anew.
  public func unbatched() -> FlattenedDataset<Self, Sample> {
    flatMap { batch in try batch.dataset.collected() }
  }
}

/// A dataset whose elements were made of those of another, several of one; see ``Dataset/flatMap(_:)``.
public struct FlattenedDataset<Base: Dataset, Element: Sendable>: Dataset {
  let base: Base
  let transform: @Sendable (Base.Element) throws -> [Element]

  /// Not known before all elements were read.
  public var count: Int? { nil }

  /// Starts reading.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let position = try position?.checked(numbers: 1, parts: 1)
    var cursor = Cursor(base: try base.cursor(epoch: epoch, from: position?.parts[0]), transform: transform)
    try cursor.skip(position?.numbers[0] ?? 0)
    return cursor
  }

  /// Walks over the base, and over what is made of each element.
  public struct Cursor: DatasetCursor {
    fileprivate var base: Base.Cursor
    fileprivate let transform: @Sendable (Base.Element) throws -> [Element]
    /// The base's position before the element that `made` was made of.
    private var start: DatasetPosition
    private var made: [Element] = []
    private var place = 0

    fileprivate init(base: Base.Cursor, transform: @escaping @Sendable (Base.Element) throws -> [Element]) {
      (self.base, self.transform) = (base, transform)
      start = base.position
    }

    /// Goes past some of what is made of the next element.
    fileprivate mutating func skip(_ count: Int) throws {
      guard count > 0 else { return }
      made = try base.next().map(transform) ?? []
      guard count <= made.count else { throw DatasetPosition.foreign }
      place = count
    }

    /// How much of what an element became was handed out, and the base's position before that element.
    public var position: DatasetPosition {
      place < made.count ? DatasetPosition([place], [start]) : DatasetPosition([0], [base.position])
    }

    /// The next element, nil after the last.
    public mutating func next() throws -> Element? {
      while place == made.count {
        start = base.position
        guard let element = try base.next() else { return nil }
        (made, place) = (try transform(element), 0)
      }
      place += 1
      return made[place - 1]
    }
  }
}
