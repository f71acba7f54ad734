import DescentGraph
import DescentTensor
import Foundation

/// One result of a case that is not what it must be.
package struct ReferenceFault: Sendable, CustomStringConvertible {
  /// The kinds of results that a case can hold.
  package enum Kind: String, Sendable, CaseIterable {
    case output
    case gradient
    case outputTangent = "output tangent"
    case secondGradient = "second gradient"
    case jacobian
    case hessian
  }

  package let kind: Kind
  /// The result, such as `gradient of input 1 (weight)`.
  package let what: String
  /// The type that was computed in.
  package let type: ScalarType
  /// How it is wrong.
  package let problem: String

  package var description: String { "\(what), \(type): \(problem)" }
}

/// How two tensors are compared: error = max |computed − expected| / max(max |expected|, 0.001).
struct ReferenceComparison {
  let tolerance: Double

  private static let floor = 1e-3

  /// What is wrong with a computed tensor, nil if nothing is.
  func problem(_ computed: Tensor, _ expected: Tensor) -> String? {
    guard computed.shape == expected.shape else { return "has shape \(computed.shape), expected \(expected.shape)" }
    guard expected.scalarType.isFloatingPoint else { return integerProblem(computed, expected) }
    guard computed.scalarType.isFloatingPoint else {
      return "has elements of type \(computed.scalarType), expected floating-point numbers"
    }
    let (found, wanted) = (computed.scalars, expected.scalars)
    let scale = wanted.reduce(Self.floor) { $1.isFinite ? Swift.max($0, abs($1)) : $0 }
    let errors = zip(found, wanted).map { Self.distance($0, $1) / scale }
    guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }), errors[worst] > tolerance else { return nil }
    let count = errors.count { $0 > tolerance }
    return "error \(Self.short(errors[worst])) exceeds \(Self.short(tolerance)), worst at "
      + "\(expected.shape.index(of: worst)): computed \(found[worst]), expected \(wanted[worst])"
      + (errors.count > 1 ? " (\(count) of \(errors.count) entries differ)" : "")
  }

  /// Integers and truth values must be the same.
  private func integerProblem(_ computed: Tensor, _ expected: Tensor) -> String? {
    guard computed.scalarType == expected.scalarType || computed.scalarType.isInteger && expected.scalarType.isInteger
    else { return "has elements of type \(computed.scalarType), expected \(expected.scalarType)" }
    let (found, wanted) = (computed.scalars(as: Int64.self), expected.scalars(as: Int64.self))
    guard let first = zip(found, wanted).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else {
      return nil
    }
    let count = zip(found, wanted).count { $0 != $1 }
    return "differs first at \(expected.shape.index(of: first)): computed \(found[first]), expected \(wanted[first]) "
      + "(\(count) of \(wanted.count) entries differ)"
  }

  /// NaN and infinity are far from all but themselves.
  private static func distance(_ x: Double, _ y: Double) -> Double {
    if x == y || (x.isNaN && y.isNaN) { return 0 }
    return x.isFinite && y.isFinite ? abs(x - y) : .infinity
  }

  /// Two digits are enough to judge an error by.
  private static func short(_ value: Double) -> String { String(format: "%.1e", value) }
}
