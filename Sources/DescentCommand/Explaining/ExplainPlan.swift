import ArgumentParser
import DescentGraph
import DescentProgram
import DescentTensor

/// `descent explain-plan`: what the engine runs for a program.
struct ExplainPlan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain-plan",
    abstract: "Show what the engine makes of a program: fused steps, arithmetic, bytes, memory.",
    discussion: """
      Each line is a step: its kernel, the operations that are fused into it, the space it runs over, the bytes that it \
      reads and writes, and its arithmetic operations. The last line has the totals and the temporary memory.

        descent explain-plan 'x = [[1,2],[3,4]]; softmax(x) @ x'
        descent explain-plan program.txt --wrt w,b            # the value and its gradient in one plan
        descent explain-plan program.txt --type float64
      """)

  @OptionGroup var input: ProgramInput
  @OptionGroup var output: ResultOutput

  @Option(help: ArgumentHelp("Plan the gradient with respect to these names too, with commas.", valueName: "names"))
  var wrt: String?

  @Option(help: "The type of the program's numbers: float32 or float64.")
  var type: Precision = .float32

  enum Precision: String, CaseIterable, ExpressibleByArgument {
    case float32, float64
  }

  func run() throws {
    let text = try input.text()
    do {
      let type: ScalarType = type == .float32 ? .float32 : .float64
      try output.write(try plan(of: Program(parsing: text), type))
    } catch { throw explained(error) }
  }

  private func plan(of program: Program, _ type: ScalarType) throws -> String {
    let tape = GradientTape()
    let run = try tape.record { try ProgramRun(program, type: type) }
    let sources = try names(in: wrt ?? "").map { name in
      guard let tensor = run[name] else {
        let known = run.assignments.map(\.name).joined(separator: ", ")
        throw TensorError(
          .invalidArgument, "explain-plan", "the program does not assign '\(name)'; it assigns \(known)")
      }
      return tensor
    }
    let gradients = sources.isEmpty ? [] : try tape.gradient(of: run.result, withRespectTo: sources)
    return try planDescription(of: [run.result] + gradients)
  }
}
