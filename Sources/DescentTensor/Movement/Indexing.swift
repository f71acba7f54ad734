import DescentGraph

/// What stands between the brackets of `x[…]` for one axis.
///
/// Integers and ranges are used as they are: `x[0]`, `x[-1, 2..<5]`, `x[0..., ..<8]`. The others are spelt as members:
/// `x[.all, .stride(by: 2)]`, `x[.ellipsis, .newAxis]`.
public struct TensorIndex: Sendable {
  enum Kind: Sendable {
    case single(Int)
    case range(lower: Int?, upper: Int?)
    case stride(from: Int?, to: Int?, by: Int)
    case newAxis
    case ellipsis
  }

  let kind: Kind

  /// The end of a range that includes its upper bound; nothing comes after −1, the last element.
  fileprivate static func after(_ bound: Int) -> Int? { bound == -1 ? nil : bound == .max ? .max : bound + 1 }
}

/// Anything that selects along an axis: an integer, a range, or a ``TensorIndex``.
public protocol TensorIndexing {
  /// The selection.
  var tensorIndex: TensorIndex { get }
}

extension TensorIndexing where Self == TensorIndex {
  /// The whole axis.
  public static var all: TensorIndex { TensorIndex(kind: .range(lower: nil, upper: nil)) }

  /// A new axis of size 1.
  public static var newAxis: TensorIndex { TensorIndex(kind: .newAxis) }

  /// As many whole axes as are needed; at most once.
  public static var ellipsis: TensorIndex { TensorIndex(kind: .ellipsis) }

  /// Every step-th element from `start` up to, not including, `end`, as Python's slices: negative positions count from
  /// the end, a negative step walks backward, what lies outside is left out.
  ///
  /// `.stride(by: -1)` reverses.
  public static func stride(from start: Int? = nil, to end: Int? = nil, by step: Int) -> TensorIndex {
    TensorIndex(kind: .stride(from: start, to: end, by: step))
  }
}

extension TensorIndex: TensorIndexing {
  /// Itself.
  public var tensorIndex: TensorIndex { self }
}

extension Int: TensorIndexing {
  /// One element, whose axis disappears; negative integers count from the end.
  public var tensorIndex: TensorIndex { TensorIndex(kind: .single(self)) }
}

extension Range: TensorIndexing where Bound == Int {
  /// The elements from the lower bound up to, not including, the upper one.
  public var tensorIndex: TensorIndex { TensorIndex(kind: .range(lower: lowerBound, upper: upperBound)) }
}

extension ClosedRange: TensorIndexing where Bound == Int {
  /// The elements between the bounds, both included.
  public var tensorIndex: TensorIndex {
    TensorIndex(kind: .range(lower: lowerBound, upper: TensorIndex.after(upperBound)))
  }
}

extension PartialRangeFrom: TensorIndexing where Bound == Int {
  /// The elements from the bound on; a negative bound counts from the end.
  public var tensorIndex: TensorIndex { TensorIndex(kind: .range(lower: lowerBound, upper: nil)) }
}

extension PartialRangeUpTo: TensorIndexing where Bound == Int {
  /// The elements before the bound; a negative bound counts from the end.
  public var tensorIndex: TensorIndex { TensorIndex(kind: .range(lower: nil, upper: upperBound)) }
}

extension PartialRangeThrough: TensorIndexing where Bound == Int {
  /// The elements up to and including the bound; a negative bound counts from the end.
  public var tensorIndex: TensorIndex {
    TensorIndex(kind: .range(lower: nil, upper: TensorIndex.after(upperBound)))
  }
}

