import Synchronization

extension Dataset {
  /// The elements of the first epoch, kept in memory once they have all been read.
  ///
  /// What changes from epoch to epoch, shuffling and random augmentation, belongs behind it:
  /// `folder.map(load).cached().map(seed: 1, flip)`.
  public func cached() -> CachedDataset<Self> { CachedDataset(base: self) }
}

/// A dataset that remembers its elements; see ``Dataset/cached()``.
public struct CachedDataset<Base: Dataset>: Dataset {
  let base: Base
  private let memory = DatasetMemory<Base.Element>()

  init(base: Base) { self.base = base }

  /// The number of elements, if the base knows it or all have been read.
  public var count: Int? { base.count ?? memory.elements?.count }

  /// Starts reading, from memory if all elements are there.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let place = try position.map { position in
      try position.checked(numbers: 1, parts: position.parts.isEmpty ? 0 : 1).numbers[0]
    }
    var cursor = Cursor(memory: memory, known: memory.elements, place: place ?? 0)
    guard cursor.known == nil else { return cursor }
    let start = position?.parts.first
    cursor.base = try base.cursor(epoch: 0, from: start)
    // Only a walk from the start can fill the memory.
    cursor.read = place == nil || start == nil ? [] : nil
    // A position from a walk through memory says how many elements were read, not where the base then stood.
    if let place, start == nil { try cursor.skip(place) }
    return cursor
  }

  /// Walks over the base, or over what is remembered of it.
  public struct Cursor: DatasetCursor {
    fileprivate let memory: DatasetMemory<Base.Element>
    fileprivate let known: [Base.Element]?
    fileprivate var place: Int
    fileprivate var base: Base.Cursor?
    /// What was read from the start.
    fileprivate var read: [Base.Element]?

    fileprivate init(memory: DatasetMemory<Base.Element>, known: [Base.Element]?, place: Int) {
      (self.memory, self.known, self.place) = (memory, known, place)
    }

    fileprivate mutating func skip(_ count: Int) throws {
      place = 0
      while place < count, try next() != nil {}
    }

    /// How many elements were read, and the base's position if they came from there.
    public var position: DatasetPosition { DatasetPosition([place], base.map { [$0.position] } ?? []) }

    /// The next element, nil after the last.
    public mutating func next() throws -> Base.Element? {
      if let known {
        guard place < known.count else { return nil }
        place += 1
        return known[place - 1]
      }
      guard let element = try base?.next() else {
        if let read { memory.remember(read) }
        return nil
      }
      place += 1
      read?.append(element)
      return element
    }
  }
}

/// The elements of a dataset, once they are all there.
final class DatasetMemory<Element: Sendable>: Sendable {
  private let contents = Mutex<[Element]?>(nil)

  var elements: [Element]? { contents.withLock { $0 } }

  func remember(_ elements: [Element]) {
    contents.withLock { if $0 == nil { $0 = elements } }
  }
}
