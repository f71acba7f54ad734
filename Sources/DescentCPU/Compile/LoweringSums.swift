import DescentGraph

// Sums of what stands at different places, and slices of sums, as splits and their gradients have them.

extension Lowering {
  /// x + y; if both are zeros but for elements at places that don't overlap, all these elements at their places.
  ///
  /// An element −0 stays −0, where −0 + 0 is +0. Nothing else differs.
  mutating func sum(_ operands: [StridedView], _ type: ScalarType) -> StridedView {
    let assemblies = operands.compactMap(assembly)
    guard assemblies.count == 2, operands[0].shape == operands[1].shape else {
      return element(.binary(.add), type, operands)
    }
    let shape = operands[0].shape
    let extents = assemblies.map { $0.places.map { PlaceExtent($0, in: shape) } }
    let isDisjoint = extents[0].allSatisfy { first in
      extents[1].allSatisfy { second in
        guard let first, let second else { return false }
        return first.isDisjoint(from: second)
      }
    }
    guard isDisjoint else { return element(.binary(.add), type, operands) }
    let places = assemblies.flatMap(\.places)
    let count = places.reduce(0) { $0 + $1.count }
    return assemble(
      assemblies.flatMap(\.sources), places, shape, type, fillsGaps: count < operands[0].count)
  }

  /// The elements that a value consists of beside zeros, and where they stand.
  private func assembly(_ x: StridedView) -> (sources: [StridedView], places: [StridedView])? {
    let value = values[x.root]
    guard case .assemble(let places, _) = value.kind, x == StridedView(whole: x.root, value.shape) else { return nil }
    return (value.operands, places)
  }

  // A slice of less than this part may be one of many, for which one function of everything is better.
  private static let mostSlices = 8

  /// A slice of a cheap function's value, one of a few, as the function of slices: the value itself need not be stored.
  mutating func sliceOfFunction(_ x: StridedView, _ shape: Shape, _ window: Window, _ part: Shape) -> StridedView? {
    let value = values[x.root]
    guard case .element(let function) = value.kind, function.cost < 0.1, function != .copy,
      x == StridedView(whole: x.root, value.shape), x.count / Self.mostSlices...x.count / 2 ~= part.elementCount,
      !value.operands.contains(where: isFunction)
    else { return nil }
    let operands = value.operands.map { slice($0, shape, window, part) }
    return element(function, value.type, operands)
  }

  private func isFunction(_ x: StridedView) -> Bool {
    if case .element = values[x.root].kind { true } else { false }
  }
}

/// Where elements stand along each axis of an array.
private struct PlaceExtent {
  /// Indices of which every `step`-th is taken.
  private struct Line {
    var indices: ClosedRange<Int>
    var step: Int

    func isDisjoint(from other: Line) -> Bool {
      !indices.overlaps(other.indices)
        || step == other.step && (indices.lowerBound - other.indices.lowerBound) % step != 0
    }
  }

  private var lines: [Line] = []

  /// Nil for a view of which an axis is no part of an axis of the array.
  init?(_ place: StridedView, in shape: [Int]) {
    guard let strides = place.strides, place.count > 0 else { return nil }
    var offset = place.offset
    var unused = zip(place.shape, strides).map { (size: $0, stride: $1) }
    for (size, stride) in zip(shape, StridedView.rowMajor(shape)) {
      let first = offset / stride
      offset %= stride
      var (count, step) = (1, 1)
      if let own = unused.firstIndex(where: { stride..<stride * size ~= abs($0.stride) }) {
        let axis = unused.remove(at: own)
        guard axis.stride % stride == 0 else { return nil }
        (count, step) = (axis.size, axis.stride / stride)
      }
      let last = first + (count - 1) * step
      guard 0..<size ~= first, 0..<size ~= last else { return nil }
      lines.append(Line(indices: min(first, last)...max(first, last), step: abs(step)))
    }
    if !unused.isEmpty { return nil }
  }

  func isDisjoint(from other: PlaceExtent) -> Bool { zip(lines, other.lines).contains { $0.isDisjoint(from: $1) } }
}
