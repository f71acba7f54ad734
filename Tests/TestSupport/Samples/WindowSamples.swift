import DescentGraph

// Rows of the windows over tensors, and of adding them up.

extension Sample {
  static let slidingWindows: [Sample] = windowRows.map { row in
    Sample("windows \(row.description)", [Input(row.under)], .all, row.over) { x in .windows(x[0], row.windows) }
  }

  static let overlaps: [Sample] = windowRows.map { row in
    Sample("overlap \(row.description)", [Input(row.over)], .numbers, row.under) { x in
      .overlap(x[0], row.windows, in: row.under)
    }
  }

  private struct WindowsRow {
    var description: String
    /// The shape of the tensor under the windows, and of the windows.
    var under, over: Shape
    var windows: Windows

    init(_ description: String, _ under: Shape, _ over: Shape, from axis: Int, _ axes: Windows.Axis...) {
      self.description = description
      (self.under, self.over) = (under, over)
      windows = Windows(firstAxis: axis, axes)
    }
  }

  private static let windowRows = [
    WindowsRow("over a vector", [5], [3, 3], from: 0, .init(size: 3)),
    WindowsRow("that fill the axis", [2, 4, 2], [2, 1, 4, 2], from: 1, .init(size: 4)),
    WindowsRow("one element long", [2, 3], [2, 3, 1], from: 1, .init(size: 1)),
    WindowsRow("one element long with gaps", [5, 2], [3, 1, 2], from: 0, .init(size: 1, stride: 2)),
    WindowsRow("side by side", [6, 2], [3, 2, 2], from: 0, .init(size: 2, stride: 2)),
    WindowsRow("with gaps between them", [8, 2], [2, 2, 2], from: 0, .init(size: 2, stride: 5)),
    WindowsRow("that overlap and leave the end", [1, 8, 3], [1, 3, 3, 3], from: 1, .init(size: 3, stride: 2)),
    WindowsRow("dilated", [2, 7], [2, 3, 3], from: 1, .init(size: 3, dilation: 2)),
    WindowsRow("dilated with strides", [9, 2], [2, 3, 2], from: 0, .init(size: 3, stride: 3, dilation: 2)),
    WindowsRow("over a plane", [2, 4, 3, 2], [2, 3, 2, 4, 2], from: 1, .init(size: 2), .init(size: 2)),
    WindowsRow(
      "of a plane in tiles", [1, 4, 6], [1, 2, 2, 6], from: 1, .init(size: 2, stride: 2), .init(size: 3, stride: 3)),
    WindowsRow(
      "of unequal axes", [5, 6, 1], [2, 3, 6, 1], from: 0, .init(size: 3, stride: 2),
      .init(size: 2, stride: 2, dilation: 1)),
    WindowsRow(
      "dilated in a plane", [2, 6, 5], [2, 1, 3, 6], from: 1, .init(size: 3, stride: 4, dilation: 2),
      .init(size: 2, dilation: 2)),
    WindowsRow("over an axis of one element", [3, 1, 4, 2], [3, 1, 2, 3, 2], from: 1, .init(size: 1), .init(size: 3)),
    WindowsRow("over nothing", [0, 4], [0, 2, 3], from: 1, .init(size: 3)),
    WindowsRow("with nothing in them", [4, 3, 0], [3, 2, 4, 0], from: 0, .init(size: 2), .init(size: 2)),
    WindowsRow(
      "over a space", [2, 3, 4, 3, 2], [2, 2, 2, 2, 8, 2], from: 1, .init(size: 2), .init(size: 2, stride: 2),
      .init(size: 2)),
    WindowsRow(
      "of unequal axes in space", [3, 5, 4], [3, 2, 3, 4], from: 0, .init(size: 1),
      .init(size: 2, stride: 2, dilation: 2),
      .init(size: 2, stride: 1)),
  ]
}
