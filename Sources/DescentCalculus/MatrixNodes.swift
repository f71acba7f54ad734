import DescentGraph

// The notation in which the rules of linear algebra are written: matrices along the last two axes, all other axes
// running beside each other.

extension Node {
  private var last: Int { shape.rank - 1 }

  /// aᵀ.
  package var matrixTransposed: Node {
    if isInvalid { return self }
    var order = Array(0..<shape.rank)
    order.swapAt(last - 1, last)
    return .transpose(self, AxisList(order))
  }

  /// The product of matrices x·y.
  func times(_ y: Node) -> Node {
    if isInvalid || y.isInvalid { return isInvalid ? self : y }
    let batch = AxisList(0..<last - 1)
    return .contract(
      self, y,
      Contraction(
        leftBatch: batch, rightBatch: batch, leftContracting: AxisList(last), rightContracting: AxisList(last - 1)))
  }

  /// x·yᵀ.
  func timesTransposed(_ y: Node) -> Node { times(y.matrixTransposed) }

  /// xᵀ·y.
  func transposedTimes(_ y: Node) -> Node { matrixTransposed.times(y) }

  /// (x + xᵀ)/2.
  var symmetricPart: Node { 0.5 * (self + matrixTransposed) }

  /// (x − xᵀ)/2.
  var antisymmetricPart: Node { 0.5 * (self - matrixTransposed) }

  // MARK: Parts

  /// The elements whose row stands so to their column, zeros elsewhere.
  func part(where row: Comparison) -> Node {
    if isInvalid { return self }
    let holds = Node.compare(
      row, .iota(shape, axis: last - 1, .int32), .iota(shape, axis: last, .int32))
    return .select(holds, self, filled(0))
  }

  /// The diagonal as a vector.
  var diagonalVector: Node { isInvalid ? self : part(where: .equal).sum(AxisSet([last])) }

  /// The elements of a vector along the diagonal of a matrix.
  var diagonalMatrix: Node {
    if isInvalid { return self }
    return broadcast(to: Shape(shape.dimensions + [shape[-1]]), along: AxisSet([last + 1])).part(where: .equal)
  }

  /// The identity matrix of this matrix's shape.
  var identityMatrix: Node { isInvalid ? self : filled(1).part(where: .equal) }

  /// Some rows of each matrix.
  package func rows(_ range: Range<Int>) -> Node {
    if isInvalid { return self }
    var (window, part) = (Window(rank: shape.rank), shape)
    window.starts[last - 1] = Int32(range.lowerBound)
    part[-2] = range.count
    return .slice(self, window, to: part)
  }

  /// One row of each matrix, as a vector.
  package func row(_ index: Int) -> Node {
    if isInvalid { return self }
    return .reshape(rows(index..<index + 1), to: shape.removing(AxisSet([last - 1])))
  }

  /// A vector as a matrix of one row.
  var asRow: Node {
    if isInvalid { return self }
    return .reshape(self, to: Shape(shape.dimensions.dropLast() + [1, shape[-1]]))
  }

  /// Matrices one above the other.
  static func stacked(_ parts: Node...) -> Node { .concatenate(parts, axis: parts[0].shape.rank - 2) }

  /// One element along the last axis, which disappears.
  package func entry(_ index: Int) -> Node {
    if isInvalid { return self }
    var window = Window(rank: shape.rank)
    window.starts[last] = Int32(index)
    let rest = shape.removing(AxisSet([last]))
    return .reshape(.slice(self, window, to: Shape(rest.dimensions + [1])), to: rest)
  }

  /// The element at a place along a new last axis of `count` elements, zeros beside it.
  func asEntry(_ index: Int, of count: Int) -> Node {
    if isInvalid { return self }
    var window = Window(rank: shape.rank + 1)
    window.starts[last + 1] = Int32(index)
    return .place(.reshape(self, to: Shape(shape.dimensions + [1])), window, in: Shape(shape.dimensions + [count]))
  }

  // MARK: Vectors and numbers beside matrices

  /// A vector for each matrix, repeated as every row: multiplies columns.
  func asRows(like matrix: Node) -> Node {
    if isInvalid || matrix.isInvalid { return isInvalid ? self : matrix }
    return broadcast(to: matrix.shape, along: AxisSet([matrix.shape.rank - 2]))
  }

  /// A number for each matrix, repeated.
  func repeated(like matrix: Node) -> Node {
    if isInvalid || matrix.isInvalid { return isInvalid ? self : matrix }
    return broadcast(to: matrix.shape, along: AxisSet([matrix.shape.rank - 2, matrix.shape.rank - 1]))
  }

  /// Σ xᵢⱼyᵢⱼ for each pair of matrices.
  func inner(_ y: Node) -> Node {
    if isInvalid || y.isInvalid { return isInvalid ? self : y }
    return (self * y).sum(AxisSet([last - 1, last]))
  }
}
