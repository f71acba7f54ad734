import DescentGraph
import DescentTensor

// Numbers where a function or an index needs them as such: sizes, axes, classes. Programs have one type of number, so
// whole ones are asked of their values.

extension ProgramArguments {
  static func number(_ value: ProgramValue, _ name: String) throws(ValueComplaint) -> Double {
    switch value {
    case .number(let number): return number
    case .truth(let truth): return truth ? 1 : 0
    case .tensor(let tensor) where tensor.elementCount == 1: return try known(tensor, name)[0]
    case .tensor, .list, .text, .none:
      throw ValueComplaint("'\(name)' is a number, not \(value.described)")
    }
  }

  static func integer(_ value: ProgramValue, _ name: String) throws(ValueComplaint) -> Int {
    try whole(number(value, name), name)
  }

  static func integers(_ value: ProgramValue, _ name: String) throws(ValueComplaint) -> [Int] {
    switch value {
    case .list(let entries):
      var numbers: [Int] = []
      for entry in entries { numbers.append(try integer(entry, name)) }
      return numbers
    case .tensor(let tensor) where tensor.rank == 1:
      var numbers: [Int] = []
      for number in try known(tensor, name) { numbers.append(try whole(number, name)) }
      return numbers
    case .number, .truth, .tensor, .text, .none: return [try integer(value, name)]
    }
  }

  /// Indices or classes: an int64 tensor, whose values are known, from one whose elements are whole.
  static func indices(_ value: ProgramValue, _ name: String) throws(ValueComplaint) -> Tensor {
    let tensor = try value.tensor(.float64)
    if tensor.scalarType.isInteger { return tensor }
    var numbers: [Int] = []
    for number in try known(tensor, name) { numbers.append(try whole(number, name)) }
    let indices = Tensor(scalars: numbers, shape: tensor.shape)
    guard let label = tensor.name else { return indices }
    let named = indices.named(label)
    try? evaluate(named)
    return named
  }

  private static func whole(_ number: Double, _ name: String) throws(ValueComplaint) -> Int {
    guard let whole = Int(exactly: number), whole.magnitude <= 1 << 53 else {
      throw ValueComplaint("'\(name)' needs whole numbers, and \(ProgramValue.spelt(number)) is none")
    }
    return whole
  }

  /// The elements of a tensor, which are computed for this.
  private static func known(_ tensor: Tensor, _ name: String) throws(ValueComplaint) -> [Double] {
    if tensor.node.isInvalid { return [0] }
    guard !tensor.node.isOpen else { throw ValueComplaint("'\(name)' must be known before the program runs") }
    do throws(TensorError) { try evaluate(tensor) } catch { throw ValueComplaint(error.description) }
    return tensor.scalars
  }
}
