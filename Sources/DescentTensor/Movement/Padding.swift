import DescentGraph

/// What stands around a tensor after ``Tensor/padded(low:high:mode:)``.
public enum PaddingMode: Hashable, Sendable {
  /// One number.
  case constant(Double)
  /// The outermost element, again and again: `a a|a b c|c c`.
  case edge
  /// The elements in reverse, the outermost not repeated: `c b|a b c|b a`.
  case reflect
  /// The elements of the other end: `b c|a b c|a b`.
  case wrap
}

extension Tensor {
  /// The tensor with more elements before and after its own along each axis.
  ///
  /// ```swift
  /// Tensor([1, 2, 3]).padded(low: [2], high: [1], mode: .reflect)       // [3, 2, 1, 2, 3, 2]
  /// ```
  ///
  /// The derivative adds up where an element occurs more than once.
  ///
  /// - Parameters:
  ///   - low: How many elements come before, a number for each axis.
  ///   - high: How many elements come after, a number for each axis.
  ///   - mode: Which elements; zeros unless given. Only `.constant` fills an axis that is empty.
  public func padded(low: [Int], high: [Int], mode: PaddingMode = .constant(0)) -> Tensor {
    if node.isInvalid { return self }
    let limit = Int(Int32.max)
    guard low.count == rank, high.count == rank, (low + high).allSatisfy({ (0...limit).contains($0) }) else {
      return Tensor(
        Node.invalid(
          .invalidArgument, "padded",
          "low \(low) and high \(high) need a number from 0 on for each axis of \(node.label) with shape \(shape)"))
    }
    for axis in 0..<rank where low[axis] + shape[axis] + high[axis] > limit {
      return Tensor(
        Node.invalid(.shapeMismatch, "padded", "axis \(axis) would have more than \(limit) elements"))
    }
    if case .constant(let value) = mode { return padded(low, high, with: value) }
    let padded = (0..<rank).filter { low[$0] + high[$0] > 0 }
    if let empty = padded.first(where: { shape[$0] == 0 }) {
      return Tensor(
        Node.invalid(
          .invalidArgument, "padded", "axis \(empty) of \(node.label) with shape \(shape) has no element to repeat"))
    }
    return padded.reduce(self) { tensor, axis in
      let size = shape[axis]
      let sources = (-low[axis]..<size + high[axis]).map { mode.source(of: $0, size: size) }
      return tensor.gathering(Tensor(scalars: sources), axis: axis)
    }
  }

  private func padded(_ low: [Int], _ high: [Int], with value: Double) -> Tensor {
    var window = Window(rank: rank)
    for axis in 0..<rank { window.starts[axis] = Int32(low[axis]) }
    let size = Shape((0..<rank).map { low[$0] + shape[$0] + high[$0] })
    let placed = Tensor(.place(node, window, in: size))
    if value == 0 { return placed }
    let inside = Tensor(.place(.fill(1, shape, .bool), window, in: size))
    return .select(inside, placed, placed.constant(value, "padded"))
  }
}

extension PaddingMode {
  /// Where the element at a position outside `0..<size` comes from; positions inside are their own source.
  fileprivate func source(of position: Int, size: Int) -> Int {
    switch self {
    case .constant, .edge: return Swift.min(Swift.max(position, 0), size - 1)
    case .wrap: return (position % size + size) % size
    case .reflect:
      let period = Swift.max(2 * (size - 1), 1)
      let place = (position % period + period) % period
      return Swift.min(place, period - place)
    }
  }
}
