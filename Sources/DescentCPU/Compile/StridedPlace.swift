import CDescentKernels

/// A block of a strided array, to be collected into contiguous memory or spread from it.
struct StridedPlace {
  var firstRow: Int
  var rows: Int
  var firstColumn: Int
  var columns: Int
  /// The size of one element in bytes.
  var size: Int

  /// Copies the block's elements, row by row, to `target`.
  func collect(_ access: StridedAccess, from source: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
    if access.columns.innerStride == size {
      return access.rows.withDimensions { rowDimensions in
        access.columns.withDimensions { columnDimensions in
          descent_load_runs(
            rows, columns, size, source, rowDimensions, firstRow, columnDimensions, firstColumn, target)
        }
      }
    }
    forEachPlane(access) { rows, columns, offset, done in
      descent_load_plane(
        rows, columns, size, source + offset, access.rows.innerStride, access.columns.innerStride, target + done)
    }
  }

  /// Copies contiguous elements to the block's places.
  func spread(_ access: StridedAccess, from source: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
    forEachPlane(access) { rows, columns, offset, done in
      for row in 0..<rows {
        descent_store_strided(
          columns, size, source + done + row * columns * size, target + offset + row * access.rows.innerStride,
          access.columns.innerStride)
      }
    }
  }

  /// Calls `body` for each part in which one stride serves rows and one columns, with the place of its first element
  /// in bytes on the strided side and on the contiguous one.
  private func forEachPlane(
    _ access: StridedAccess, _ body: (_ rows: Int, _ columns: Int, _ offset: Int, _ done: Int) -> Void
  ) {
    var row = 0
    var rowCursor = StridedDimensions.Cursor(access.rows, at: firstRow)
    let start = StridedDimensions.Cursor(access.columns, at: firstColumn)
    while row < rows {
      // Only parts as wide as the block have contiguous rows.
      let height = access.columns.isSimple ? min(rowCursor.rest(access.rows), rows - row) : 1
      var (column, columnCursor) = (0, start)
      while column < columns {
        let width = min(columnCursor.rest(access.columns), columns - column)
        body(height, width, rowCursor.offset + columnCursor.offset, (row * columns + column) * size)
        column += width
        columnCursor.advance(access.columns, by: width)
      }
      row += height
      rowCursor.advance(access.rows, by: height)
    }
  }
}
