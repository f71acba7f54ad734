import DescentGraph

// The cards of linear algebra. Sources: M. Giles, "Collected matrix derivative results for forward and reverse mode
// algorithmic differentiation" (2008); I. Murray, "Differentiation of the Cholesky decomposition" (2016); S. Walter and
// L. Lehmann, "Algorithmic differentiation of linear algebra functions" (2010), for QR. Ȧ is a tangent, Ā a cotangent.

extension SystemMatrix {
  /// T·X = B:  Ẋ = T⁻¹(Ḃ − Ṫ·X),  B̄ = T⁻ᵀ·X̄,  T̄ = −B̄·Xᵀ.
  ///
  /// The derivative is 0 in the triangle, and on the unit diagonal, that is not read.
  var rule: Rule {
    .general(
      pullback: { application, cotangent, operand in
        let right = solveTransposed(application.x, cotangent)
        if operand == 1 { return right }
        let x = application.result
        return -read(isTransposed ? x.timesTransposed(right) : right.timesTransposed(x))
      },
      pushforward: { application, tangents in
        let moved = tangents[0].map { tangent in
          let matrix = read(tangent)
          return -(isTransposed ? matrix.matrixTransposed : matrix).times(application.result)
        }
        guard let right = moved.map({ moved in tangents[1].map { $0 + moved } ?? moved }) ?? tangents[1] else {
          return nil
        }
        return .solve(self, application.x, right)
      })
  }

  private var isTransposed: Bool {
    if case .triangular(_, isTransposed: true, _) = self { true } else { false }
  }

  /// T⁻ᵀ·b.
  private func solveTransposed(_ a: Node, _ b: Node) -> Node {
    switch self {
    case .general: .solve(self, a.matrixTransposed, b)
    case .triangular(let isLower, let isTransposed, let hasUnitDiagonal):
      .solve(
        .triangular(isLower: isLower, isTransposed: !isTransposed, hasUnitDiagonal: hasUnitDiagonal), a, b)
    }
  }

  /// The elements that the operation reads, zeros elsewhere.
  private func read(_ matrix: Node) -> Node {
    switch self {
    case .general: matrix
    case .triangular(true, _, let hasUnitDiagonal): matrix.part(where: hasUnitDiagonal ? .greater : .greaterEqual)
    case .triangular(false, _, let hasUnitDiagonal): matrix.part(where: hasUnitDiagonal ? .less : .lessEqual)
    }
  }
}

extension MatrixFunction {
  var rule: Rule {
    switch self {
    case .cholesky: choleskyRule
    case .determinant: determinantRule
    case .logDeterminant: logDeterminantRule
    case .cofactors: .selfAdjoint(cofactorsDerivative)
    case .qr: qrRule
    case .symmetricEigen: symmetricEigenRule
    case .svd: svdRule
    case .matrixExponential: exponentialRule
    case .pseudoInverse: pseudoInverseRule
    }
  }
}

extension Rule {
  /// A rule from the two linear maps of an operation with one operand.
  fileprivate static func ofOne(
    pullback: @escaping (Application, Node) -> Node, pushforward: @escaping (Application, Node) -> Node
  ) -> Rule {
    .general(
      pullback: { application, cotangent, _ in pullback(application, cotangent) },
      pushforward: { application, tangents in tangents[0].map { pushforward(application, $0) } })
  }

  /// A rule whose linear map is its own adjoint.
  fileprivate static func selfAdjoint(_ derivative: @escaping (Application, Node) -> Node) -> Rule {
    .ofOne(pullback: derivative, pushforward: derivative)
  }
}

/// S = (A + Aᵀ)/2 = L·Lᵀ:  L̇ = L·Φ(L⁻¹·Ṡ·L⁻ᵀ),  S̄ = L⁻ᵀ·Φ(Lᵀ·L̄)·L⁻¹,  Ā = (S̄ + S̄ᵀ)/2.
///
/// Φ keeps the lower triangle, with half of the diagonal.
private var choleskyRule: Rule {
  .ofOne(
    pullback: { application, cotangent in
      let factor = application.result
      let inner = halved(factor.transposedTimes(cotangent))
      let left = Node.solve(.triangular(isLower: true, isTransposed: true), factor, inner)
      return Node.solve(.triangular(isLower: true, isTransposed: true), factor, left.matrixTransposed).symmetricPart
    },
    pushforward: { application, tangent in
      let factor = application.result
      let left = Node.solve(.triangular(isLower: true), factor, tangent.symmetricPart)
      let both = Node.solve(.triangular(isLower: true), factor, left.matrixTransposed)
      return factor.times(halved(both))
    })
}