extension Tensor {
  /// A part of the tensor: one index for each axis, from the first; the axes left out are taken whole.
  ///
  /// ```swift
  /// let x = Tensor.range(to: 24).reshaped(to: 2, 3, 4)
  /// x[0].shape                      // [3, 4]
  /// x[0..., -1].shape               // [2, 4]
  /// x[.ellipsis, ..<2].shape        // [2, 3, 2]
  /// x[1, .stride(by: -1)].shape     // [3, 4], rows in reverse
  /// ```
  ///
  /// Assigning replaces the part: the tensor becomes a new one, and copies made before keep their elements. The value
  /// repeats to the part's shape by NumPy's rule, and derivatives pass to it as well as to the elements that stay.
  ///
  /// ```swift
  /// var y = x
  /// y[0, .all, 1] = [7, 8, 9]
  /// y[1] = Tensor(0)
  /// ```
  ///
  /// Integers and ranges outside the axis stop the program.
  public subscript(indices: any TensorIndexing...) -> Tensor {
    get { self[parts: indices.map(\.tensorIndex)] }
    set { self[parts: indices.map(\.tensorIndex)] = newValue }
  }

  /// The part that a list of indices selects, for ranks that are not known before the program runs.
  ///
  /// ```swift
  /// let everySecond = x[parts: Array(repeating: .stride(by: 2), count: x.rank)]
  /// ```
  public subscript(parts indices: [TensorIndex]) -> Tensor {
    get {
      guard let part = part(indices.map(\.kind)) else { return Tensor(node: "subscript") }
      return Tensor(.reshape(.slice(node, part.window, to: part.sizes), to: Shape(part.result)))
    }
    set { self = replacing(indices.map(\.kind), with: newValue) }
  }

  /// A part of a tensor: where it stands, the sizes of all axes there, and those that remain.
  private typealias Part = (window: Window, sizes: Shape, result: [Int])

