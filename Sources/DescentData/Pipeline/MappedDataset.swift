import DescentTensor
import Dispatch
import Synchronization

extension Dataset {
  /// The elements changed by a function.
  ///
  /// ```swift
  /// let gray = pictures.map { image in image.mean(axes: -1) }
  /// ```
  ///
  /// - Parameters:
  ///   - workers: How many threads call the function at a time. The order is that of the base whatever the number; a
  ///     function that depends on nothing but its element gives the same elements too.
  ///   - transform: Makes a new element of an old one.
  public func map<Output: Sendable>(
    workers: Int = 1, _ transform: @escaping @Sendable (Element) throws -> Output
  ) -> MappedDataset<Self, Output> {
    MappedDataset(base: self, workers: DatasetArgument.positive(workers, "map", "a number of workers")) {
      element, _, _ in
      try transform(element)
    }
  }

  /// The elements changed by a function that draws random numbers: augmentation, noise.
  ///
  /// Each call gets a generator of its own, seeded by `seed`, the epoch and the number of the element, so that results
  /// don't depend on the number of workers or on where reading started.
  ///
  /// ```swift
  /// let noisy = pictures.map(seed: 7) { image, random in image + Tensor.normal(image.shape, using: random) * 0.1 }
  /// ```
  public func map<Output: Sendable>(
    seed: UInt64, workers: Int = 1, _ transform: @escaping @Sendable (Element, RandomGenerator) throws -> Output
  ) -> RandomlyMappedDataset<Self, Output> {
    let workers = DatasetArgument.positive(workers, "map", "a number of workers")
    let mapped = MappedDataset<Self, Output>(base: self, workers: workers) { element, epoch, number in
      try transform(element, EpochSeed.generator(seed, epoch: epoch, part: number))
    }
    return RandomlyMappedDataset(mapped: mapped)
  }
}

/// A dataset whose elements are made from those of another; see ``Dataset/map(workers:_:)``.
public struct MappedDataset<Base: Dataset, Element: Sendable>: Dataset {
  let base: Base
  let workers: Int
  let transform: @Sendable (_ element: Base.Element, _ epoch: Int, _ number: Int) throws -> Element

  /// The number of elements, if the base knows it.
  public var count: Int? { base.count }

  /// Starts reading.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let position = try position?.checked(numbers: 1, parts: 1)
    let base = try self.base.cursor(epoch: epoch, from: position?.parts[0])
    return Cursor(dataset: self, base: base, epoch: epoch, number: position?.numbers[0] ?? 0)
  }

  /// Walks over the base and changes its elements.
  public struct Cursor: DatasetCursor {
    fileprivate let dataset: MappedDataset
    fileprivate var base: Base.Cursor
    fileprivate let epoch: Int
    /// How many elements were handed out.
    fileprivate var number: Int
    /// Elements made ahead by several workers, the next one last.
    private var made: [(element: Result<Element, any Error>, end: DatasetPosition)] = []
    private var start: DatasetPosition

    fileprivate init(dataset: MappedDataset, base: Base.Cursor, epoch: Int, number: Int) {
      (self.dataset, self.base, self.epoch, self.number) = (dataset, base, epoch, number)
      start = base.position
    }

    /// How many elements were handed out, and the base's position after them.
    public var position: DatasetPosition { DatasetPosition([number], [dataset.workers == 1 ? base.position : start]) }

    /// The next element, nil after the last.
    public mutating func next() throws -> Element? {
      if dataset.workers == 1 {
        guard let element = try base.next() else { return nil }
        defer { number += 1 }
        return try dataset.transform(element, epoch, number)
      }
      if made.isEmpty { try makeAhead() }
      guard let next = made.popLast() else { return nil }
      (number, start) = (number + 1, next.end)
      return try next.element.get()
    }

    /// Reads some elements and changes them on several threads; each has its place, so that the order is kept.
    private mutating func makeAhead() throws {
      var read: [(element: Base.Element, end: DatasetPosition)] = []
      while read.count < 4 * dataset.workers, let element = try base.next() { read.append((element, base.position)) }
      let elements = read
      let (dataset, epoch, number) = (dataset, epoch, number)
      let results = Mutex([Result<Element, any Error>?](repeating: nil, count: elements.count))
      DispatchQueue.concurrentPerform(iterations: min(dataset.workers, elements.count)) { worker in
        for index in stride(from: worker, to: elements.count, by: dataset.workers) {
          let result = Result { try dataset.transform(elements[index].element, epoch, number + index) }
          results.withLock { $0[index] = result }
        }
      }
      made = zip(results.withLock { $0 }, elements).compactMap { result, read in result.map { ($0, read.end) } }
        .reversed()
    }
  }
}

extension MappedDataset: IndexedDataset where Base: IndexedDataset {
  /// The number of elements.
  public var elementCount: Int { base.elementCount }

  /// The changed element of the base at an index.
  public func element(at index: Int) throws -> Element { try transform(base.element(at: index), 0, index) }
}

/// A dataset whose elements are made from those of another with random numbers, others in each epoch; see
/// ``Dataset/map(seed:workers:_:)``.
public struct RandomlyMappedDataset<Base: Dataset, Element: Sendable>: Dataset {
  let mapped: MappedDataset<Base, Element>

  /// The number of elements, if the base knows it.
  public var count: Int? { mapped.count }

  /// Starts reading.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> MappedDataset<Base, Element>.Cursor {
    try mapped.cursor(epoch: epoch, from: position)
  }
}
