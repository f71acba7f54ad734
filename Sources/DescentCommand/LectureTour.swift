import Descent

/// The lecture's example: y = w x + b, f = Σ y², its gradients, and the way downhill.
struct LectureTour {
  private let w = Variable([[1, -2], [2, 1]], name: "w")
  private let b = Variable([[0], [-1]], name: "b")
  private let x = Variable([[1], [2]], name: "x")
  private let rate = 0.02

  func run() throws {
    heading("A gradient")
    print("w, b and x are variables; y = w x + b, and f is the sum of the squares of y.\n")
    let tape = GradientTape(persistent: true)
    let (y, f) = tape.record {
      let y = w • x + b
      return (y, (y ** 2).sum())
    }
    let (dw, db) = try tape.gradient(of: f, withRespectTo: w, b)
    show("y", y)
    show("f", f)
    show("∂f/∂w", dw)
    show("∂f/∂b", db)
    heading("Downhill")
    print("Each step subtracts \(rate) times the gradient from w and b.\n")
    descend(steps: 100)
  }

  private func show(_ name: String, _ value: Tensor) {
    let lines = value.description.split(separator: "\n")
    for (index, line) in lines.enumerated() {
      let label = index == 0 ? "\(name) =" : ""
      print("  " + String(repeating: " ", count: 8 - label.count) + label + " " + line)
    }
  }

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
