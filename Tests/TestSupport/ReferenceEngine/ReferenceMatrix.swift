import DescentGraph

/// A matrix of `Double`s, computed with as textbooks do it.
struct ReferenceMatrix {
  var rows: [[Double]]

  init(_ rows: [[Double]]) { self.rows = rows }

  init(_ rowCount: Int, _ columnCount: Int, _ element: (Int, Int) -> Double) {
    rows = (0..<rowCount).map { row in (0..<columnCount).map { element(row, $0) } }
  }

  static func identity(_ size: Int) -> ReferenceMatrix { ReferenceMatrix(size, size) { $0 == $1 ? 1 : 0 } }

  var rowCount: Int { rows.count }
  var columnCount: Int { rows.first?.count ?? 0 }
  var elements: [Double] { rows.flatMap(\.self) }

  subscript(row: Int, column: Int) -> Double {
    get { rows[row][column] }
    set { rows[row][column] = newValue }
  }

  var transposed: ReferenceMatrix { ReferenceMatrix(columnCount, rowCount) { rows[$1][$0] } }
  var symmetricPart: ReferenceMatrix { ReferenceMatrix(rowCount, rowCount) { (rows[$0][$1] + rows[$1][$0]) / 2 } }

  func column(_ index: Int) -> [Double] { rows.map { $0[index] } }

  static func * (x: ReferenceMatrix, y: ReferenceMatrix) -> ReferenceMatrix {
    let columns = y.transposed.rows
    return ReferenceMatrix(x.rowCount, y.columnCount) { dot(x.rows[$0], columns[$1]) }
  }

  static func * (x: ReferenceMatrix, c: Double) -> ReferenceMatrix { ReferenceMatrix(x.rows.map { $0.map { $0 * c } }) }

  static func + (x: ReferenceMatrix, y: ReferenceMatrix) -> ReferenceMatrix {
    ReferenceMatrix(zip(x.rows, y.rows).map { zip($0, $1).map { $0 + $1 } })
  }

  // MARK: Systems

  /// Gauss and Jordan: the x with self·x = b, nil if a column has no pivot; and the determinant.
  func eliminated(_ b: ReferenceMatrix) -> (x: ReferenceMatrix?, determinant: Double) {
    var (a, x, determinant) = (self, b, 1.0)
    for step in 0..<rowCount {
      let pivot = (step..<rowCount).max { abs(a[$0, step]) < abs(a[$1, step]) } ?? step
      if pivot != step {
        a.rows.swapAt(pivot, step)
        x.rows.swapAt(pivot, step)
        determinant = -determinant
      }
      determinant *= a[step, step]
      if a[step, step] == 0 { return (nil, 0) }
      let head = a[step, step]
      a.rows[step] = a.rows[step].map { $0 / head }
      x.rows[step] = x.rows[step].map { $0 / head }
      for row in 0..<rowCount where row != step {
        let factor = a[row, step]
        a.rows[row] = zip(a.rows[row], a.rows[step]).map { $0 - factor * $1 }
        x.rows[row] = zip(x.rows[row], x.rows[step]).map { $0 - factor * $1 }
      }
    }
    return (x, determinant)
  }

  var determinant: Double { eliminated(self).determinant }

  /// The determinants that are left without a row and a column, with alternating signs.
  var cofactors: ReferenceMatrix {
    ReferenceMatrix(rowCount, rowCount) { row, column in
      var minor = rows
      minor.remove(at: row)
      let determinant = ReferenceMatrix(minor.map { line in line.indices.filter { $0 != column }.map { line[$0] } })
        .determinant
      return (row + column) % 2 == 0 ? determinant : -determinant
    }
  }

  // MARK: Factors

  /// The lower factor, row by row; nil if a pivot is not positive.
  var cholesky: ReferenceMatrix? {
    var factor = ReferenceMatrix(rowCount, rowCount) { _, _ in 0 }
    for row in 0..<rowCount {
      for column in 0...row {
        let rest = rows[row][column] - dot(Array(factor.rows[row][..<column]), Array(factor.rows[column][..<column]))
        if row == column, !(rest > 0) { return nil }
        factor[row, column] = row == column ? rest.squareRoot() : rest / factor[column, column]
      }
    }
    return factor
  }

