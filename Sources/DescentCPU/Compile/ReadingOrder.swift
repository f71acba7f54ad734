import DescentGraph

/// Element-wise values in the order of whoever reads them: permuted(f(a, b)) = f(permuted(a), permuted(b)).
///
/// A value that is read through a permutation of its elements can't join the program that reads it, and is stored only
/// to be collected again. The gradient of pooling is one: it is computed window by window and read as an image. Views
/// compose freely, so the permutation moves on to what the value is computed of, and nothing is computed twice.
///
/// It moves if
/// - all readers are parts of row programs, and all see the same permutation, which leaves rows as they are;
/// - no operand that lies in order, or repeats rows or columns, would lie otherwise; unless it is such a value itself,
///   read by this one alone, and its operands may be permuted for the same reason.
struct ReadingOrder {
  private(set) var values: [Value]
  private let readers: [[Int]]
  private let outputs: Set<Int>

  // Shorter rows would be collected almost element by element.
  private static let leastRow = 8
  // So many functions one after the other are looked at, for each of them.
  private static let deepestChain = 16

  /// - Parameter readers: The needed values that read each value.
  init(_ values: [Value], readers: [[Int]], outputs: [Int]) {
    (self.values, self.readers, self.outputs) = (values, readers, Set(outputs))
    // Readers first, so that a permutation moves on as far as it can.
    for number in values.indices.reversed() {
      guard let order = permutation(of: number), mayFollow(number, order) else { continue }
      follow(number, order)
    }
  }

  // MARK: Who reads

  /// The one permutation through which all readers see a value, if it is computed element by element.
  private func permutation(of number: Int) -> StridedView? {
    guard case .element = values[number].kind, !outputs.contains(number), readers[number].allSatisfy(isInProgram)
    else { return nil }
    let views = readers[number].flatMap { values[$0].operands }.filter { $0.root == number }
    guard let first = views.first, !first.isContiguous, first.isPermutation(of: values[number].count),
      let row = first.dimensions.last, row.stride == 1, row.size >= Self.leastRow,
      views.allSatisfy({ $0.dimensions == first.dimensions && $0.offset == first.offset })
    else { return nil }
    return first
  }

  private func isInProgram(_ number: Int) -> Bool {
    switch values[number].kind {
    case .element, .reduce, .argument: true
    case .input, .scalar, .constant, .empty, .iota, .random, .assemble, .gather, .scatterAdd, .contract, .pack, .scan,
      .argSort, .control, .unpack, .after, .overlap, .matrices:
      false
    }
  }

  // MARK: Whether it pays, and what becomes of it

  private func mayFollow(_ number: Int, _ order: StridedView, depth: Int = ReadingOrder.deepestChain) -> Bool {
    guard depth > 0 else { return false }
    return values[number].operands.allSatisfy { operand in
      guard let permuted = operand.read(in: order) else { return false }
      if operand.dimensions.count > 2 || permuted.isContiguous || permuted.dimensions == operand.dimensions {
        return true
      }
      guard operand.isContiguous, case .element = values[operand.root].kind, readers[operand.root] == [number],
        !outputs.contains(operand.root), operand.count == values[operand.root].count
      else { return false }
      return mayFollow(operand.root, order, depth: depth - 1)
    }
  }

  private mutating func follow(_ number: Int, _ order: StridedView) {
    values[number].shape = order.shape
    values[number].operands = values[number].operands.map { $0.read(in: order) ?? $0 }
    for reader in readers[number] {
      values[reader].operands = values[reader].operands.map {
        $0.root == number ? StridedView(whole: number, $0.shape) : $0
      }
    }
  }
}

extension StridedView {
  /// The dimensions by their strides, which are those of a contiguous array if the view is a permutation.
  private var ordered: [(place: Int, dimension: Dimension)] {
    axes.flatMap(\.self).enumerated().map { ($0, $1) }.sorted { $0.dimension.stride > $1.dimension.stride }
  }

  /// Whether every one of `count` elements is seen once.
  fileprivate func isPermutation(of count: Int) -> Bool {
    let dimensions = ordered.map(\.dimension)
    return offset == 0 && self.count == count
      && dimensions.map(\.stride) == StridedView.rowMajor(dimensions.map(\.size))
  }

  /// What the elements of `order`, a permutation of a value, see in place of the value if it is computed of this view;
  /// nil where strides can't say it.
  fileprivate func read(in order: StridedView) -> StridedView? {
    let ordered = order.ordered
    guard let parts = reshaped(to: ordered.map(\.dimension.size)) else { return nil }
    var dimensions = [[Dimension]](repeating: [], count: ordered.count)
    for (part, (place, _)) in zip(parts.axes, ordered) { dimensions[place] = part }
    var rest = dimensions[...]
    let axes = order.axes.map { axis in
      defer { rest.removeFirst(axis.count) }
      return Array(rest.prefix(axis.count).joined())
    }
    return StridedView(root: root, offset: offset, axes: axes)
  }
}
