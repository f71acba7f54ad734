import DescentGraph
import Foundation

// Special points of the elementary and special functions.

extension SpecialPoint {
  static let functionPoles = [
    SpecialPoint("rsqrt at 0", [[0, 4]], [[-.infinity, -0.0625]]) { .unary(.rsqrt, $0[0]) },
    SpecialPoint("cbrt at 0", [[0, -0.0, 8, -8]], [[.infinity, .infinity, 1.0 / 12, 1.0 / 12]]) {
      .unary(.cbrt, $0[0])
    },
    SpecialPoint("log2 at 0", [[0, 4]], [[.infinity, 0.25 / log(2)]]) { .unary(.log2, $0[0]) },
    SpecialPoint("log10 at 0", [[0, 4]], [[.infinity, 0.25 / log(10)]]) { .unary(.log10, $0[0]) },
    SpecialPoint("lgamma at ±0", [[0, -0.0]], [[-.infinity, .infinity]]) { .unary(.lgamma, $0[0]) },
    SpecialPoint("trigamma at ±0", [[0, -0.0]], [[-.infinity, .infinity]]) {
      .binary(.polygamma, $0[0].filled(1), $0[0])
    },
    SpecialPoint("log1p at −1", [[-1, 0]], [[.infinity, 1]]) { .unary(.log1p, $0[0]) },
    SpecialPoint("expm1 far out", [[-800, 0, 800]], [[0, 1, .infinity]]) { .unary(.expm1, $0[0]) },
    SpecialPoint("asin at ±1", [[-1, 0, 1]], [[.infinity, 1, .infinity]]) { .unary(.asin, $0[0]) },
    SpecialPoint("acos at ±1", [[-1, 0, 1]], [[-.infinity, -1, -.infinity]]) { .unary(.acos, $0[0]) },
    SpecialPoint("acosh at 1", [[1]], [[.infinity]]) { .unary(.acosh, $0[0]) },
    SpecialPoint("atanh at ±1", [[-1, 0, 1]], [[.infinity, 1, .infinity]]) { .unary(.atanh, $0[0]) },
    SpecialPoint("erf far out", [[-100, 0, 100]], [[0, 2 / Double.pi.squareRoot(), 0]]) { .unary(.erf, $0[0]) },
    SpecialPoint("erfinv at ±1", [[-1, 0, 1]], [[.infinity, Double.pi.squareRoot() / 2, .infinity]]) {
      .unary(.erfinv, $0[0])
    },
    SpecialPoint("floor", [[-1.5, 0, 1, 2.5]], [[0, 0, 0, 0]]) { .unary(.floor, $0[0]) },
    SpecialPoint("ceil", [[-1.5, 0, 1, 2.5]], [[0, 0, 0, 0]]) { .unary(.ceil, $0[0]) },
    SpecialPoint("round", [[-1.5, 0, 1, 2.5]], [[0, 0, 0, 0]]) { .unary(.round, $0[0]) },
    SpecialPoint("truncate", [[-1.5, 0, 1, 2.5]], [[0, 0, 0, 0]]) { .unary(.truncate, $0[0]) },
  ]

  static let functionsOfTwo = [
    SpecialPoint("remainder", [[5, -5, 5, -5, 6], [3, 3, -3, -3, 3]], [[1, 1, 1, 1, 1], [-1, 2, 2, -1, -2]]) {
      .binary(.remainder, $0[0], $0[1])
    },
    SpecialPoint(
      "truncatedRemainder", [[5, -5, 5, -5, 6], [3, 3, -3, -3, 3]], [[1, 1, 1, 1, 1], [-1, 1, 1, -1, -2]]
    ) {
      .binary(.truncatedRemainder, $0[0], $0[1])
    },
    SpecialPoint("atan2 on the axes", [[0, 1, -1, 0], [1, 0, 0, -1]], [[1, 0, 0, -1], [0, -1, 1, 0]]) {
      .binary(.atan2, $0[0], $0[1])
    },
    SpecialPoint("logaddexp", [[1, 800, -800], [1, -800, 800]], [[0.5, 1, 0], [0.5, 0, 1]]) {
      .binary(.logaddexp, $0[0], $0[1])
    },
    SpecialPoint("xlogy at 0", [[0, 0, 2], [0, 2, 4]], [[0, log(2), log(4)], [0, 0, 0.5]]) {
      .binary(.xlogy, $0[0], $0[1])
    },
    SpecialPoint("copysign", [[2, -2, 0, 3], [-1, -0.0, -1, 1]], [[-1, 1, 0, 1], [0, 0, 0, 0]]) {
      .binary(.copysign, $0[0], $0[1])
    },
  ]
}
