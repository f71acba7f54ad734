import ArgumentParser
import DescentExplain
import DescentProgram

/// `descent explain`: the derivation of a gradient, step by step.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the derivation of a gradient, step by step, with the rules that computed it.",
    discussion: """
      The program is written in Python's expression syntax: assignments, nested lists, @ for products of matrices, ** \
      for powers, calls such as sum, exp, relu and softmax. Its last value must be a single number.

        descent explain 'w = [[1,-2],[2,1]]; b = [[0],[-1]]; x = [[1],[2]]; y = w @ x + b; f = sum(y**2)' --wrt w,b
        descent explain program.txt --wrt w --format html -o page.html
        echo 'x = 3; f = x**2 * sin(x)' | descent explain --wrt x
        descent explain --functions

      Formulas, numbers and rule names come from the rules that differentiate. At the end the gradient is compared by \
      three ways: automatic, symbolic, and by finite differences; the status is 1 if they disagree.
      """)

  @OptionGroup var input: ProgramInput
  @OptionGroup var output: ResultOutput

  @Option(help: ArgumentHelp("The names to differentiate with respect to, with commas.", valueName: "names"))
  var wrt: String?

  @Option(help: ArgumentHelp("The name to differentiate, if it is not the last value.", valueName: "name"))
  var of: String?

  @Option(help: "The form: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format = .text

  @Option(help: ArgumentHelp("Spell tensors out in scalars if they have at most this many elements.", valueName: "n"))
  var spellOut = ExplanationOptions().spellsOutUpTo

  @Flag(help: "Show formulas as the rules give them, without simplification.")
  var raw = false

  @Flag(help: "Open named parts, such as softmax, instead of showing them as one known step.")
  var openScopes = false

  @Flag(help: "List the functions that programs can call.")
  var functions = false

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, latex, markdown, json, dot, svg, html
  }

  func validate() throws {
    if functions { return }
    guard let wrt, !names(in: wrt).isEmpty else {
      throw ValidationError("say what to differentiate with respect to, for example --wrt w,b")
    }
    guard (0...4096).contains(spellOut) else { throw ValidationError("--spell-out takes 0 to 4096, not \(spellOut)") }
  }

  func run() throws {
    if functions { return print(ProgramFunction.table) }
    let text = try input.text()
    let options = ExplanationOptions(spellsOutUpTo: spellOut, simplifies: !raw, opensScopes: openScopes)
    let derivation: Derivation
    do {
      let run = try ProgramRun(Program(parsing: text))
      derivation = try run.explained(withRespectTo: names(in: wrt ?? ""), of: of, options: options)
    } catch { throw explained(error) }
    try output.write(rendered(derivation, source: text))
    guard derivation.verification.isCorrect else { throw ExitCode.failure }
  }

  private func rendered(_ derivation: Derivation, source: String) -> String {
    switch format {
    case .text: derivation.text(isColored: output.isColored)
    case .latex: derivation.latex
    case .markdown: derivation.markdown
    case .json: derivation.json
    case .dot: derivation.dot
    case .svg: derivation.svg
    case .html: derivation.html(source: source)
    }
  }
}
