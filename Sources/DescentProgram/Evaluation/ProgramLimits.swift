import DescentGraph
import DescentTensor

/// The type of a run's tensors, and how large they may be.
///
/// A short line can ask for more memory than there is: `zeros(100000, 100000)`.
struct ProgramLimits: Sendable {
  /// The type of all numbers.
  let type: ScalarType
  /// The most elements that a tensor may have.
  let elementCount: Int

  /// The most elements of all named tensors together, and of the windows that a convolution lays out.
  var totalCount: Int { 10 * elementCount }

  /// Refuses a tensor that is too large.
  func check(_ tensor: Tensor, _ place: Range<Int>) throws(ProgramFault) {
    if !tensor.node.isInvalid { try check(tensor.elementCount, atMost: elementCount, place) }
  }

  func check(_ count: Int, atMost limit: Int, _ place: Range<Int>) throws(ProgramFault) {
    guard count <= limit else {
      let found = count == .max ? "far more" : "\(count) elements, more"
      throw ProgramFault(
        place, "the result would have \(found) than the \(limit) elements that a program's tensors may have")
    }
  }
}
