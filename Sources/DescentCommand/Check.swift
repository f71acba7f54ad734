import ArgumentParser
import DescentProgram

/// `descent check`: a learner's derivation, line by line.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check your own derivation: find the first wrong line and the rule that it breaks.",
    discussion: """
      Write the work as on paper, a step a line. A line that begins with = goes on from the line before. A comment may \
      name the rule.

        f = (3x + 2x^2)^2
        df/dx = 2(3x + 2x^2) * d/dx(3x + 2x^2)      # chain rule
              = 2(3x + 2x^2)(3 + 4x)                # sum rule, power rule
              = 18x + 36x^2 + 16x^3

      Derivatives may stand anywhere: df/dx, ∂f/∂x, d²f/dx², d/dx(…), f', f'(2). Names of one letter that are not \
      defined are variables. Tensors are written as in programs; numbers may be put in for their names:

        w = [[1, -2], [2, 1]]; b = [[0], [-1]]; x = [[1], [2]]
        y = w @ x + b
        f = sum(y**2)
        df/dw = df/dy @ x.T = [[-6, -12], [6, 12]]

      Two sides are equal if they agree at random numbers for the variables; derivatives are computed by the rules that \
      train networks.

        descent check work.txt
        descent check - < work.txt
        descent check 'f = sin(x)^2; df/dx = 2 cos x'

      The status is 0 if every line is right, and 1 otherwise.
      """)

  @OptionGroup var input: ProgramInput
  @OptionGroup var output: ResultOutput

  @Option(help: "The form: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format = .text

  @Option(help: ArgumentHelp("Chooses the random numbers at which sides are compared.", valueName: "n"))
  var seed: UInt64 = 0

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  func run() throws {
    let text = try input.text()
    let check: WorkCheck
    do { check = try WorkCheck(text, seed: seed) } catch { throw explained(error) }
    try output.write(format == .json ? check.json : check.text(isColored: output.isColored))
    guard check.isCorrect else { throw ExitCode.failure }
  }
}
