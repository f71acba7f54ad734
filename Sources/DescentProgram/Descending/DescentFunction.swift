import DescentGraph
import DescentTensor

/// A program's value as a function of some of the values that it is given.
struct DescentFunction: Sendable {
  let program: Program
  /// What moves.
  let names: [String]
  /// The name of the value, nil for the program's last one.
  let target: String?
  /// The shapes of what moves.
  let shapes: [Shape]
  /// The values that the program gives.
  let start: [[Double]]

  /// A function of names that a program gives values to.
  ///
  /// - Throws: ``ProgramError`` for a program that can't be run, ``DescentGraph/TensorError`` for a name that can't move
  ///   and for a value without a gradient.
  init(_ program: Program, of names: [String], target: String?) throws {
    let run = try ProgramRun(program)
    (self.program, self.names, self.target) = (program, names, target)
    guard !names.isEmpty else { throw TensorError.descend("there is no name whose value moves") }
    let tensors = try names.map { name in
      guard names.count(where: { $0 == name }) == 1 else { throw TensorError.descend("'\(name)' is named twice") }
      return try program.given(name, in: run)
    }
    shapes = tensors.map(\.shape)
    try evaluate(tensors)
    start = tensors.map(\.scalars)
    try checkTarget(in: run)
  }

  private func checkTarget(in run: ProgramRun) throws {
    let value = try target.map { try run.assigned($0) } ?? run.result
    guard value.elementCount == 1, value.scalarType.isFloatingPoint else {
      throw TensorError(
        .notScalar, "descend",
        "\(value.name.map { "'\($0)'" } ?? "the result") has shape \(value.shape) and type \(value.scalarType); descent "
          + "needs one floating-point number: reduce it first, for example with sum or mean")
    }
    let tape = GradientTape(persistent: true)
    let (mine, sources) = try values(at: start, on: tape)
    for (name, source) in zip(names, sources) {
      do throws(TensorError) { _ = try tape.gradient(of: mine, withRespectTo: source) } catch {
        guard error.kind == .disconnected else { throw error }
        let what = value.name.map { "'\($0)'" } ?? "the result"
        throw TensorError(.disconnected, "descend", "\(what) does not depend on '\(name)'")
      }
    }
  }

  /// The value at a point.
  func value(at point: [[Double]]) throws -> Double {
    let (value, _) = try values(at: point, on: nil)
    try evaluate(value)
    return value.scalar
  }

  /// The value and the gradient at a point.
  func valueWithGradient(at point: [[Double]]) throws -> (value: Double, gradient: [[Double]]) {
    let tape = GradientTape()
    let (value, sources) = try values(at: point, on: tape)
    let gradients = try checked { try tape.gradient(of: value, withRespectTo: sources, disconnected: .zeros) }
    try evaluate([value] + gradients)
    return (value.scalar, gradients.map(\.scalars))
  }

  /// The value at a point, and the tensors that it is computed from.
  private func values(at point: [[Double]], on tape: GradientTape?) throws -> (Tensor, [Tensor]) {
    var values: [String: Tensor] = [:]
    for (index, name) in names.enumerated() {
      values[name] = Tensor(scalars: point[index], shape: shapes[index], type: .float64)
    }
    func run() throws -> ProgramRun { try ProgramRun(program, replacing: values) }
    let found = try tape.map { try $0.record(run) } ?? run()
    return (try target.map { try found.assigned($0) } ?? found.result, try names.map { try found.assigned($0) })
  }
}

extension Program {
  /// The tensor of a name that the program gives a value to, once and without computing it from other names.
  fileprivate func given(_ name: String, in run: ProgramRun) throws -> Tensor {
    let tensor = try run.assigned(name)
    let mine = statements.filter { $0.name == name }
    let assigned = Set(assignedNames)
    var isComputed = false
    for statement in mine { statement.expression.forEachName { isComputed = isComputed || assigned.contains($0) } }
    guard !isComputed else { throw TensorError.descend("'\(name)' is computed; only given values can move") }
    guard mine.count == 1 else {
      throw TensorError.descend("'\(name)' is assigned \(mine.count) times; a value that moves is given once")
    }
    guard tensor.scalarType.isFloatingPoint else {
      throw TensorError.descend("'\(name)' is \(tensor.scalarType); only floating-point numbers can move")
    }
    return tensor
  }
}

extension ProgramRun {
  /// Runs a program with other values in the place of those that it assigns to some names.
  ///
  /// - Parameters:
  ///   - program: What to run.
  ///   - values: The values of names that the program assigns.
  package init(_ program: Program, replacing values: [String: Tensor]) throws(ProgramError) {
    // No program has a name with a space, so these meet none of its own.
    var free: [String: Tensor] = [:]
    for (name, value) in values { free["given \(name)"] = value }
    let statements = program.statements.map { statement in
      guard let name = statement.name, values[name] != nil else { return statement }
      return Program.Statement(
        name: name, expression: ProgramExpression(kind: .name("given \(name)"), range: statement.expression.range),
        range: statement.range)
    }
    try self.init(Program(statements, source: program.source), free: free)
  }

  /// The tensor of a name.
  fileprivate func assigned(_ name: String) throws(TensorError) -> Tensor {
    if let tensor = self[name] { return tensor }
    let known = program.assignedNames.joined(separator: ", ")
    throw TensorError.descend("the program does not assign '\(name)'; it assigns \(known)")
  }
}

extension Program {
  fileprivate init(_ statements: [Statement], source: ProgramText) {
    (self.statements, self.source) = (statements, source)
  }
}

extension TensorError {
  /// A descent that can't be done as asked for.
  static func descend(_ message: String) -> TensorError { TensorError(.invalidArgument, "descend", message) }
}
