import DescentGraph
import TestSupport

// Matrices at which factors are not unique, or not all of a matrix counts.

extension SpecialPoint {
  static let matrices = [
    SpecialPoint("the determinant where there is no inverse is given by cofactors", [[1, 2, 2, 4]], [[4, -2, -2, 1]]) {
      .matrix(.determinant, .reshape($0[0], to: [2, 2]))
    },
    SpecialPoint(
      "the determinant of a matrix of low rank is flat", [[1, 1, 1, 1, 1, 1, 1, 1, 1]], [[0, 0, 0, 0, 0, 0, 0, 0, 0]]
    ) { .matrix(.determinant, .reshape($0[0], to: [3, 3])) },
    SpecialPoint("the sum of equal eigenvalues", [[2, 0, 0, 2]], [[1, 0, 0, 1]]) {
      let factors = Node.matrix(.symmetricEigen, .reshape($0[0], to: [2, 2]))
      return .slice(factors, Window(rank: 2), to: [1, 2])
    },
    SpecialPoint("the sum of equal singular values", [[1, 0, 0, 1]], [[1, 0, 0, 1]]) {
      let factors = Node.matrix(.svd, .reshape($0[0], to: [2, 2]))
      var window = Window(rank: 2)
      window.starts[0] = 2
      return .slice(factors, window, to: [1, 2])
    },
    SpecialPoint("both triangles share in a Cholesky factor", [[4, 0, 0, 9]], [[0.25, 0.25, 0.25, 1.0 / 6]]) {
      .matrix(.cholesky, .reshape($0[0], to: [2, 2]))
    },
    SpecialPoint("the sign of a determinant is a step", [[1, 2, 3, 4]], [[0, 0, 0, 0]]) {
      let both = Node.matrix(.logDeterminant, .reshape($0[0], to: [2, 2]))
      return .slice(both, Window(rank: 1), to: [1])
    },
    SpecialPoint(
      "the triangle that is not read has derivative 0", [[2, 5, 1, 4], [2, 5]],
      [[-0.375, 0, -0.25, -0.25], [0.375, 0.25]]
    ) { .solve(.triangular(isLower: true), .reshape($0[0], to: [2, 2]), .reshape($0[1], to: [2, 1])) },
  ]
}
