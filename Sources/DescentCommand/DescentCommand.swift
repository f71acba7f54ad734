import ArgumentParser
import Foundation

/// The `descent` command line.
@main
struct DescentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "descent",
    abstract: "Tensors that know their derivatives.",
    discussion: """
      Start with the tour: it computes gradients, walks downhill, and trains a network on real images of digits.

        descent tour
        descent explain 'w = [1, 2]; f = sum(w**2)' --wrt w
        descent derive '(3x + 2x^2)^2' --wrt x
        descent train --data flowers.csv --label species
        descent train --data fashion-mnist/ --epochs 5 --save fashion.safetensors
        descent evaluate fashion.safetensors --data fashion-mnist/
        descent predict fashion.safetensors --data shirt.png
        descent inspect fashion.safetensors
        descent operations sin
        descent verify cases/
        descent doctor

      Results go to standard output; progress and errors go to standard error. DESCENT_THREADS=1 runs on one thread.
      """,
    version: Version.current,
    subcommands: [
      Tour.self, Explain.self, Derive.self, Descend.self, Check.self, ExplainPlan.self, Train.self, Evaluate.self,
      Predict.self, Inspect.self, Operations.self, Verify.self, Doctor.self,
    ])

  /// Runs the command.
  ///
  /// What goes wrong is one line on standard error and a status that is not zero.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      // A full disk shows only when the last of the output is written.
      guard fflush(nil) == 0 else { throw CommandError("the output could not be written") }
    } catch {
      guard !exitCode(for: error).isSuccess else { exit(withError: error) }
      let text = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
      fflush(nil)
      // A command that has said all it has to say ends with a status alone.
      if !(error is ExitCode) { FileHandle.standardError.write(Data("descent: \(text)\n".utf8)) }
      Foundation.exit(exitCode(for: error).rawValue)
    }
  }
}

enum Version {
  static let current = "0.1.0"
}
