import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Numbers of a shape between −1 and 1.
func randomMatrices(_ shape: Shape, _ type: ScalarType, seed: UInt64 = 1) -> Tensor {
  var generator = SplitMix64(seed: seed)
  return Tensor(scalars: generator.doubles(shape.elementCount), shape: shape, type: type)
}

/// Symmetric matrices whose eigenvalues are at least 1.
func positiveMatrices(_ shape: Shape, _ type: ScalarType) -> Tensor {
  let x = randomMatrices(shape, type)
  return matmul(x, x.matrixTransposed) + Tensor.eye(shape[-1], type: type)
}

/// Square matrices without small singular values.
func safeMatrices(_ shape: Shape, _ type: ScalarType) -> Tensor {
  randomMatrices(shape, type) + 2 * Double(shape[-1]).squareRoot()
    * Tensor.eye(shape[-1], type: type).rolled(by: 1, axis: 0)
}

extension Tensor {
  /// The last two axes exchanged.
  var matrixTransposed: Tensor { movingAxis(from: -1, to: -2) }
}

/// The types that linear algebra is computed for.
let realTypes: [ScalarType] = [.float32, .float64]

extension Tolerance {
  /// Relative, for results of matrices with n rows.
  static func rounding(_ type: ScalarType, _ n: Int) -> Tolerance {
    .relative(32 * type.ulpOfOne * Double(n + 2))
  }
}

/// Expects two tensors to have the same shape, type and, up to rounding, elements.
func expectSame(_ actual: Tensor, _ expected: Tensor, _ words: String) {
  guard actual.shape == expected.shape, actual.scalarType == expected.scalarType else {
    return expectClose([1.0], [0.0], .exact, "\(words): \(actual.scalarType) \(actual.shape), not \(expected.shape)")
  }
  let size = actual.rank >= 2 ? Swift.max(actual.shape[-2], actual.shape[-1]) : actual.elementCount
  expectClose(actual.scalars, expected.scalars, .rounding(actual.scalarType, size), words)
}

/// Identity matrices of a shape.
func identities(_ shape: Shape, _ type: ScalarType) -> Tensor { Tensor.eye(shape[-1], type: type).broadcast(to: shape) }
