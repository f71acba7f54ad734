import DescentGraph

// The cards of the factors that come stacked as rows of one matrix: QR, eigenvectors, singular vectors.

/// A = Q·R:  with C = Qᵀ·Ȧ·R⁻¹ and Ω its strictly lower part minus the transpose of that,
/// Ṙ = (C − Ω)·R,  Q̇ = (Ȧ − Q·Ṙ)·R⁻¹;
/// Ā = (Q̄ + Q·K)·R⁻ᵀ, where K is symmetric with the lower triangle of R·R̄ᵀ − Q̄ᵀ·Q (Walter and Lehmann 2010).
///
/// Where A does not have full rank R is singular, and the derivative fails.
var qrRule: Rule {
  .general(
    pullback: { application, cotangent, _ in
      let (q, r) = parts(application)
      let (rows, size) = (application.x.shape[-2], application.x.shape[-1])
      let (qBar, rBar) = (cotangent.rows(0..<rows), cotangent.rows(rows..<rows + size))
      let mixed = r.timesTransposed(rBar) - qBar.transposedTimes(q)
      let symmetric = mixed.part(where: .greaterEqual) + mixed.part(where: .greater).matrixTransposed
      let moved = qBar + q.times(symmetric)
      return Node.solve(.triangular(isLower: false), r, moved.matrixTransposed).matrixTransposed
    },
    pushforward: { application, tangents in
      guard let tangent = tangents[0] else { return nil }
      let (q, r) = parts(application)
      func overR(_ matrix: Node) -> Node {
        Node.solve(.triangular(isLower: false, isTransposed: true), r, matrix.matrixTransposed).matrixTransposed
      }
      let change = overR(q.transposedTimes(tangent))
      let lower = change.part(where: .greater)
      let rDot = (change - lower + lower.matrixTransposed).times(r)
      return .stacked(overR(tangent - q.times(rDot)), rDot)
    })
}

private func parts(_ application: Application) -> (q: Node, r: Node) {
  let (rows, size) = (application.x.shape[-2], application.x.shape[-1])
  return (application.result.rows(0..<rows), application.result.rows(rows..<rows + size))
}

/// S = (A + Aᵀ)/2 = V·Λ·Vᵀ:  with P = Vᵀ·Ṡ·V and Fᵢⱼ = 1/(λⱼ − λᵢ),
/// λ̇ = diag P,  V̇ = V·(F∘P);  Ā = V·(diag λ̄ + F∘(Vᵀ·V̄ − V̄ᵀ·V)/2)·Vᵀ.
///
/// Vectors of equal eigenvalues have no derivative; F is 0 there, so that functions of the eigenvalues alone, or of the
/// space that the vectors span, still have theirs.
var symmetricEigenRule: Rule {
  .general(
    pullback: { application, cotangent, _ in
      let size = application.x.shape[-1]
      let (values, vectors) = (application.result.row(0), application.result.rows(1..<size + 1))
      let (valuesBar, vectorsBar) = (cotangent.row(0), cotangent.rows(1..<size + 1))
      let turned = inverseGaps(values) * vectors.transposedTimes(vectorsBar).antisymmetricPart
      return vectors.times(valuesBar.diagonalMatrix + turned).timesTransposed(vectors)
    },
    pushforward: { application, tangents in
      guard let tangent = tangents[0] else { return nil }
      let size = application.x.shape[-1]
      let (values, vectors) = (application.result.row(0), application.result.rows(1..<size + 1))
      let change = vectors.transposedTimes(tangent.symmetricPart.times(vectors))
      return .stacked(change.diagonalVector.asRow, vectors.times(inverseGaps(values) * change))
    })
}

/// Fᵢⱼ = 1/(xⱼ − xᵢ), and 0 where the two are equal up to rounding.
private func inverseGaps(_ values: Node) -> Node {
  if values.isInvalid { return values }
  let isEqual = areEqual(values)
  let gaps = differences(values)
  return .select(isEqual, gaps.filled(0), 1 / .select(isEqual, gaps.filled(1), gaps))
}

/// xⱼ − xᵢ in row i and column j.
private func differences(_ values: Node) -> Node {
  let (rank, square) = (values.shape.rank, Shape(values.shape.dimensions + [values.shape[-1]]))
  return values.broadcast(to: square, along: AxisSet([rank - 1])) - values.broadcast(to: square, along: AxisSet([rank]))
}

/// Whether two values differ by no more than rounding makes of the largest.
private func areEqual(_ values: Node) -> Node {
  let gaps = differences(values)
  return .compare(.lessEqual, .unary(.absolute, gaps), limit(values).repeated(like: gaps))
}

/// How far rounding may move the values: n·ε·max |x|.
private func limit(_ values: Node) -> Node {
  let rounding = values.scalarType.ulpOfOne
  let rest = values.shape.removing(AxisSet([values.shape.rank - 1]))
  if values.shape[-1] == 0 { return .fill(0, rest, values.scalarType) }
  let largest = Node.reduce(.max, .unary(.absolute, values), AxisSet([values.shape.rank - 1]))
  return Double(values.shape[-1]) * rounding * largest
}

