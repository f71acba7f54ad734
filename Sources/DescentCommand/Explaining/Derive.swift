import ArgumentParser
import DescentExplain
import DescentProgram

/// `descent derive`: the derivative of an expression, line by line.
struct Derive: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Differentiate an expression, line by line, naming each rule.",
    discussion: """
      Expressions are written as by hand: factors side by side mean a product, ^ and ** are powers. Names that the \
      expression does not define are variables; those that are not differentiated by are held constant.

        descent derive '(3x + 2x^2)^2' --wrt x
        descent derive 'a x^n + b y^m' --wrt x
        descent derive 'x^2 y^3' --wrt x,y              # both partial derivatives
        descent derive 'x^2 y^3' --wrt x,y --in-turn    # ∂²f/∂x∂y
        descent derive 'sin(x)/x' --wrt x --order 2 --format json

      In JSON, `derivative` is an expression in the notation of programs, and `steps` has the rules.
      """)

  @OptionGroup var input: ProgramInput
  @OptionGroup var output: ResultOutput

  @Option(
    help: ArgumentHelp(
      "The variables to differentiate by, with commas; the only one there is if left out.", valueName: "names"))
  var wrt: String?

  @Option(help: ArgumentHelp("How often to differentiate by each variable.", valueName: "n"))
  var order = 1

  @Flag(help: "Differentiate by the variables one after the other, instead of by each for itself.")
  var inTurn = false

  @Option(help: "The form: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format = .text

  @Flag(help: "Leave out the simplification at the end.")
  var raw = false

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, latex, markdown, json
  }

  func validate() throws {
    guard (1...10).contains(order) else { throw ValidationError("--order takes 1 to 10, not \(order)") }
    if let wrt, names(in: wrt).isEmpty { throw ValidationError("--wrt needs names of variables, not '\(wrt)'") }
  }

  func run() throws {
    let text = try input.text()
    do {
      let found = try turns(of: text).map { try derive(text, withRespectTo: $0, simplifies: !raw) }
      try output.write(rendered(found))
    } catch { throw explained(error) }
  }

  /// The variables to differentiate by, in turn, for each of the derivatives that are asked for.
  private func turns(of text: String) throws -> [[String]] {
    let variables = try wrt.map(names) ?? [onlyVariable(of: text)]
    let repeated = variables.map { [String](repeating: $0, count: order) }
    return inTurn ? [repeated.flatMap(\.self)] : repeated
  }

  private func onlyVariable(of text: String) throws -> String {
    let free = try Program(parsing: text, options: Program.Options(juxtaposition: true)).freeNames
    guard free.count == 1 else {
      throw ValidationError(
        free.isEmpty
          ? "the expression has no variable; name one with --wrt"
          : "the expression has the variables \(free.joined(separator: ", ")); say which with --wrt")
    }
    return free[0]
  }

  private func rendered(_ derivations: [[ScalarDerivation]]) -> String {
    switch format {
    case .text:
      derivations.flatMap(\.self).map { $0.text(isColored: output.isColored) }.joined(separator: "\n\n\n")
    case .latex: ScalarDerivation.latex(derivations.flatMap(\.self))
    case .markdown: derivations.flatMap(\.self).map(\.markdown).joined(separator: "\n")
    case .json: ScalarDerivation.json(derivations.compactMap(\.last))
    }
  }
}
