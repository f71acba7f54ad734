/// A source of elements that are read one after the other, as often as one likes: samples, batches, rows of a file.
///
/// Methods make new datasets from old ones, and nothing is read before a cursor asks for it:
///
/// ```swift
/// let batches = train.dataset.shuffled(seed: 1).batched(of: 128).prefetched()
/// for epoch in 0..<10 {
///   try batches.forEach(epoch: epoch) { batch in step(batch.inputs, batch.targets) }
/// }
/// ```
///
/// The same dataset, epoch and seeds give the same elements in the same order, whatever the number of workers. A cursor
/// tells its position, from which another one goes on, in another process too:
///
/// ```swift
/// var cursor = try batches.cursor(epoch: 3), saved = cursor.position
/// while let batch = try cursor.next() {
///   step(batch.inputs, batch.targets)
///   saved = cursor.position
/// }
/// var again = try batches.cursor(epoch: 3, from: saved)
/// ```
public protocol Dataset<Element>: Sendable {
  /// What is read: a sample, a batch, a tensor, a tuple of tensors.
  associatedtype Element: Sendable
  /// Walks over the elements.
  associatedtype Cursor: DatasetCursor<Element>

  /// The number of elements in an epoch; nil if that is only known when they have been read, or if they never end.
  var count: Int? { get }

  /// Starts reading.
  ///
  /// - Parameters:
  ///   - epoch: Which time through the data this is; shuffled datasets have another order in each.
  ///   - position: Where to go on, as told by a cursor over the same dataset in the same epoch; nil for the start.
  /// - Throws: ``DataError`` if the position is not one of this dataset, or what the source throws.
  func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor
}

/// Walks over the elements of a ``Dataset``.
public protocol DatasetCursor<Element> {
  /// What is read.
  associatedtype Element

  /// The next element, nil after the last; throws what the source throws, such as a ``DataError`` for a broken file.
  mutating func next() throws -> Element?

  /// The place before the element that comes next.
  var position: DatasetPosition { get }
}

extension Dataset {
  /// Starts reading at the first element.
  public func cursor(epoch: Int = 0) throws -> Cursor { try cursor(epoch: epoch, from: nil) }

  /// Calls `body` with each element of an epoch in order.
  public func forEach(epoch: Int = 0, _ body: (Element) throws -> Void) throws {
    var cursor = try cursor(epoch: epoch)
    while let element = try cursor.next() { try body(element) }
  }

  /// All elements of an epoch in memory.
  public func collected(epoch: Int = 0) throws -> [Element] {
    var elements: [Element] = []
    try forEach(epoch: epoch) { elements.append($0) }
    return elements
  }
}
