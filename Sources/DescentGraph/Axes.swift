/// A set of axes.
package struct AxisSet: Hashable, Sendable {
  package var bits: UInt8

  package init(bits: UInt8 = 0) { self.bits = bits }

  package init(_ axes: some Sequence<Int>) {
    bits = 0
    for axis in axes { bits |= 1 << UInt8(axis) }
  }

  /// The axes 0, 1, …, rank − 1.
  package static func all(_ rank: Int) -> AxisSet { AxisSet(0..<rank) }

  package var isEmpty: Bool { bits == 0 }
  package var count: Int { bits.nonzeroBitCount }
  package func contains(_ axis: Int) -> Bool { bits & (1 << UInt8(axis)) != 0 }

  /// The axes in ascending order.
  package var array: [Int] { (0..<8).filter(contains) }
}

/// A short ordered list of distinct axes, packed into one word: the count in the low four bits, then four bits each.
package struct AxisList: Hashable, Sendable {
  package private(set) var bits: UInt64

  package init() { bits = 0 }

  package init(_ axes: some Sequence<Int>) {
    self.init()
    for axis in axes { append(axis) }
  }

  package var count: Int { Int(bits & 15) }
  package var isEmpty: Bool { count == 0 }

  package subscript(index: Int) -> Int { Int(bits >> UInt64(4 + 4 * index) & 15) }

  package mutating func append(_ axis: Int) {
    bits = (bits | UInt64(axis) << UInt64(4 + 4 * count)) + 1
  }

  package var array: [Int] { (0..<count).map { self[$0] } }

  package func contains(_ axis: Int) -> Bool { array.contains(axis) }

  /// For a permutation, the one that undoes it.
  package var inverse: AxisList {
    var places = [Int](repeating: 0, count: count)
    for index in 0..<count { places[self[index]] = index }
    return AxisList(places)
  }

  /// Whether the list is 0, 1, 2, ….
  package var isIdentity: Bool { (0..<count).allSatisfy { self[$0] == $0 } }
}

/// Which axes a contraction multiplies out, and which it runs beside each other.
///
/// The result has the batch axes (in `leftBatch` order), then the left operand's free axes, then the right one's.
package struct Contraction: Hashable, Sendable {
  package var leftBatch, rightBatch: AxisList
  package var leftContracting, rightContracting: AxisList

  package init(
    leftBatch: [Int] = [], rightBatch: [Int] = [], leftContracting: [Int], rightContracting: [Int]
  ) {
    self.leftBatch = AxisList(leftBatch)
    self.rightBatch = AxisList(rightBatch)
    self.leftContracting = AxisList(leftContracting)
    self.rightContracting = AxisList(rightContracting)
  }

  /// The left operand's axes that are neither batch nor contracting, ascending.
  package func leftFree(rank: Int) -> [Int] {
    (0..<rank).filter { !leftBatch.contains($0) && !leftContracting.contains($0) }
  }

  /// The right operand's axes that are neither batch nor contracting, ascending.
  package func rightFree(rank: Int) -> [Int] {
    (0..<rank).filter { !rightBatch.contains($0) && !rightContracting.contains($0) }
  }

  /// The result's shape: batch, left free, right free.
  package func shape(_ left: Shape, _ right: Shape) -> Shape {
    var shape = Shape()
    for axis in leftBatch.array { shape.append(left[axis]) }
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
