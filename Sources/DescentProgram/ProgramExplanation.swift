import DescentExplain
import DescentGraph
import DescentNotation
import DescentTensor

// Programs as text, explained: what `descent explain` and `descent derive` show.

extension ProgramRun {
  /// The derivation of the gradient of a program's value with respect to names that it assigns.
  ///
  /// ```swift
  /// let run = try ProgramRun(Program(parsing: "w = [1, 2]; f = sum(w**2)"))
  /// print(try run.explained(withRespectTo: ["w"]))
  /// ```
  ///
  /// - Parameters:
  ///   - names: What to differentiate with respect to.
  ///   - target: The name of a value with one element; the program's last value if nil.
  ///   - options: How much is shown.
  /// - Throws: ``DescentGraph/TensorError`` for a name that the program does not assign, a target that is no single
  ///   number, or one that does not depend on a name.
  public func explained(
    withRespectTo names: [String], of target: String? = nil, options: ExplanationOptions = ExplanationOptions()
  ) throws -> Derivation {
    let known = assignments.map(\.name)
    func tensor(_ name: String) throws -> Tensor {
      if let tensor = self[name] { return tensor }
      throw TensorError(
        .invalidArgument, "explain",
        "the program does not assign '\(name)'; it assigns \(known.joined(separator: ", "))")
    }
    return try checked {
      try Derivation(of: target.map(tensor) ?? result, withRespectTo: names.map(tensor), options: options)
    }
  }
}

/// The derivative of an expression in the notation of mathematics by hand, line by line.
///
/// ```swift
/// let derivation = try derive("(3x + 2x^2)^2", withRespectTo: ["x"])[0]
/// print(derivation.derivative.text)       // 2(3x + 2x²)·(3 + 4x)
/// ```
///
/// - Parameters:
///   - text: An expression, or a program whose last value is one; names that it does not assign are variables.
///   - variables: What to differentiate with respect to, one after the other: two names give a second derivative.
///   - simplifies: Whether the last line is simplified.
/// - Returns: A derivation for each of the variables, each of the derivative before it.
/// - Throws: ``ProgramError`` for what can't be read, ``DescentGraph/TensorError`` for what is no expression of single
///   numbers.
public func derive(
  _ text: String, withRespectTo variables: [String], simplifies: Bool = true
) throws -> [ScalarDerivation] {
  let program = try Program(
    parsing: text, options: Program.Options(juxtaposition: true, names: Set(variables.filter { $0.count > 1 })))
  var free: [String: Tensor] = [:]
  for name in program.freeNames + variables { free[name] = Tensor(Node.symbol(name, Shape(), .float64)) }
  let isPartial = Set(program.freeNames + variables).count > 1
  return try checked {
    let run = try ProgramRun(program, free: free)
    return try ScalarDerivation.derive(
      run.result.node, by: variables, isPartial: isPartial, simplifies: simplifies)
  }
}
