import DescentGraph

// Rows of the operations that move elements or index them.

extension Sample {
  static let broadcasts: [Sample] = [
    broadcast([3], [2, 3], [0]), broadcast([3], [3, 2], [1]), broadcast([], [2, 3], [0, 1]),
    broadcast([2], [2, 1], [1]), broadcast([3, 2], [3, 4, 2], [1]), broadcast([3], [2, 3, 2], [0, 2]),
    broadcast([2], [2, 0], [1]),
  ]

  private static func broadcast(_ from: Shape, _ to: Shape, _ axes: AxisSet) -> Sample {
    Sample("broadcast \(from) to \(to)", [Input(from)], .all, to) { x in .broadcast(x[0], to: to, along: axes) }
  }

  static let reshapes: [Sample] = [
    reshape([2, 3], [3, 2]), reshape([6], [1, 2, 3]), reshape([1], []), reshape([0, 3], [0]),
  ]

  private static func reshape(_ from: Shape, _ to: Shape) -> Sample {
    Sample("reshape \(from) to \(to)", [Input(from)], .all, to) { x in .reshape(x[0], to: to) }
  }

  static let transpositions: [Sample] = [
    transposition([2, 3], [1, 0], [3, 2]), transposition([2, 3, 4], [2, 0, 1], [4, 2, 3]),
    transposition([2, 3, 4], [1, 2, 0], [3, 4, 2]), transposition([2, 1, 3, 2], [3, 1, 0, 2], [2, 1, 2, 3]),
    transposition([0, 3], [1, 0], [3, 0]),
  ]

  private static func transposition(_ from: Shape, _ axes: [Int], _ to: Shape) -> Sample {
    Sample("transpose \(from) by \(axes)", [Input(from)], .all, to) { x in .transpose(x[0], AxisList(axes)) }
  }

  static let slices: [Sample] = windows.map { row in
    Sample("slice \(row.outer) \(row.description)", [Input(row.outer)], .all, row.inner) { x in
      .slice(x[0], row.window, to: row.inner)
    }
  }

  static let placements: [Sample] = windows.map { row in
    Sample("place in \(row.outer) \(row.description)", [Input(row.inner)], .all, row.outer) { x in
      .place(x[0], row.window, in: row.outer)
    }
  }

  private struct WindowRow {
    var description: String
    var outer, inner: Shape
    var window: Window

    init(_ description: String, _ outer: Shape, _ inner: Shape, starts: [Int32], strides: [Int32]) {
      self.description = description
      self.outer = outer
      self.inner = inner
      window = Window(rank: outer.rank)
      for axis in starts.indices {
        window.starts[axis] = starts[axis]
        window.strides[axis] = strides[axis]
      }
    }
  }

  private static let windows = [
    WindowRow("from the middle", [5], [3], starts: [1], strides: [1]),
    WindowRow("every second", [3, 5], [3, 3], starts: [0, 0], strides: [1, 2]),
    WindowRow("backwards", [3, 4], [3, 2], starts: [2, 3], strides: [-1, -2]),
    WindowRow("nothing", [3], [0], starts: [0], strides: [1]),
    WindowRow("one element", [2, 3], [1, 1], starts: [1, 2], strides: [1, 1]),
  ]

  static let concatenations: [Sample] = [
    concatenation([[2, 3], [1, 3]], axis: 0, [3, 3]), concatenation([[2, 1], [2, 2], [2, 3]], axis: 1, [2, 6]),
    concatenation([[2], [0], [1], [3], [2]], axis: 0, [8]),
    concatenation([[2, 1, 2], [2, 3, 2]], axis: 1, [2, 4, 2]),
    Sample("concatenate with itself", [Input([2, 2])], .all, [2, 6]) { x in
      .concatenate([x[0], x[0], x[0]], axis: 1)
    },
  ]

  private static func concatenation(_ shapes: [Shape], axis: Int, _ to: Shape) -> Sample {
    Sample("concatenate \(shapes) along \(axis)", shapes.map { Input($0) }, .all, to) { x in
      .concatenate(x, axis: axis)
    }
  }

  // MARK: Indexing

  static let gathers: [Sample] = [
    gather([4, 3], [5], axis: 0, [5, 3]), gather([2, 4], [2, 3], axis: 1, [2, 2, 3]), gather([4], [], axis: 0, []),
    gather([2, 3, 2], [4], axis: 1, [2, 4, 2]), gather([3, 2], [0], axis: 0, [0, 2]),
    Sample("gather with int32 indices", [Input([3, 2]), Input([4], .narrowIndex(below: 3))], .all, [4, 2]) { x in
      .gather(x[0], x[1], axis: 0)
    },
  ]

  private static func gather(_ from: Shape, _ indices: Shape, axis: Int, _ to: Shape) -> Sample {
    Sample(
      "gather \(indices) from \(from) axis \(axis)", [Input(from), Input(indices, .index(below: from[axis]))], .all,
      to
    ) { x in .gather(x[0], x[1], axis: axis) }
  }

  static let scatters: [Sample] = [
    scatter([5, 3], [5], axis: 0, [4, 3]), scatter([2, 2, 3], [2, 3], axis: 1, [2, 4]),
    scatter([], [], axis: 0, [4]), scatter([2, 4, 2], [4], axis: 1, [2, 3, 2]), scatter([0, 2], [0], axis: 0, [3, 2]),
  ]

  private static func scatter(_ updates: Shape, _ indices: Shape, axis: Int, _ to: Shape) -> Sample {
    Sample(
      "scatterAdd \(updates) at \(indices) to \(to) axis \(axis)",
      [Input(updates), Input(indices, .index(below: to[axis]))], .numbers, to
    ) { x in .scatterAdd(x[0], x[1], axis: axis, in: to) }
  }
}
