import ArgumentParser

/// The `descent` command line.
@main
struct DescentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "descent",
    abstract: "Tensors that know their derivatives.",
    discussion: """
      Start with the tour: it computes gradients, walks downhill, and trains a network on real images of digits.

        descent tour
        descent train --data flowers.csv --label species
        descent train --data fashion-mnist/ --epochs 5
        descent doctor

      Results go to standard output; progress and errors go to standard error. DESCENT_THREADS=1 runs on one thread.
      """,
    version: Version.current,
    subcommands: [Tour.self, Train.self, Doctor.self],
    defaultSubcommand: nil)
}

enum Version {
  static let current = "0.1.0"
}
