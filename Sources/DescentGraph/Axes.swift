// What rules call for every node is inlinable: through generic code of another module a list of two axes takes as long as
// making a node.

/// A set of axes.
package struct AxisSet: Hashable, Sendable {
  package var bits: UInt8

  @inlinable package init(bits: UInt8 = 0) { self.bits = bits }

  @inlinable package init(_ axes: some Sequence<Int>) {
    bits = 0
    for axis in axes { bits |= 1 << UInt8(axis) }
  }

  /// The axes 0, 1, …, rank − 1.
  package static func all(_ rank: Int) -> AxisSet { AxisSet(0..<rank) }

  package var isEmpty: Bool { bits == 0 }
  package var count: Int { bits.nonzeroBitCount }
  @inlinable package func contains(_ axis: Int) -> Bool { bits & (1 << UInt8(axis)) != 0 }

  /// The axes in ascending order.
  package var array: [Int] { (0..<8).filter(contains) }
}

/// A short ordered list of distinct axes, packed into one word: the count in the low four bits, then four bits each.
package struct AxisList: Hashable, Sendable {
  @usableFromInline package internal(set) var bits: UInt64

  @inlinable package init() { bits = 0 }

  @inlinable package init(_ axes: some Sequence<Int>) {
    self.init()
    for axis in axes { append(axis) }
  }

  /// A list of one axis.
  @inlinable package init(_ axis: Int) { bits = UInt64(axis) << 4 | 1 }

  @inlinable package mutating func append(_ axis: Int) {
    bits = (bits | UInt64(axis) << UInt64(4 + 4 * count)) + 1
  }

  package var array: [Int] { Array(self) }

  /// The axes without their order.
  package var set: AxisSet { AxisSet(self) }

  /// For a permutation, the one that undoes it.
  package var inverse: AxisList {
    var result = AxisList()
    for place in indices { result.append(firstIndex(of: place) ?? 0) }
    return result
  }

  /// Whether the list is 0, 1, 2, ….
  package var isIdentity: Bool { indices.allSatisfy { self[$0] == $0 } }
}

extension AxisList: RandomAccessCollection, ExpressibleByArrayLiteral {
  @inlinable package init(arrayLiteral axes: Int...) { self.init(axes) }

  @inlinable package var startIndex: Int { 0 }
  @inlinable package var endIndex: Int { Int(bits & 15) }
  @inlinable package subscript(index: Int) -> Int { Int(bits >> UInt64(4 + 4 * index) & 15) }
}

/// Which axes a contraction multiplies out, and which it runs beside each other.
///
/// The result has the batch axes (in `leftBatch` order), then the left operand's free axes, then the right one's.
package struct Contraction: Hashable, Sendable {
  package var leftBatch, rightBatch: AxisList
  package var leftContracting, rightContracting: AxisList

  package init(
    leftBatch: AxisList = [], rightBatch: AxisList = [], leftContracting: AxisList, rightContracting: AxisList
  ) {
    self.leftBatch = leftBatch
    self.rightBatch = rightBatch
    self.leftContracting = leftContracting
    self.rightContracting = rightContracting
  }

  /// The left operand's axes that are neither batch nor contracting, ascending.
  package func leftFree(rank: Int) -> AxisList { Contraction.free(rank, leftBatch, leftContracting) }

  /// The right operand's axes that are neither batch nor contracting, ascending.
  package func rightFree(rank: Int) -> AxisList { Contraction.free(rank, rightBatch, rightContracting) }

  private static func free(_ rank: Int, _ batch: AxisList, _ contracting: AxisList) -> AxisList {
    let used = AxisSet(bits: batch.set.bits | contracting.set.bits)
    var free = AxisList()
    for axis in 0..<rank where !used.contains(axis) { free.append(axis) }
    return free
  }

  /// The result's shape: batch, left free, right free.
  package func shape(_ left: Shape, _ right: Shape) -> Shape {
    var shape = Shape()
    for axis in leftBatch { shape.append(left[axis]) }
    for axis in leftFree(rank: left.rank) { shape.append(left[axis]) }
    for axis in rightFree(rank: right.rank) { shape.append(right[axis]) }
    return shape
  }
}

/// Where a slice reads, or a placement writes: element i of an axis stands at `start + i·stride`.
///
/// Strides may be negative, never zero. The number of elements is the node's (slice) or the operand's (place) shape.
package struct Window: Hashable, Sendable {
  package var starts = AxisValues()
  package var strides = AxisValues()

  package init(rank: Int) {
    for axis in 0..<rank { strides[axis] = 1 }
  }
}
