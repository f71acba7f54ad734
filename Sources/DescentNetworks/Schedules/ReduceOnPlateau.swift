/// Lowers a learning rate when a number has stopped getting better: PyTorch's `ReduceLROnPlateau`.
///
/// The rate is lowered by a factor on whatever schedule the optimiser has.
///
/// ```swift
/// var plateau = ReduceOnPlateau(factor: 0.5, patience: 3)
/// for _ in 0..<epochs {
///   // … an epoch of training
///   plateau.observe(try network.evaluate(test, loss: .softmaxCrossEntropy).loss, lowering: &optimizer)
/// }
/// ```
public struct ReduceOnPlateau: Sendable, Codable {
  /// What the rate is multiplied by.
  public let factor: Double
  /// How many observations without progress are borne.
  public let patience: Int
  /// The part of the best value by which another must beat it to count as progress.
  public let threshold: Double
  /// How many observations after a reduction are not counted.
  public let cooldown: Int
  /// The rate below which it does not go.
  public let minimum: Double
  /// Whether smaller is better, as it is for losses.
  public let isLowerBetter: Bool
  private var best: Double?
  private var failures = 0
  private var cooling = 0

  /// A rule with PyTorch's defaults.
  public init(
    factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0, minimum: Double = 0,
    isLowerBetter: Bool = true
  ) {
    (self.factor, self.patience, self.threshold) = (factor, patience, threshold)
    (self.cooldown, self.minimum, self.isLowerBetter) = (cooldown, minimum, isLowerBetter)
  }

  /// Takes note of a number and lowers the learning rate if it is time to; whether it did.
  @discardableResult
  public mutating func observe(_ value: Double, lowering optimizer: inout some Optimizer) -> Bool {
    observe(value, rate: optimizer.currentLearningRate, factor: &optimizer.state.learningRateFactor)
  }

  mutating func observe(_ value: Double, rate: Double, factor scale: inout Double) -> Bool {
    if isBetter(value) { (best, failures) = (value, 0) } else { failures += 1 }
    if cooling > 0 { (cooling, failures) = (cooling - 1, 0) }
    guard failures > patience else { return false }
    (cooling, failures) = (cooldown, 0)
    let lowered = max(rate * factor, minimum)
    guard rate - lowered > Self.smallestReduction else { return false }
    scale *= lowered / rate
    return true
  }

  /// PyTorch's `eps`: smaller reductions are not made.
  private static let smallestReduction = 1e-8

  private func isBetter(_ value: Double) -> Bool {
    guard let best else { return !value.isNaN }
    return isLowerBetter ? value < best * (1 - threshold) : value > best * (1 + threshold)
  }
}
