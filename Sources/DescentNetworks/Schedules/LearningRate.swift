/// The size of an optimiser's steps: a number, or a function of the number of steps taken before.
///
/// A number may stand wherever a learning rate is wanted.
///
/// ```swift
/// var optimizer = Adam(learningRate: 1e-3)
/// optimizer.learningRate = .warmup(steps: 500, then: .cosine(from: 1e-3, to: 1e-5, steps: 20_000))
/// print(optimizer.currentLearningRate)      // 0.0
/// ```
public struct LearningRate: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// What the schedule is called, for manifests and logs.
  public let description: String
  private let function: @Sendable (_ step: Int) -> Double

  /// A schedule of your own.
  ///
  /// ```swift
  /// let schedule = LearningRate("inverse root") { step in 0.1 / Double(step + 1).squareRoot() }
  /// ```
  ///
  /// - Parameters:
  ///   - description: What it is called.
  ///   - function: The learning rate after a number of steps, from 0.
  public init(_ description: String, _ function: @escaping @Sendable (_ step: Int) -> Double) {
    (self.description, self.function) = (description, function)
  }

  /// The same rate for every step.
  public init(floatLiteral value: Double) { self = LearningRate("\(value)") { _ in value } }

  /// The same rate for every step.
  public init(integerLiteral value: Int) { self.init(floatLiteral: Double(value)) }

  /// The rate of the step that follows `step` others.
  public func value(at step: Int) -> Double { function(step) }
}

/// What can stand for a learning rate: a number or a schedule.
public protocol LearningRateConvertible: Sendable {
  /// The learning rate that this stands for.
  var learningRate: LearningRate { get }
}

extension LearningRate: LearningRateConvertible {
  /// The learning rate itself.
  public var learningRate: LearningRate { self }
}

extension Double: LearningRateConvertible {
  /// The number as a rate that stays.
  public var learningRate: LearningRate { LearningRate(floatLiteral: self) }
}

extension Int: LearningRateConvertible {
  /// The number as a rate that stays.
  public var learningRate: LearningRate { LearningRate(integerLiteral: self) }
}
