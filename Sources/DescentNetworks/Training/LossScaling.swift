import DescentGraph

/// How the loss is scaled up before its derivatives are taken, so that small gradients do not become zero in a narrow
/// type (Micikevicius and others 2018).
public enum LossScaling: Sendable, Equatable {
  /// Not at all.
  case none
  /// By a fixed factor. Steps whose gradients are infinite or no numbers are left out.
  case fixed(Double)
  /// By a factor that is halved when a step had to be left out, and doubled after so many good steps in a row.
  case dynamic(initial: Double = 65_536, growthInterval: Int = 2_000)

  /// The factor on the first loss.
  var firstFactor: Double {
    switch self {
    case .none: 1
    case .fixed(let factor), .dynamic(let factor, _): factor
    }
  }

  /// What is wrong with the settings, nil if nothing is.
  var complaint: String? {
    guard firstFactor > 0, firstFactor.isFinite else {
      return "the loss must be scaled by a positive number, and \(firstFactor) isn't"
    }
    guard case .dynamic(_, let interval) = self, interval < 1 else { return nil }
    return "the scale must grow after 1 or more good steps, and \(interval) isn't"
  }
}

/// What the scaling of the loss has come to.
public struct LossScaleState: Sendable, Codable, Equatable {
  /// The factor on the next loss.
  public internal(set) var factor: Double
  /// How many steps were good since the factor last changed.
  public internal(set) var goodSteps = 0
  /// How many steps were left out in all.
  public internal(set) var skippedSteps = 0

  /// A gradient that is not finite even at this factor has not outgrown its type.
  static let smallestFactor = 0x1p-24

  init(factor: Double) { self.factor = factor }

  /// Takes note of a step.
  mutating func note(_ isSound: Bool, _ scaling: LossScaling) throws(TensorError) {
    skippedSteps += isSound ? 0 : 1
    guard case .dynamic(_, let interval) = scaling else { return }
    goodSteps = isSound ? goodSteps + 1 : 0
    if isSound, goodSteps >= interval { (factor, goodSteps) = (factor * 2, 0) }
    if isSound { return }
    guard factor > Self.smallestFactor else {
      throw TensorError(
        .invalidArgument, "MixedPrecision.update",
        "gradients are infinite or no numbers even for a loss scaled by \(factor): \(skippedSteps) steps were left out; "
          + "train in float32 to see where they come from")
    }
    factor /= 2
  }
}
