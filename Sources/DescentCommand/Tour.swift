import ArgumentParser
import Descent
import Foundation

/// `descent tour`: what Descent does, in a quarter of a minute, on real data.
struct Tour: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compute gradients, walk downhill, and train a network on images of digits.",
    discussion: """
      The lecture's example first: an affine function of a 2 x 2 matrix, the derivation of its gradient, and steps against
      it. Then a network learns 1,797 real images of handwritten digits that come with the package.

        descent tour
        descent tour --html page.html
      """)

  @Option(help: "Decides the first weights, the order of the samples and what dropout drops.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Also write the derivation as a page that can be stepped through.", valueName: "file"))
  var html: String?

  func run() throws {
    try checked {
      try LectureTour().run(page: html)
      try DigitsTour(seed: seed).run()
    }
  }
}

/// Prints a heading.
func heading(_ text: String) { print("\n\(text)\n\(String(repeating: "─", count: text.count))\n") }

/// Writes out what was printed, so that it stands before the progress that follows on standard error.
func flushOutput() { fflush(nil) }

/// The text with every line moved to the right.
func indented(_ text: some CustomStringConvertible, by spaces: Int = 4) -> String {
  text.description.split(separator: "\n", omittingEmptySubsequences: false)
    .map { String(repeating: " ", count: spaces) + $0 }.joined(separator: "\n")
}
