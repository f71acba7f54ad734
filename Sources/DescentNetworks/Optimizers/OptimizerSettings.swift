import DescentGraph
import DescentTensor

/// What all optimisers have in common: the learning rate and what happens around a rule's formula.
public struct OptimizerSettings: Sendable {
  /// The size of a step: a number or a schedule over the steps.
  public var learningRate: LearningRate
  /// How parameters are drawn towards zero.
  public var weightDecay: WeightDecay
  /// How gradients are kept from growing too large, if they are.
  public var gradientClipping: GradientClipping?
  /// How many gradients are averaged before a step is taken, 1 or more.
  public var accumulatedGradients = 1
  /// How slowly the running average of the weights forgets, if one is kept.
  public var averageDecay: Double?
  /// Parameters that are treated differently.
  public var adjustments: [ParameterAdjustment] = []

  /// Settings with a learning rate and, if wanted, weight decay.
  public init(learningRate: some LearningRateConvertible, weightDecay: WeightDecay = .none) {
    (self.learningRate, self.weightDecay) = (learningRate.learningRate, weightDecay)
  }

  /// What the adjustments together do to a parameter.
  func effect(on path: String, _ parameter: Tensor) -> ParameterAdjustment.Effect {
    var effect = ParameterAdjustment.Effect()
    for adjustment in adjustments where adjustment.applies(path, parameter.shape) { effect.join(adjustment.effect) }
    return effect
  }
}

/// How parameters are drawn towards zero, with rate λ.
public struct WeightDecay: Sendable, Equatable {
  enum Kind { case coupled, decoupled }

  let kind: Kind
  /// The rate λ.
  public let rate: Double

  /// No decay.
  public static let none = WeightDecay(kind: .coupled, rate: 0)

  /// λ·θ is added to the gradient before the rule sees it: the L2 penalty λ/2·|θ|².
  public static func coupled(_ rate: Double) -> WeightDecay { WeightDecay(kind: .coupled, rate: rate) }

  /// η·λ·θ is subtracted beside the rule's own step (Loshchilov and Hutter 2019).
  public static func decoupled(_ rate: Double) -> WeightDecay { WeightDecay(kind: .decoupled, rate: rate) }
}

/// How gradients are kept from growing too large.
public enum GradientClipping: Sendable, Equatable {
  /// Each element is moved into −limit…limit.
  case value(Double)
  /// The gradient of each parameter is scaled down to this Euclidean norm.
  case norm(Double)
  /// All gradients are scaled down by one factor, so that together they have this norm.
  ///
  /// The factor is limit/norm; PyTorch's `clip_grad_norm_` divides by norm + 10⁻⁶ instead.
  case globalNorm(Double)

  func applied(to gradients: [Tensor]) -> [Tensor] {
    switch self {
    case .value(let limit): gradients.clipped(toValues: -limit...limit)
    case .norm(let limit): gradients.clipped(toNorm: limit)
    case .globalNorm(let limit): gradients.clipped(toGlobalNorm: limit)
    }
  }
}

/// Parameters that an optimiser treats differently from the others.
///
/// A parameter that several adjustments name has them all: factors multiply, and it is frozen or spared the decay if
/// any of them says so.
public struct ParameterAdjustment: Sendable {
  struct Effect: Sendable {
    var learningRateFactor = 1.0
    var hasWeightDecay = true
    var isFrozen = false

    mutating func join(_ other: Effect) {
      learningRateFactor *= other.learningRateFactor
      hasWeightDecay = hasWeightDecay && other.hasWeightDecay
      isFrozen = isFrozen || other.isFrozen
    }
  }

  let applies: @Sendable (String, Shape) -> Bool
  let effect: Effect

