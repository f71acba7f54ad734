/// What is wrong with a tensor program or with what it was given.
///
/// The description is one clear line: the operation, the shapes and names involved, and what to do.
public struct TensorError: Error, Hashable, Sendable {
  /// The classes of mistakes, for programs that handle some of them.
  public enum Kind: Hashable, Sendable {
    /// Shapes that do not fit together.
    case shapeMismatch
    /// Scalar types that do not fit together, or one that an operation does not take.
    case scalarTypeMismatch
    /// An axis that the tensor does not have, or names twice.
    case invalidAxis
    /// An argument outside its domain.
    case invalidArgument
    /// An index outside the axis it addresses.
    case indexOutOfBounds
    /// A derivative was asked of something that does not depend on the other.
    case disconnected
    /// A derivative was asked of something that has none.
    case notDifferentiable
    /// A scalar is needed, and the tensor has another shape.
    case notScalar
    /// A tape that is not persistent was asked for a second gradient, or asked before it recorded.
    case tapeMisuse
    /// A nested literal whose rows differ in length.
    case raggedLiteral
    /// Integers divided by zero.
    case divisionByZero
    /// A matrix without an inverse where one is needed.
    case singularMatrix
    /// A matrix that must be positive definite and is not.
    case notPositiveDefinite
    /// The device or the memory said no.
    case resource
  }

  /// The class of the mistake.
  public let kind: Kind
  /// The operation that found it, as the user writes it.
  public let operation: String
  /// What is wrong and what to do, without the operation's name.
  public let message: String

  /// A mistake of a kind, found by an operation.
  public init(_ kind: Kind, _ operation: String, _ message: String) {
    self.kind = kind
    self.operation = operation
    self.message = message
  }
}

extension TensorError: CustomStringConvertible {
  /// The operation, a colon and the message.
  public var description: String { "\(operation): \(message)" }
}

/// The one door through which a wrong program stops.
///
/// `precondition` loses its message in optimised builds, so mistakes go through here instead. Inside ``checked(_:)``
/// the first mistake is kept, the failed operation yields an invalid tensor, and the scope throws at its end.
package enum Failure {
  /// Stops the program with the error, or keeps it for the enclosing `checked`.
  package static func stop(_ error: TensorError) {
    guard let scope = Scope.existing, scope.checkDepth > 0 else { fatalError(error.description) }
    if scope.firstError == nil { scope.firstError = error }
  }
}

/// Runs a piece of tensor program and throws its first mistake instead of stopping the process.
///
/// For programs that must survive a wrong formula: servers, importers, the command line. Results that leave the
/// scope are evaluated by their reader; a mistake found during evaluation is thrown as well if it happens inside.
///
/// ```swift
/// do { try checked { print(a • b) } } catch { print("can't multiply: \(error)") }
/// ```
///
/// - Throws: the first ``TensorError`` that happened, or whatever `body` throws.
public func checked<Result>(_ body: () throws -> Result) throws -> Result {
  let scope = Scope.current
  let outer = scope.firstError
  scope.firstError = nil
  scope.checkDepth += 1
  defer {
    scope.checkDepth -= 1
    scope.firstError = outer
  }
  let result = Swift.Result { try body() }
  if let error = scope.firstError { throw error }
  return try result.get()
}
