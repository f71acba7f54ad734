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

  /// The most elements of all named tensors together, and of what is computed on the way to one of them.
  var totalCount: Int { 10 * elementCount }

  /// Refuses a tensor that is too large.
  func check(_ tensor: Tensor, _ place: Range<Int>) throws(ProgramFault) {
    if !tensor.node.isInvalid { try check(tensor.elementCount, atMost: elementCount, place) }
  }

  func check(
    _ count: Int, atMost limit: Int, _ place: Range<Int>, what: String = "the result"
  ) throws(ProgramFault) {
    guard count <= limit else {
      let found = count == .max ? "far more" : "\(count) elements, more"
      throw ProgramFault(
        place, "\(what) would have \(found) than the \(limit) elements that a program's tensors may have")
    }
  }

  /// Refuses a tensor if something between it and its operands is too large, such as the windows of a convolution.
  func check(_ tensor: Tensor, madeOf operands: [ProgramValue], _ place: Range<Int>) throws(ProgramFault) {
    try check(tensor, place)
    var seen = Set(operands.flatMap(\.tensors).map { ObjectIdentifier($0.node) })
    var pending = [tensor.node]
    while let node = pending.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      try check(node.shape.elementCount, atMost: totalCount, place, what: "an intermediate result")
      pending += GraphLock.withLock { node.operands }
    }
  }
}
