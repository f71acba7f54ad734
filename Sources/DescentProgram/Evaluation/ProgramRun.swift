import DescentGraph
import DescentTensor

/// What a program computes: the tensors that it names, and its result.
///
/// ```swift
/// let run = try ProgramRun(Program(parsing: "y = [[1, -2], [2, 1]] @ [1, 2]; y.sum()"))
/// print(run.result)       // 1.0
/// for assignment in run.assignments { print(assignment.name, assignment.tensor) }     // y [-3.0, 4.0]
/// ```
///
/// Like all arithmetic on tensors, running computes nothing but what sizes, axes and indices depend on; values are
/// computed when they are looked at, or by ``evaluate()``. Run inside `GradientTape.record` to ask for derivatives with
/// respect to ``Assignment/tensor``s, or give tensors of your own for the program's free names:
///
/// ```swift
/// let square = try Program(parsing: "x**2 + 1")
/// let slope = try gradient(at: Tensor(3.0)) { x in try ProgramRun(square, free: ["x": x], type: .float32).result }
/// ```
public struct ProgramRun: Sendable {
  /// A name with its tensor.
  public struct Assignment: Sendable {
    /// The name to the left of `=`.
    public let name: String
    /// The value, which bears the name.
    public let tensor: Tensor
    /// The characters of ``Program/text`` that the statement takes.
    public let range: Range<Int>
    /// Whether the right side is made of numbers alone, as data and parameters are.
    public let isLiteral: Bool
  }

  /// The most elements that a tensor of a program may have; all named tensors together may have ten times as many.
  public static let largestElementCount = 10_000_000

  /// The program.
  public let program: Program
  /// The assignments in order; of several with one name, all.
  public let assignments: [Assignment]
  /// The value of the last statement.
  public let result: Tensor

  /// Runs a program.
  ///
  /// - Parameters:
  ///   - program: What to run.
  ///   - free: Tensors for names that the program uses without assigning them. One that does not bear its name is
  ///     given it by `named(_:)`.
  ///   - type: The floating-point type of all numbers of the program.
  /// - Throws: a mistake in shapes, types or arguments, at the operator or the call that makes it.
  public init(
    _ program: Program, free: [String: Tensor] = [:], type: ScalarType = .float64
  ) throws(ProgramError) {
    try self.init(program, free: free, limits: ProgramLimits(type: type, elementCount: Self.largestElementCount))
  }

  init(_ program: Program, free: [String: Tensor] = [:], limits: ProgramLimits) throws(ProgramError) {
    self.program = program
    do {
      var evaluator = ProgramEvaluator(limits: limits, names: free)
      result = try evaluator.run(program)
      assignments = evaluator.assignments
    } catch let fault as ProgramFault {
      throw program.source.error(fault)
    } catch {
      throw program.source.error(ProgramFault(0..<0, "\(error)"))
    }
  }

  /// The tensor that a name stands for at the end of the program, nil if the program does not assign it.
  public subscript(name: String) -> Tensor? { assignments.last { $0.name == name }?.tensor }

  /// Computes all named tensors and the result now.
  ///
  /// - Throws: what only values show, such as a singular matrix, at the statement that first meets it.
  public func evaluate() throws(ProgramError) {
    for assignment in assignments { try evaluate(assignment.tensor, assignment.range) }
    if let last = program.statements.last { try evaluate(result, last.range) }
  }

  private func evaluate(_ tensor: Tensor, _ range: Range<Int>) throws(ProgramError) {
    do throws(TensorError) { try DescentTensor.evaluate(tensor) } catch {
      throw program.source.error(ProgramFault(range, error.description))
    }
  }
}
