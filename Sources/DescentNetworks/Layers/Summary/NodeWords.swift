import DescentGraph

extension Node {
  /// The operation in a word.
  var word: String {
    if case .unary(let function) = operation { return "\(function)" }
    if case .binary(let function) = operation { return "\(function)" }
    if case .reduce(let reduction, _) = operation { return "\(reduction)" }
    return String("\(operation)".prefix { $0 != "(" })
  }
}
