import DescentData
import DescentTensor

/// A function that programs in text can call, by its name or as a method of its first argument.
///
/// ```swift
/// for function in ProgramFunction.all { print(function.signature, function.summary, separator: "\n    ") }
/// ```
public struct ProgramFunction: Sendable {
  /// What a function is about, for lists.
  public enum Family: String, Sendable, CaseIterable {
    /// exp, sin, abs, …
    case elementary = "Functions of one element"
    /// relu, gelu, …
    case activation = "Activations"
    /// maximum, where, …
    case several = "Functions of several elements"
    /// sum, softmax, cumsum, …
    case reduction = "Along axes"
    /// reshape, concatenate, take, …
    case shape = "Shapes and places"
    /// zeros, arange, …
    case creation = "New tensors"
    /// matmul, einsum, solve, …
    case product = "Products and matrices"
    /// conv2d, cross_entropy, layer_norm, …
    case network = "Networks"
  }

  /// The name.
  public let name: String
  /// Other names of the same function.
  public let aliases: [String]
  /// The name with the parameters, those that may be left out with their defaults: `sum(x, axis=None)`.
  public let signature: String
  /// What it does, in a line.
  public let summary: String
  /// What it is about.
  public let family: Family

  let parameters: [Parameter]
  let body: Body

  /// A parameter, as the signature has it.
  struct Parameter: Sendable {
    let name: String
    /// Whether it takes any number of arguments, as `*shape` does.
    let isVariadic: Bool
    let isOptional: Bool
  }

  typealias Body = @Sendable (ProgramArguments) throws -> Tensor

  /// A function of a signature in Python's notation.
  init(
    _ family: Family, _ signature: String, aliases: [String] = [], _ summary: String, _ body: @escaping Body
  ) {
    let parts = signature.dropLast().split(separator: "(", maxSplits: 1)
    name = String(parts[0])
    parameters = parts[1].split(separator: ", ").map { text in
      let isVariadic = text.hasPrefix("*")
      let sides = text.drop { $0 == "*" }.split(separator: "=")
      return Parameter(name: String(sides[0]), isVariadic: isVariadic, isOptional: sides.count > 1 || isVariadic)
    }
    (self.family, self.aliases, self.signature, self.summary, self.body) = (family, aliases, signature, summary, body)
  }

  /// Whether it acts on each element by itself, so that numbers give a number.
  var isElementwise: Bool { family == .elementary || family == .activation || family == .several }

  /// Whether mathematics writes it before its operand without parentheses.
  var isPrefix: Bool { family == .elementary && parameters.count == 1 }

  // MARK: The table

  /// All functions, family by family.
  public static let all: [ProgramFunction] =
    elementary + activations + ofSeveral + reductions + alongAxes + shapes + places + creation + products + matrices
    + convolutions + networks

  private static let allNames: [String] = all.flatMap { [$0.name] + $0.aliases }

  /// The name that a misspelt one was meant to be, nil if there is none near it; all short words are near to some.
  static func nearest(to name: String) -> String? {
    name.count > 2 ? NameSuggestion.closest(to: name, among: allNames.filter { $0.count > 1 }) : nil
  }

  private static let byName: [String: ProgramFunction] = Dictionary(
    uniqueKeysWithValues: all.flatMap { function in ([function.name] + function.aliases).map { ($0, function) } })

  /// The function with a name or alias.
  static func named(_ name: String) -> ProgramFunction? { byName[name] }
}

extension ProgramFunction {
  /// All functions, family by family, a line for each, for `--functions`.
  public static var table: String {
    let width = all.map(\.signature.count).filter { $0 <= 44 }.max() ?? 0
    return Family.allCases.map { family in
      let lines = all.filter { $0.family == family }.map { function in
        let space = String(repeating: " ", count: max(1, width + 2 - function.signature.count))
        let others = function.aliases.isEmpty ? "" : "  (also \(function.aliases.joined(separator: ", ")))"
        return "  \(function.signature)\(space)\(function.summary)\(others)"
      }
      return ([family.rawValue] + lines).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