/// A = U·diag s·Vᵀ:  with P = Uᵀ·Ȧ·V, S = diag s and Fᵢⱼ = 1/(sⱼ² − sᵢ²),
/// ṡ = diag P,  U̇ = U·(F∘(P·S + S·Pᵀ)) + (I − U·Uᵀ)·Ȧ·V·S⁻¹,  V̇ = V·(F∘(S·P + Pᵀ·S)) + (I − V·Vᵀ)·Ȧᵀ·U·S⁻¹;
/// Ā = U·(diag s̄ + (F∘(Uᵀ·Ū − Ūᵀ·U))·S + S·(F∘(Vᵀ·V̄ − V̄ᵀ·V)))·Vᵀ + (I − U·Uᵀ)·Ū·S⁻¹·Vᵀ + U·S⁻¹·V̄ᵀ·(I − V·Vᵀ).
///
/// F is 0 for equal values and S⁻¹ for values that are 0, up to rounding, as for eigenvectors: the vectors have no
/// derivative there. A value that is 0 has the derivative that its vectors, as they came out, say.
var svdRule: Rule {
  .general(
    pullback: { application, cotangent, _ in
      let (svd, bar) = (SVDParts(application.result, of: application), SVDParts(cotangent, of: application))
      let left = svd.inverseGaps * (2 * svd.u.transposedTimes(bar.u).antisymmetricPart)
      let right = svd.inverseGaps * (2 * svd.v.transposedTimes(bar.v).antisymmetricPart)
      let middle = bar.values.diagonalMatrix + svd.scalingColumns(left) + svd.scalingRows(right)
      var result = svd.u.times(middle).timesTransposed(svd.v)
      if svd.hasLeftComplement {
        result = result + svd.overValues(svd.withoutLeft(bar.u)).timesTransposed(svd.v)
      }
      if svd.hasRightComplement {
        result = result + svd.u.timesTransposed(svd.overValues(svd.withoutRight(bar.v)))
      }
      return result
    },
    pushforward: { application, tangents in
      guard let tangent = tangents[0] else { return nil }
      let svd = SVDParts(application.result, of: application)
      let change = svd.u.transposedTimes(tangent.times(svd.v))
      let (columns, rows) = (svd.scalingColumns(change), svd.scalingRows(change))
      var u = svd.u.times(svd.inverseGaps * (columns + columns.matrixTransposed))
      var v = svd.v.times(svd.inverseGaps * (rows + rows.matrixTransposed))
      if svd.hasLeftComplement { u = u + svd.overValues(svd.withoutLeft(tangent.times(svd.v))) }
      if svd.hasRightComplement { v = v + svd.overValues(svd.withoutRight(tangent.transposedTimes(svd.u))) }
      return .stacked(u, change.diagonalVector.asRow, v)
    })
}

/// The factors in the rows of a stack, or what their tangents or cotangents are.
private struct SVDParts {
  let u, values, v: Node

  init(_ stack: Node, of application: Application) {
    let (rows, columns) = (application.x.shape[-2], application.x.shape[-1])
    u = stack.rows(0..<rows)
    values = stack.row(rows)
    v = stack.rows(rows + 1..<rows + 1 + columns)
  }

  /// 1/(sⱼ² − sᵢ²), which is 1/(sⱼ − sᵢ)/(sⱼ + sᵢ), and 0 for equal values.
  var inverseGaps: Node {
    if values.isInvalid { return values }
    let isEqual = areEqual(values)
    let squares = differences(values * values)
    return .select(isEqual, squares.filled(0), 1 / .select(isEqual, squares.filled(1), squares))
  }

  /// x·S.
  func scalingColumns(_ x: Node) -> Node { x * values.asRows(like: x) }

  /// S·x.
  func scalingRows(_ x: Node) -> Node { scalingColumns(x.matrixTransposed).matrixTransposed }

  /// x·S⁻¹, with 0 in place of the inverse of 0.
  func overValues(_ x: Node) -> Node {
    if values.isInvalid || x.isInvalid { return values.isInvalid ? values : x }
    let smallest = limit(values).broadcast(to: values.shape, along: AxisSet([values.shape.rank - 1]))
    let isZero = Node.compare(.lessEqual, values, smallest)
    let inverse = Node.select(isZero, values.filled(0), 1 / .select(isZero, values.filled(1), values))
    return x * inverse.asRows(like: x)
  }

  /// Whether the columns of U, or of V, leave out a part of the space.
  var hasLeftComplement: Bool { !u.isInvalid && u.shape[-2] > u.shape[-1] }
  var hasRightComplement: Bool { !v.isInvalid && v.shape[-2] > v.shape[-1] }

  /// (I − U·Uᵀ)·x.
  func withoutLeft(_ x: Node) -> Node { x - u.times(u.transposedTimes(x)) }

  /// (I − V·Vᵀ)·x.
  func withoutRight(_ x: Node) -> Node { x - v.times(v.transposedTimes(x)) }
}
