import DescentGraph
import DescentTensor

extension IndexedDataset {
  /// The elements in random order, each exactly once, and another order in each epoch; costs 8 bytes an element.
  public func shuffled(seed: UInt64) -> ShuffledDataset<Self> { ShuffledDataset(base: self, seed: seed) }
}

/// An ``IndexedDataset`` in random order; see ``IndexedDataset/shuffled(seed:)``.
public struct ShuffledDataset<Base: IndexedDataset>: Dataset {
  let base: Base
  let seed: UInt64

  /// The number of elements.
  public var count: Int? { base.elementCount }

  /// Starts reading in the order of an epoch.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> IndexedCursor<Base> {
    try IndexedCursor(base, order: order(epoch: epoch), from: position)
  }

  func order(epoch: Int) -> [Int] { EpochSeed.generator(seed, epoch: epoch).permutation(of: base.elementCount) }
}

/// Seeds that differ from epoch to epoch.
enum EpochSeed {
  /// A generator for an epoch, and for an element or a stretch of it: successive steps of SplitMix64's counter, which
  /// the generator mixes.
  static func generator(_ seed: UInt64, epoch: Int, part: Int = 0) -> RandomGenerator {
    let epochSeed = seed &+ UInt64(bitPattern: Int64(epoch)) &* 0x9E37_79B9_7F4A_7C15
    return RandomGenerator(seed: epochSeed ^ UInt64(bitPattern: Int64(part)) &* 0xD1B5_4A32_D192_ED03)
  }
}

extension Dataset {
  /// The elements in an order that is random within stretches of `window` elements, for data that come as a stream.
  ///
  /// Each stretch is read into memory and shuffled. Elements of different stretches don't mix: a file that is sorted by
  /// class wants a window of many classes, or to be shuffled once as a whole. Going on from a position reads its stretch
  /// again.
  ///
  /// - Parameters:
  ///   - seed: Decides the order, together with the epoch.
  ///   - window: How many elements are in memory, 1 or more.
  public func shuffled(seed: UInt64, window: Int) -> WindowShuffledDataset<Self> {
    WindowShuffledDataset(base: self, seed: seed, window: DatasetArgument.positive(window, "shuffled", "a window"))
  }
}

/// A dataset shuffled stretch by stretch; see ``Dataset/shuffled(seed:window:)``.
public struct WindowShuffledDataset<Base: Dataset>: Dataset {
  let base: Base
  let seed: UInt64
  let window: Int

  /// The number of elements, if the base knows it.
  public var count: Int? { base.count }

  /// Starts reading in the order of an epoch.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let position = try position?.checked(numbers: 2, parts: 1)
    let base = try self.base.cursor(epoch: epoch, from: position?.parts[0])
    var cursor = Cursor(base: base, seed: seed, epoch: epoch, window: window, start: base.position)
    if let position { try cursor.resume(stretch: position.numbers[0], place: position.numbers[1]) }
    return cursor
  }

  /// Walks over the stretches.
  public struct Cursor: DatasetCursor {
    fileprivate var base: Base.Cursor
    fileprivate let seed: UInt64
    fileprivate let epoch: Int
    fileprivate let window: Int
    /// Where the current stretch begins in the base.
    fileprivate var start: DatasetPosition
    private var stretch = 0
    private var elements: [Base.Element] = []
    private var place = 0

    fileprivate init(base: Base.Cursor, seed: UInt64, epoch: Int, window: Int, start: DatasetPosition) {
      (self.base, self.seed, self.epoch, self.window, self.start) = (base, seed, epoch, window, start)
    }

    fileprivate mutating func resume(stretch: Int, place: Int) throws {
      self.stretch = stretch
      guard place > 0 else { return }
      try fill()
      guard place <= elements.count else { throw DatasetPosition.foreign }
      self.place = place
    }

    /// The stretch, the place in it, and where it begins.
    public var position: DatasetPosition {
      place < elements.count
        ? DatasetPosition([stretch, place], [start])
        : DatasetPosition([stretch + (elements.isEmpty ? 0 : 1), 0], [base.position])
    }

    /// The next element, nil after the last.
    public mutating func next() throws -> Base.Element? {
      if place == elements.count {
        if !elements.isEmpty { stretch += 1 }
        try fill()
        guard !elements.isEmpty else { return nil }
      }
      defer { place += 1 }
      return elements[place]
    }

    /// Reads the next stretch and shuffles it.
    private mutating func fill() throws {
      (start, place) = (base.position, 0)
      var read: [Base.Element] = []
      while read.count < window, let element = try base.next() { read.append(element) }
      elements = EpochSeed.generator(seed, epoch: epoch, part: stretch).permutation(of: read.count).map { read[$0] }
    }
  }
}

/// Arguments of datasets' methods.
enum DatasetArgument {
  /// A number that must be 1 or more; otherwise the program stops.
  static func positive(_ value: Int, _ operation: String, _ name: String) -> Int {
    if value < 1 {
      Failure.stop(.init(.invalidArgument, operation, "\(name) of \(value) can't be made; ask for 1 or more"))
    }
    return Swift.max(1, value)
  }
}
