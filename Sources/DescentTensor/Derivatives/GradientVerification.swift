import DescentGraph
import Foundation

/// Compares the gradient of a function with central finite differences, element by element, in float64.
///
/// For checking a function with a derivative of its own, or one's own understanding. Costs four calls of the function
/// for each element.
///
/// ```swift
/// print(verifyGradient(of: { x in (x ** 3).sum() }, at: Tensor([1, 2])))
/// // "the gradient is correct", or a table of the worst elements
/// ```
///
/// - Parameters:
///   - function: A smooth function with a one-element result. It is called with float64 tensors, so constants it uses
///     must have that type, and it must return the same value for the same argument.
///   - argument: Where to compare: a tensor or a structure of tensors. Floating-point tensors become float64.
///   - tolerance: The largest error that counts as correct.
public func verifyGradient<Argument: TensorStructure>(
  of function: (Argument) throws -> Tensor, at argument: Argument, tolerance: Double = 1e-6
) rethrows -> GradientVerification {
  let point = argument.replacingTensors(
    with: argument.tensors.map { $0.scalarType.isFloatingPoint ? $0.converted(to: .float64) : $0 })
  let automatic = try gradient(at: point, of: function).tensors
  var paths: [String] = []
  var named = point
  named.forEachTensor { _, path in paths.append(path) }
  var tensors = point.tensors
  var entries: [GradientVerification.Entry] = []
  for place in tensors.indices where tensors[place].scalarType.isFloatingPoint {
    let tensor = tensors[place]
    let (values, derivatives) = (tensor.scalars, automatic[place].scalars)
    guard values.count == derivatives.count else { continue }
    for element in values.indices {
      let difference = try fourthOrderDifference(at: values[element]) { value in
        var moved = values
        moved[element] = value
        tensors[place] = Tensor(scalars: moved, shape: tensor.shape, type: .float64)
        return try function(point.replacingTensors(with: tensors)).converted(to: .float64).scalar
      }
      tensors[place] = tensor
      entries.append(
        .init(
          tensor: paths[place], index: tensor.shape.index(of: element), automatic: derivatives[element],
          finiteDifference: difference))
    }
  }
  return GradientVerification(entries: entries, tolerance: tolerance)
}

/// f′(x) ≈ (8(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h)))/12h, with an error of h⁴f⁽⁵⁾/30 (Abramowitz and Stegun 25.3.6).
private func fourthOrderDifference(at x: Double, of function: (Double) throws -> Double) rethrows -> Double {
  let step = 1e-3 * max(1, abs(x))
  let near = try function(x + step) - function(x - step)
  let far = try function(x + 2 * step) - function(x - 2 * step)
  return (8 * near - far) / (12 * step)
}

/// What ``verifyGradient(of:at:tolerance:)`` found: each element's derivative by both methods.
public struct GradientVerification: Sendable {
  /// One element's derivative.
  public struct Entry: Sendable {
    /// The dotted path of the tensor in its structure, empty for a tensor by itself.
    public let tensor: String
    /// The element's place in its tensor.
    public let index: [Int]
    /// The derivative by the function's rules.
    public let automatic: Double
    /// The derivative by central differences.
    public let finiteDifference: Double

    /// |automatic − finite difference|, relative to the larger of them if that is above 1; infinite for NaN.
    public var error: Double {
      if automatic == finiteDifference { return 0 }
      let error = abs(automatic - finiteDifference) / max(1, abs(automatic), abs(finiteDifference))
      return error.isNaN ? .infinity : error
    }
  }

  /// Every element of every floating-point tensor, in order.
  public let entries: [Entry]
  /// The largest error that counts as correct.
  public let tolerance: Double

  /// The largest error of all elements, 0 if there are none.
  public var largestError: Double { entries.map(\.error).max() ?? 0 }

  /// Whether every element's error is within the tolerance.
  public var isCorrect: Bool { largestError <= tolerance }
}

extension GradientVerification: CustomStringConvertible {
  private static let mostRows = 10

  /// The verdict, and if the gradient is wrong a table of the worst elements.
  public var description: String {
    let verdict =
      "the gradient is \(isCorrect ? "correct" : "wrong"): \(entries.count) elements, largest error "
      + String(format: "%.1e", largestError)
    if isCorrect { return verdict }
    let wrong = entries.filter { !($0.error <= tolerance) }.sorted { $0.error > $1.error }
    let rows = wrong.prefix(GradientVerification.mostRows).map { entry in
      [entry.tensor + "\(entry.index)"]
        + [entry.automatic, entry.finiteDifference].map { String(format: "%.8g", $0) }
        + [String(format: "%.1e", entry.error)]
    }
    let lines = GradientVerification.aligned([["element", "automatic", "finite difference", "error"]] + rows)
    let rest = wrong.count - rows.count
    return ([verdict] + lines + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n")
  }

  /// Rows as lines, each column right-aligned.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
    }
  }
}
