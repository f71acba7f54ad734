import DescentGraph

// Means, moments, norms and softmax are several operations each. On float16 and bfloat16 they run in float32 and round
// their result once, or the sum of a mean would overflow where the mean does not.

extension Tensor {
  /// The tensor in float32 if it is float16 or bfloat16.
  package var widened: Tensor { [.float16, .bfloat16].contains(scalarType) ? converted(to: .float32) : self }

  /// The tensor in the type of its moments: float32 for integers and truth values too.
  var real: Tensor { scalarType.isFloatingPoint ? widened : converted(to: .float32) }

  /// What was computed from ``widened`` or ``real``, in this tensor's type if that is floating-point.
  func narrowed(_ result: Tensor) -> Tensor { scalarType.isFloatingPoint ? result.converted(to: scalarType) : result }
}
