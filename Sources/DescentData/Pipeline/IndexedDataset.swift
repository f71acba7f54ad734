/// A ``Dataset`` whose elements can be read in any order.
///
/// A type conforms by its ``elementCount`` and ``element(at:)``; shuffling then costs no memory but for the order.
public protocol IndexedDataset<Element>: Dataset {
  /// The number of elements.
  var elementCount: Int { get }

  /// The element at an index from 0 up to the number of elements.
  func element(at index: Int) throws -> Element
}

extension IndexedDataset {
  /// The number of elements.
  public var count: Int? { elementCount }
}

extension IndexedDataset where Cursor == IndexedCursor<Self> {
  /// Starts reading in the order of the indices.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> IndexedCursor<Self> {
    try IndexedCursor(self, order: nil, from: position)
  }
}

/// Walks over an ``IndexedDataset``, in the order of its indices or in another.
public struct IndexedCursor<Base: IndexedDataset>: DatasetCursor {
  private let base: Base
  private let order: [Int]?
  private let count: Int
  private var place: Int

  init(_ base: Base, order: [Int]?, from position: DatasetPosition?) throws(DataError) {
    (self.base, self.order, count) = (base, order, base.elementCount)
    place = try position?.checked(numbers: 1, parts: 0).numbers[0] ?? 0
  }

  /// How many elements were read.
  public var position: DatasetPosition { DatasetPosition([place]) }

  /// The next element, nil after the last.
  public mutating func next() throws -> Base.Element? {
    guard place < count else { return nil }
    let element = try base.element(at: order?[place] ?? place)
    place += 1
    return element
  }
}

/// The elements of an array as a dataset.
public struct ArrayDataset<Element: Sendable>: IndexedDataset {
  /// Walks over the elements.
  public typealias Cursor = IndexedCursor<Self>

  private let elements: [Element]

  /// A dataset of these elements.
  public init(_ elements: [Element]) { self.elements = elements }

  /// The number of elements.
  public var elementCount: Int { elements.count }

  /// The element at an index.
  public func element(at index: Int) -> Element { elements[index] }
}

/// Elements that a function makes from their index: files that are read when it is their turn, numbers drawn by a seed.
///
/// ```swift
/// let waves = GeneratedDataset(count: 1000) { index in sin(Tensor.range(to: 64) * Double(index)) }
/// ```
public struct GeneratedDataset<Element: Sendable>: IndexedDataset {
  /// Walks over the elements.
  public typealias Cursor = IndexedCursor<Self>

  /// The number of elements.
  public let elementCount: Int
  private let make: @Sendable (Int) throws -> Element

  /// A dataset of `count` elements; a negative count gives none.
  ///
  /// - Parameter element: Makes the element of an index; the same one each time, and from any thread.
  public init(count: Int, element: @escaping @Sendable (_ index: Int) throws -> Element) {
    (elementCount, make) = (max(0, count), element)
  }

  /// The element at an index.
  public func element(at index: Int) throws -> Element { try make(index) }
}
