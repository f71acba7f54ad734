import ArgumentParser
import DescentProgram

/// `descent descend`: gradient descent on a program's value, as a table and as a picture.
struct Descend: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Follow the gradient downhill, step by step, with the numbers.",
    discussion: """
      The program is written as for 'descent explain'. Each step replaces the values that --wrt names by themselves \
      minus the rate times the gradient. They must be values that the program gives, not computes.

        descent descend 'x = 3; f = (x - 1)**2' --wrt x --rate 0.1
        descent descend program.txt --wrt w,b --rate 0.02 --steps 50
        descent descend program.txt --wrt w,b --rate 0.02 --format svg -o path.svg
        ... --format svg --parameters 'w[0,0],b[1,0]'
        echo 'x = 3; f = x**4' | descent descend --wrt x --rate 0.01 --format json

      The picture has the value at each step, and the path of two elements over the contours of the value. In JSON, \
      `steps` has every step. The status is 1 if the value becomes infinite or not a number.
      """)

  @OptionGroup var input: ProgramInput
  @OptionGroup var output: ResultOutput

  @Option(help: ArgumentHelp("The names whose values move, with commas.", valueName: "names"))
  var wrt: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What the gradient is multiplied by; a negative rate climbs.", valueName: "number"))
  var rate: Double

  @Option(help: ArgumentHelp("How many steps to take, 1 to \(GradientDescent.largestStepCount).", valueName: "n"))
  var steps = 100

  @Option(help: ArgumentHelp("The name to minimise, if it is not the last value.", valueName: "name"))
  var of: String?

  @Option(help: "The form: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format = .text

  @Option(
    help: ArgumentHelp(
      "The two elements whose path the picture shows, indices from 0; those that moved most if left out.",
      valueName: "elements"))
  var parameters: String?

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, svg, json
  }

  func validate() throws {
    guard !names(in: wrt).isEmpty else { throw ValidationError("--wrt needs names of values, not '\(wrt)'") }
    guard parameters == nil || format == .svg else { throw ValidationError("--parameters is for --format svg") }
  }

  func run() throws {
    let text = try input.text()
    let progress = ProgressLine(every: .milliseconds(200), after: .seconds(1))
    defer { progress.clear() }
    let descent: GradientDescent
    do {
      descent = try GradientDescent(
        program: Program(parsing: text), withRespectTo: names(in: wrt), rate: rate, steps: steps, of: of,
        progress: progress.show)
    } catch { throw explained(error) }
    let result = try rendered(descent, progress)
    progress.clear()
    try output.write(result)
    guard let stop = descent.stop, stop.reason != .stationary else { return }
    // The text says it itself.
    throw format == .text && output.output == nil ? ExitCode.failure : CommandError(stop.message)
  }

  private func rendered(_ descent: GradientDescent, _ progress: ProgressLine) throws -> String {
    switch format {
    case .text: descent.text(isColored: output.isColored)
    case .svg: try descent.svg(across: parameters, progress: progress.show)
    case .json: descent.json
    }
  }
}
