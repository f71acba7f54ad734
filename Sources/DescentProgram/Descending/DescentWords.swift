import DescentNotation

// How a descent ended, in words.

extension GradientDescent.Stop {
  static func failed(_ error: any Error, step: Int) -> Self {
    Self(reason: .failed, step: step, message: "The program can't be run after step \(step): \(error).")
  }

  static func stationary(_ last: GradientDescent.Step) -> Self {
    let found =
      last.gradientNorm == 0
      ? "The gradient is 0 at step \(last.number): nothing moves any more."
      : "At step \(last.number) the gradient is too small to move any number: its norm is "
        + "\(digits(last.gradientNorm))."
    return Self(reason: .stationary, step: last.number, message: found)
  }

  /// For a descent whose last step is the first with a value or a gradient that isn't finite.
  static func notFinite(_ target: String, steps: [GradientDescent.Step], rate: Double) -> Self {
    let last = steps[steps.count - 1]
    let what =
      last.loss.isFinite
      ? "The gradient of \(target)" + (last.gradientNorm.isNaN ? " is not a number" : " is infinite")
      : target + (last.loss.isNaN ? " is not a number" : " is infinite")
    return Self(
      reason: .notFinite, step: last.number,
      message: "\(what) at step \(last.number)\(remedy(target, steps: steps, rate: rate)).")
  }

  private static func remedy(_ target: String, steps: [GradientDescent.Step], rate: Double) -> String {
    guard steps.count > 1 else { return ", the start: begin with other values" }
    // The last finite value tells the way that the descent took; after a single step, what it led to does.
    let change = steps[max(steps.count - 2, 1)].loss - steps[0].loss
    if rate > 0, change > 0 { return ": the steps are too large; try a smaller rate, such as \(digits(rate / 10))" }
    if steps[steps.count - 1].loss.isInfinite { return ": \(target) seems to have no bound in this direction" }
    return ": the last step left the values where it can be computed; a smaller rate may help"
  }
}

extension GradientDescent {
  /// What was reached, and what would help if it can be said.
  var conclusion: String {
    if let stop, stop.reason != .stationary { return stop.message }
    guard let first = steps.first, let last = steps.last else { return "" }
    let reached =
      "After \(last.number) \(last.number == 1 ? "step" : "steps") \(target) is \(digits(last.loss)), from "
      + "\(digits(first.loss)); ‖∇\(target)‖ is \(digits(last.gradientNorm)), from \(digits(first.gradientNorm))."
    return ([reached] + [stop?.message ?? advice].compactMap(\.self)).joined(separator: " ")
  }

  /// Whether the descent went up: small steps against the gradient go down.
  var isTooFast: Bool {
    guard let first = steps.first, let last = steps.last else { return false }
    return rate > 0 && stop == nil && last.loss >= first.loss
  }

  private var advice: String? {
    if isTooFast {
      return "\(target) has not fallen: the steps are too large; try a smaller rate, such as \(digits(rate / 10))."
    }
    if isConverged { return "The gradient has all but vanished." }
    guard steps.count > 1, rate > 0 else { return nil }
    let (now, before) = (steps[steps.count - 1].loss, steps[steps.count - 1 - max(1, steps.count / 10)].loss)
    return before - now > 0.01 * before.magnitude ? "\(target) is still falling; more steps go further." : nil
  }
}

/// A number with few digits, as formulas have it.
func digits(_ number: Double, _ count: Int = 6) -> String { Formula.number(number).text(digits: .atMost(count)) }
