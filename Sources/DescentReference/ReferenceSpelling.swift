import DescentGraph
import DescentTensor

/// How the reference cases' operations are spelt with Descent's tensors, by the operations' names.
///
/// A spelling may count on its inputs and on the parameters that have no default: ``ReferenceOperation`` has checked
/// that they are there. What else is wrong with a case is told by the tensor functions.
package enum ReferenceSpelling {
  /// From the inputs and the parameters to the outputs.
  package typealias Function =
    @Sendable (_ inputs: [Tensor], _ parameters: ReferenceParameters) throws -> [Tensor]

  /// The operations that can be spelt today.
  package static let all: [String: Function] = {
    let tables = [
      unary, functions, activations, binary, products, contractions, reductions, statistics, scans, shaping,
      repetitions,
      triangles, slices, indexing, masks, orders, losses, classLosses, normalisations, attention, recurrences,
      wholeFunctions, convolutions, linearAlgebra, operators,
    ]
    return tables.reduce(into: [:]) { all, table in all.merge(table) { first, _ in first } }
  }()

  /// An operation of one tensor.
  static func one(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Function { { x, _ in [function(x[0])] } }

  /// An operation of two tensors.
  static func two(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Function {
    { x, _ in [function(x[0], x[1])] }
  }

  /// An operation of one tensor along the axis that the parameters name.
  static func atAxis(_ function: @escaping @Sendable (Tensor, Int) -> Tensor) -> Function {
    { x, parameters in [function(x[0], parameters.integer("axis") ?? -1)] }
  }

  /// A reduction of the axes that the parameters name; null means all of them.
  static func along(
    _ function: @escaping @Sendable (Tensor, [Int], Bool, ReferenceParameters) -> Tensor
  ) -> Function {
    { x, parameters in
      let keeping = parameters.truth("keep_axes")
      guard let axes = parameters.integers("axes") else { return [function(x[0], [], keeping, parameters)] }
      // An empty list is none of the axes in the cases, all of them in the functions here.
      if axes.isEmpty { return [function(x[0].expanded(axes: 0), [0], false, parameters)] }
      return [function(x[0], axes, keeping, parameters)]
    }
  }

  static func along(_ function: @escaping @Sendable (Tensor, [Int], Bool) -> Tensor) -> Function {
    along { x, axes, keeping, _ in function(x, axes, keeping) }
  }
}
