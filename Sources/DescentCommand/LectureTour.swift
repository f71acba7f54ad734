import Descent
import DescentExplain

/// The lecture's example: y = w x + b, f = Σ y², the derivation of its gradient, and the way downhill.
struct LectureTour {
  private let w = Variable([[1, -2], [2, 1]], name: "w")
  private let b = Variable([[0], [-1]], name: "b")
  private let x = Variable([[1], [2]], name: "x")
  private let rate = 0.02

  /// Shows the derivation and the way downhill.
  ///
  /// - Parameter page: Where to write the derivation as a page, if anywhere.
  func run(page: String?) throws {
    heading("A gradient, step by step")
    print("w, b and x are variables; y = w x + b, and f is the sum of the squares of y.\n")
    let derivation = explain(((w • x + b) ** 2).sum(), withRespectTo: w, b)
    print(derivation.text(isColored: ResultOutput.showsColors))
    if let page {
      try ResultOutput.write(derivation.html(source: LectureTour.program), to: page)
      print("\nThe same as a page to step through: \(page)")
    }
    heading("Downhill")
    print("Each step subtracts \(rate) times the gradient from w and b.\n")
    descend(steps: 100)
  }

  /// The same program as text.
  private static let program = """
    w = [[1, -2], [2, 1]]; b = [[0], [-1]]; x = [[1], [2]]
    y = w @ x + b
    f = sum(y**2)
    """

  private func descend(steps: Int) {
    print("  step        f")
    var start = 0.0
    for step in 0...steps {
      let (f, (dw, db)) = valueWithGradient(at: w.value, b.value) { w, b in ((w • x + b) ** 2).sum() }
      w.value = w.value - rate * dw
      b.value = b.value - rate * db
      if step == 0 { start = f.scalar }
      if [0, 1, 2, 3, 5, 10, 20, 50, 100].contains(step) { print(line(step, f.scalar, outOf: start)) }
    }
  }

  private func line(_ step: Int, _ f: Double, outOf start: Double) -> String {
    let number = Tensor(f).description
    let bar = String(repeating: "█", count: Int((40 * f / start).rounded(.up)))
    return "  " + String(repeating: " ", count: 4 - "\(step)".count) + "\(step)"
      + String(repeating: " ", count: max(0, 14 - number.count)) + number + "  " + bar
  }
}
