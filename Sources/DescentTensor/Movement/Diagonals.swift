import DescentGraph

// The diagonals and triangles of matrices, which stand along the last two axes. Diagonal 0 is the main one, positive
// offsets lie above it, negative ones below.

extension Tensor {
  /// A diagonal of the last two axes, along a new last axis.
  ///
  /// - Parameter offset: Which diagonal: above the main one if positive. One outside the matrix has no elements.
  public func diagonal(offset: Int = 0) -> Tensor {
    guard let (rows, columns) = matrixSize("diagonal") else { return Tensor(node: "diagonal") }
    guard rows * columns <= Int(Int32.max) else {
      return Tensor(Node.invalid(.shapeMismatch, "diagonal", "the matrices of \(node.label) are too large: \(shape)"))
    }
    let offset = Swift.min(Swift.max(offset, -rows), columns)
    let count = Swift.min(rows - Swift.max(0, -offset), columns - Swift.max(0, offset))
    let flat = reshaped(to: shape.dimensions.dropLast(2) + [rows * columns])
    return Tensor(
      .slice(flat.node, diagonalWindow(flat.rank, columns, offset), to: Shape(shape.dimensions.dropLast(2) + [count])))
  }

  /// The sum of the main diagonal of the last two axes.
  public func trace() -> Tensor {
    guard matrixSize("trace") != nil else { return Tensor(node: "trace") }
    return diagonal().sum(axes: -1)
  }

  /// Square matrices of zeros with the vector's elements on a diagonal.
  ///
  /// The vector's last axis becomes two; the others are kept.
  public static func diagonalMatrix(from vector: Tensor, offset: Int = 0) -> Tensor {
    if vector.node.isInvalid { return vector }
    let count = vector.shape.dimensions.last ?? 0
    let size = offset.magnitude <= UInt(Int32.max) ? count + Swift.abs(offset) : Int(Int32.max)
    guard vector.rank > 0, vector.rank < Shape.maximumRank, size <= largestSide else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "diagonalMatrix",
          "no matrix has \(vector.node.label) with shape \(vector.shape) on diagonal \(offset)"))
    }
    let window = vector.diagonalWindow(vector.rank, size, offset)
    let flat = Node.place(vector.node, window, in: Shape(vector.shape.dimensions.dropLast() + [size * size]))
    return Tensor(flat).reshaped(to: vector.shape.dimensions.dropLast() + [size, size])
  }

  /// The side of the largest square whose elements fit one axis: ⌊√(2³¹ − 1)⌋.
  private static let largestSide = 46_340

  /// The elements on and below a diagonal of the last two axes, zeros above it.
  public func lowerTriangle(offset: Int = 0) -> Tensor { triangle("lowerTriangle", .lessEqual, offset) }

  /// The elements on and above a diagonal of the last two axes, zeros below it.
  public func upperTriangle(offset: Int = 0) -> Tensor { triangle("upperTriangle", .greaterEqual, offset) }

  /// The elements whose column stands so to their row plus offset.
  private func triangle(_ spelling: String, _ comparison: Comparison, _ offset: Int) -> Tensor {
    guard let (rows, columns) = matrixSize(spelling) else { return Tensor(node: spelling) }
    let offset = Swift.min(Swift.max(offset, -rows - 1), columns + 1)
    let column = Tensor(.iota([rows, columns], axis: 1, .int64))
    let diagonal = Tensor(.iota([rows, columns], axis: 0, .int64)) + offset
    return .select(.compare(comparison, spelling, column, diagonal), self, zerosLike())
  }

  /// The sizes of the last two axes, nil after a complaint.
  private func matrixSize(_ operation: String) -> (rows: Int, columns: Int)? {
    if rank >= 2 { return (shape[-2], shape[-1]) }
    if !node.isInvalid {
      Failure.stop(
        .init(.shapeMismatch, operation, "needs a matrix, and \(node.label) has shape \(shape)"))
    }
    return nil
  }

  /// Where a diagonal stands when the rows of a matrix lie one after the other in the last axis.
  private func diagonalWindow(_ rank: Int, _ columns: Int, _ offset: Int) -> Window {
    var window = Window(rank: rank)
    window.starts[rank - 1] = Int32(offset >= 0 ? offset : -offset * columns)
    window.strides[rank - 1] = Int32(clamping: columns + 1)
    return window
  }
}