  private func replacing(_ indices: [TensorIndex.Kind], with value: Tensor) -> Tensor {
    if node.isInvalid || value.node.isInvalid { return node.isInvalid ? self : value }
    let hasNewAxis = indices.contains { if case .newAxis = $0 { true } else { false } }
    guard !hasNewAxis else {
      return Tensor(
        Node.invalid(
          .invalidArgument, "subscript", "an assignment can't make a .newAxis; leave it out, the value broadcasts"))
    }
    guard let part = part(indices) else { return Tensor(node: "subscript") }
    guard Broadcasting.shape(value.shape, Shape(part.result)) == Shape(part.result) else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "subscript",
          "the assigned value has shape \(value.shape), and the part of \(node.label) has \(part.result)"))
    }
    let full = Node.reshape(Broadcasting.broadcast(value.node, to: Shape(part.result)), to: part.sizes)
    let inside = Node.place(.fill(1, part.sizes, .bool), part.window, in: shape)
    return Tensor(.select(inside, .place(full, part.window, in: shape), node))
  }

  /// The part that indices select, nil after a complaint.
  private func part(_ indices: [TensorIndex.Kind]) -> Part? {
    guard let full = filled(indices) else { return nil }
    var part: Part = (Window(rank: rank), shape, [])
    var axis = 0
    for index in full {
      if case .newAxis = index {
        part.result.append(1)
        continue
      }
      guard let (start, step, count) = resolved(index, axis) else { return nil }
      part.window.starts[axis] = Int32(start)
      part.window.strides[axis] = Int32(step)
      part.sizes[axis] = count
      if case .single = index {} else { part.result.append(count) }
      axis += 1
    }
    return part
  }

  /// The indices with one for every axis, nil after a complaint.
  private func filled(_ indices: [TensorIndex.Kind]) -> [TensorIndex.Kind]? {
    var used = 0
    var ellipses = 0
    for index in indices {
      switch index {
      case .single, .range, .stride: used += 1
      case .newAxis: break
      case .ellipsis: ellipses += 1
      }
    }
    guard used <= rank, ellipses <= 1 else {
      if !node.isInvalid {
        Failure.stop(
          .init(
            .invalidAxis, "subscript",
            ellipses > 1
              ? "only one .ellipsis can stand between the brackets"
              : "\(used) indices are too many for \(node.label) with shape \(shape)"))
      }
      return nil
    }
    let whole = [TensorIndex.Kind](repeating: .range(lower: nil, upper: nil), count: rank - used)
    guard ellipses == 1 else { return indices + whole }
    return indices.flatMap { index in if case .ellipsis = index { whole } else { [index] } }
  }

  /// Start, step and number of the elements that an index selects, nil after a complaint.
  private func resolved(_ index: TensorIndex.Kind, _ axis: Int) -> (start: Int, step: Int, count: Int)? {
    let size = shape[axis]
    func complain(_ what: String) -> (Int, Int, Int)? {
      Failure.stop(
        .init(
          .indexOutOfBounds, "subscript",
          "\(what) axis \(axis) of \(node.label) with shape \(shape), which has \(size) elements"))
      return nil
    }
    switch index {
    case .single(let position):
      let start = position < 0 ? position + size : position
      return (0..<size).contains(start) ? (start, 1, 1) : complain("index \(position) is outside")
    case .range(let lower, let upper):
      let start = lower.map { $0 < 0 ? $0 + size : $0 } ?? 0
      let end = upper.map { $0 < 0 ? $0 + size : $0 } ?? size
      guard start >= 0, start <= end, end <= size else {
        return complain("range \(lower.map(String.init) ?? "")..<\(upper.map(String.init) ?? "") does not fit")
      }
      return (start, 1, end - start)
    case .stride(let start, let end, let step):
      return Tensor.strided(start, end, step, size) ?? complain("a step of 0 walks nowhere along")
    case .newAxis, .ellipsis: return nil
    }
  }

  /// Python's slice arithmetic; nil for a step of 0.
  private static func strided(_ start: Int?, _ end: Int?, _ step: Int, _ size: Int) -> (Int, Int, Int)? {
    guard step != 0 else { return nil }
    let (lowest, highest) = step > 0 ? (0, size) : (-1, size - 1)
    func clamped(_ position: Int) -> Int {
      Swift.min(Swift.max(position < 0 ? position + size : position, lowest), highest)
    }
    let first = start.map(clamped) ?? (step > 0 ? 0 : size - 1)
    let last = end.map(clamped) ?? (step > 0 ? size : -1)
    let distance = step > 0 ? last - first : first - last
    guard distance > 0 else { return (0, 1, 0) }
    // A step beyond the axis selects one element, whatever its size.
    if step.magnitude >= UInt(distance) { return (first, 1, 1) }
    return (first, step, (distance + Swift.abs(step) - 1) / Swift.abs(step))
  }

  /// Slices along an axis chosen by integer indices of any shape, which replaces that axis.
  ///
  /// Negative indices count from the end; an index outside the axis is an error when the values are looked at. The
  /// derivative adds up where an index occurs more than once.
  ///
  /// ```swift
  /// let table: Tensor = [[1, 2], [3, 4], [5, 6]]
  /// print(table.gathering([2, 0]))      // [[5.0, 6.0],
  ///                                     //  [1.0, 2.0]]
  /// ```
  public func gathering(_ indices: Tensor, axis: Int = 0) -> Tensor {
    guard let axis = normalized(axis, "gathering") else { return Tensor(node: "gathering") }
    guard rank - 1 + indices.rank <= Shape.maximumRank else {
      return Tensor(Node.invalid(.shapeMismatch, "gathering", "the result would have more than 8 axes"))
    }
    return Tensor(.gather(node, indices.node, axis: axis))
  }

  /// Slices along an axis chosen by integers.
  public func gathering(_ indices: [Int], axis: Int = 0) -> Tensor {
    gathering(Tensor(scalars: indices), axis: axis)
  }

  /// For each integer, a row of `count` numbers with a 1 at its place; the new axis is the last.
  public func oneHot(count: Int, type: ScalarType = .float32) -> Tensor {
    // Narrow types can't count all places.
    let labels = scalarType.isInteger ? converted(to: .int64) : widened
    let places = Tensor(.iota([count], axis: 0, labels.scalarType))
    return (labels.expanded(axes: -1) .== places).converted(to: type)
  }
}