private func halved(_ matrix: Node) -> Node {
  0.5 * (matrix.part(where: .greater) + matrix.part(where: .greaterEqual))
}

/// d = det A:  ḋ = Σ Cᵢⱼ·Ȧᵢⱼ with the cofactors C, which are det A·A⁻ᵀ but also right where A is singular.
private var determinantRule: Rule {
  .ofOne(
    pullback: { application, cotangent in
      let cofactors = Node.matrix(.cofactors, application.x)
      return cotangent.repeated(like: cofactors) * cofactors
    },
    pushforward: { application, tangent in tangent.inner(.matrix(.cofactors, application.x)) })
}

/// C = det A·A⁻ᵀ:  Ċ = (⟨C, Ȧ⟩·C − C·Ȧᵀ·C)/det A, its own adjoint.
///
/// Constant for one row, linear for two. For more, where A is singular the derivative is NaN.
private func cofactorsDerivative(_ application: Application, _ direction: Node) -> Node {
  switch application.x.shape[-1] {
  case 0, 1: return direction.filled(0)
  case 2: return .matrix(.cofactors, direction)
  default:
    let cofactors = application.result
    let along = cofactors.inner(direction).repeated(like: cofactors) * cofactors
    let across = cofactors.timesTransposed(direction).times(cofactors)
    return (along - across) / Node.matrix(.determinant, application.x).repeated(like: cofactors)
  }
}

/// (s, l) = (sign det A, ln |det A|):  l̇ = Σ (A⁻ᵀ)ᵢⱼ·Ȧᵢⱼ; s is a step.
///
/// l = −∞ where A is singular; its derivative fails there, since A has no inverse.
private var logDeterminantRule: Rule {
  .ofOne(
    pullback: { application, cotangent in
      let x = application.x
      return cotangent.entry(1).repeated(like: x) * .solve(.general, x.matrixTransposed, x.identityMatrix)
    },
    pushforward: { application, tangent in
      let x = application.x
      return tangent.inner(.solve(.general, x.matrixTransposed, x.identityMatrix)).asEntry(1, of: 2)
    })
}

/// Y = eᴬ:  Ẏ is the upper right block of the exponential of [A Ȧ; 0 A];  Ā is that of [Aᵀ Ȳ; 0 Aᵀ].
///
/// C. Van Loan, "Computing integrals involving the matrix exponential" (1978); N. Higham, Functions of Matrices (2008),
/// theorem 3.6. A second derivative takes blocks of blocks, so order k costs 8ᵏ exponentials of A.
private var exponentialRule: Rule {
  .ofOne(
    pullback: { exponentialDerivative($0.x.matrixTransposed, $1) },
    pushforward: { exponentialDerivative($0.x, $1) })
}

private func exponentialDerivative(_ a: Node, _ direction: Node) -> Node {
  if a.isInvalid || direction.isInvalid { return a.isInvalid ? a : direction }
  let (size, last) = (a.shape[-1], a.shape.rank - 1)
  let block = Node.concatenate(
    [
      .concatenate([a, direction], axis: last), .concatenate([a.filled(0), a], axis: last),
    ], axis: last - 1)
  let upper = Node.matrix(.matrixExponential, block).rows(0..<size)
  return upper.matrixTransposed.rows(size..<2 * size).matrixTransposed
}

/// P = A⁺ (Golub and Pereyra 1973), where the rank doesn't change:
/// Ṗ = −P·Ȧ·P + P·Pᵀ·Ȧᵀ·(I − A·P) + (I − P·A)·Ȧᵀ·Pᵀ·P,
/// Ā = −Pᵀ·P̄·Pᵀ + (I − A·P)·P̄ᵀ·P·Pᵀ + Pᵀ·P·P̄ᵀ·(I − P·A).
private var pseudoInverseRule: Rule {
  .ofOne(
    pullback: { application, cotangent in
      let (a, p, flipped) = (application.x, application.result, cotangent.matrixTransposed)
      let inner = p.matrixTransposed.times(cotangent).timesTransposed(p)
      let left = flipped - a.times(p.times(flipped))
      let right = flipped - flipped.times(p).times(a)
      return left.times(p).timesTransposed(p) + p.transposedTimes(p.times(right)) - inner
    },
    pushforward: { application, tangent in
      let (a, p, flipped) = (application.x, application.result, tangent.matrixTransposed)
      let left = flipped - flipped.times(a).times(p)
      let right = flipped - p.times(a.times(flipped))
      return p.timesTransposed(p).times(left) + right.timesTransposed(p).times(p) - p.times(tangent).times(p)
    })
}