  /// An adjustment of the parameters that a rule chooses by path and shape.
  ///
  /// ```swift
  /// let adjustment = ParameterAdjustment(weightDecay: false) { _, shape in shape.rank < 2 }
  /// ```
  public init(
    learningRateFactor: Double = 1, weightDecay: Bool = true, isFrozen: Bool = false,
    where applies: @escaping @Sendable (_ path: String, _ shape: Shape) -> Bool
  ) {
    self.applies = applies
    effect = Effect(learningRateFactor: learningRateFactor, hasWeightDecay: weightDecay, isFrozen: isFrozen)
  }

  /// An adjustment of the parameters whose path matches a pattern.
  ///
  /// A pattern is a path, or the start of one up to a dot; `*` stands for any part of it: `hidden`, `hidden.weight`,
  /// `*.bias`, `blocks.*.norm`.
  public init(
    _ pattern: String, learningRateFactor: Double = 1, weightDecay: Bool = true, isFrozen: Bool = false
  ) {
    self.init(learningRateFactor: learningRateFactor, weightDecay: weightDecay, isFrozen: isFrozen) { path, _ in
      PathPattern.matches(pattern, path)
    }
  }
}

/// Patterns of parameter paths.
package enum PathPattern {
  /// Whether a pattern matches a path or a part of it that ends before a dot.
  package static func matches(_ pattern: String, _ path: String) -> Bool {
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = pieces.first, path.hasPrefix(first) else { return false }
    return matches(pieces.dropFirst(), path.dropFirst(first.count))
  }

  private static func matches(_ pieces: ArraySlice<Substring>, _ rest: Substring) -> Bool {
    guard let piece = pieces.first else { return rest.isEmpty || rest.first == "." }
    var place = rest
    while true {
      if place.hasPrefix(piece), matches(pieces.dropFirst(), place.dropFirst(piece.count)) { return true }
      guard !place.isEmpty else { return false }
      place = place.dropFirst()
    }
  }
}

extension Optimizer {
  /// The optimiser with gradients kept from growing too large.
  public func clippingGradients(_ clipping: GradientClipping) -> Self {
    changing { $0.gradientClipping = clipping }
  }

  /// The optimiser with a step only after every `count` gradients, along their mean.
  ///
  /// Takes a tensor for each parameter. A count below 1 stops the program.
  public func accumulatingGradients(over count: Int) -> Self {
    if count < 1 {
      Failure.stop(
        .init(
          .invalidArgument, "accumulatingGradients", "can't take a step every \(count) gradients; ask for 1 or more"))
    }
    return changing { $0.accumulatedGradients = max(count, 1) }
  }

  /// The optimiser with a running average of the weights: θ̄ ← d·θ̄ + (1 − d)·θ after each step.
  ///
  /// - Parameter decay: d, from 0 up to, not including, 1; otherwise the program stops.
  public func averagingWeights(decay: Double) -> Self {
    if !(decay >= 0 && decay < 1) {
      Failure.stop(
        .init(.invalidArgument, "averagingWeights", "the decay must be at least 0 and less than 1, and \(decay) isn't"))
    }
    return changing { $0.averageDecay = decay }
  }

  /// The optimiser with other settings for the parameters that match a pattern; see ``ParameterAdjustment``.
  ///
  /// ```swift
  /// let optimizer = AdamW(learningRate: 1e-3).adjusting("*.bias", weightDecay: false)
  /// ```
  public func adjusting(_ pattern: String, learningRateFactor: Double = 1, weightDecay: Bool = true) -> Self {
    adjusting(ParameterAdjustment(pattern, learningRateFactor: learningRateFactor, weightDecay: weightDecay))
  }

  /// The optimiser with one more adjustment.
  public func adjusting(_ adjustment: ParameterAdjustment) -> Self { changing { $0.adjustments.append(adjustment) } }

  /// The optimiser that leaves the parameters that match a pattern as they are.
  public func freezing(_ pattern: String) -> Self { adjusting(ParameterAdjustment(pattern, isFrozen: true)) }

  private func changing(_ change: (inout OptimizerSettings) -> Void) -> Self {
    var copy = self
    change(&copy.settings)
    return copy
  }
}