  /// Gram and Schmidt, each column twice.
  var qr: (q: ReferenceMatrix, r: ReferenceMatrix) {
    var (columns, r) = (transposed.rows, ReferenceMatrix(columnCount, columnCount) { _, _ in 0 })
    for index in columns.indices {
      for _ in 0..<2 {
        for other in 0..<index {
          let part = dot(columns[other], columns[index])
          r[other, index] += part
          columns[index] = zip(columns[index], columns[other]).map { $0 - part * $1 }
        }
      }
      let length = dot(columns[index], columns[index]).squareRoot()
      r[index, index] = length
      columns[index] = columns[index].map { $0 / length }
    }
    return (ReferenceMatrix(columns).transposed, r)
  }

  /// Jacobi's rotations of a symmetric matrix, until what is beside the diagonal is gone; values ascend.
  var eigen: (values: [Double], vectors: ReferenceMatrix) {
    var (a, vectors) = (self, ReferenceMatrix.identity(rowCount))
    for _ in 0..<30 {
      for p in 0..<rowCount {
        for q in (p + 1)..<max(rowCount, p + 1) where a[p, q] != 0 {
          let ratio = (a[q, q] - a[p, p]) / (2 * a[p, q])
          let t = (ratio < 0 ? -1.0 : 1.0) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          var turn = ReferenceMatrix.identity(rowCount)
          (turn[p, p], turn[q, q], turn[p, q], turn[q, p]) = (c, c, c * t, -c * t)
          a = turn.transposed * a * turn
          vectors = vectors * turn
        }
      }
    }
    let order = (0..<rowCount).sorted { a[$0, $0] < a[$1, $1] }
    let columns = order.map { vectors.column($0).withLargestPositive }
    return (order.map { a[$0, $0] }, ReferenceMatrix(columns).transposed)
  }

  /// From the eigenvectors of the smaller of aᵀ·a and a·aᵀ, which must have full rank.
  var svd: (u: ReferenceMatrix, values: [Double], v: ReferenceMatrix) {
    if rowCount < columnCount {
      let (v, values, u) = transposed.svd
      let signs = u.transposed.rows.map { $0 == $0.withLargestPositive ? 1.0 : -1 }
      return (u.scalingColumns(signs), values, v.scalingColumns(signs))
    }
    let eigen = (transposed * self).eigen
    let values = eigen.values.reversed().map { $0.squareRoot() }
    let vectors = ReferenceMatrix(eigen.vectors.rows.map { $0.reversed() })
    let u = (self * vectors).scalingColumns(values.map { 1 / $0 })
    let signs = u.transposed.rows.map { $0 == $0.withLargestPositive ? 1.0 : -1 }
    return (u.scalingColumns(signs), values, vectors.scalingColumns(signs))
  }

  private func scalingColumns(_ factors: [Double]) -> ReferenceMatrix {
    ReferenceMatrix(rows.map { zip($0, factors).map { $0 * $1 } })
  }

  // MARK: Functions

  /// The series of a fraction of the matrix, squared again.
  var exponential: ReferenceMatrix {
    let size = elements.reduce(0) { $0 + abs($1) }
    var halvings = 0
    while size > 0.25 * Double(1 << halvings) { halvings += 1 }
    let small = self * (1 / Double(1 << halvings))
    var (term, sum) = (ReferenceMatrix.identity(rowCount), ReferenceMatrix.identity(rowCount))
    for power in 1...18 {
      term = term * small * (1 / Double(power))
      sum = sum + term
    }
    for _ in 0..<halvings { sum = sum * sum }
    return sum
  }

  /// By the normal equations, for full rank.
  var pseudoInverse: ReferenceMatrix? {
    rowCount < columnCount
      ? transposed.pseudoInverse?.transposed : (transposed * self).eliminated(transposed).x
  }
}

extension [Double] {
  /// The vector or its opposite, so that the entry of largest size is positive.
  fileprivate var withLargestPositive: [Double] {
    let largest = self.max { Swift.abs($0) < Swift.abs($1) } ?? 1
    return largest < 0 ? map { -$0 } : self
  }
}
