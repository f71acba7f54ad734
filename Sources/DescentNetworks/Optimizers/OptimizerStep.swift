import DescentGraph
import DescentTensor

/// What a rule is told about the step it takes: numbers that change from step to step, as scalar tensors.
///
/// They are tensors because a compiled step runs the same program again and again: a rule is asked for its formula once,
/// and the numbers in it are given anew for each step. A rule therefore can't branch on them in Swift; it puts what it
/// makes of them into ``scalar(_:)``.
///
/// ```swift
/// let step = OptimizerStep(.init(count: 3, learningRate: 0.5, position: 2), type: .float64)
/// print(step.learningRate, step.scalar { 1 / (1 - 0.5 * Double($0.count)) })       // 0.5 -2.0
/// ```
public struct OptimizerStep: Sendable {
  /// The numbers themselves.
  public struct Numbers: Sendable, Equatable {
    /// How often this parameter will have been moved with this step, from 1.
    public var count: Int
    /// The learning rate of this step and this parameter.
    public var learningRate: Double
    /// What the schedule's value was multiplied by to get it.
    public var learningRateFactor: Double
    /// How many steps the optimiser took before this one: the place in a schedule.
    public var position: Int

    /// The numbers of one step of one parameter.
    public init(count: Int, learningRate: Double, learningRateFactor: Double = 1, position: Int) {
      (self.count, self.learningRate) = (count, learningRate)
      (self.learningRateFactor, self.position) = (learningRateFactor, position)
    }
  }

  private let numbers: Numbers
  private let type: ScalarType
  private let source: StepNumbers.Source?
  private let change: @Sendable (Numbers) -> Numbers

  /// A step with given numbers, for a parameter of a type.
  public init(_ numbers: Numbers, type: ScalarType) { self.init(numbers, type: type, source: nil) }

  init(
    _ numbers: Numbers, type: ScalarType, source: StepNumbers.Source?,
    change: @escaping @Sendable (Numbers) -> Numbers = { $0 }
  ) {
    (self.numbers, self.type, self.source, self.change) = (numbers, type, source, change)
  }

  /// The learning rate of this step and this parameter.
  public var learningRate: Tensor { scalar(\.learningRate) }

  /// A number that follows from those of the step, computed in float64 and rounded to the parameter's type.
  public func scalar(_ formula: @escaping @Sendable (Numbers) -> Double) -> Tensor {
    let value = formula(change(numbers))
    guard let source else { return Tensor(value, type: type) }
    let change = change
    return source.tensor(value, type) { formula(change($0)) }
  }

  /// The same step with other numbers, for a rule that leaves some parameters to another rule.
  public func changing(_ change: @escaping @Sendable (Numbers) -> Numbers) -> OptimizerStep {
    let before = self.change
    return OptimizerStep(numbers, type: type, source: source) { change(before($0)) }
  }
}

/// The formulas of the numbers in a traced step that each run computes anew, in the order of their run numbers.
final class StepNumbers {
  /// What the numbers of a run follow from.
  struct Values {
    /// For each parameter; nil for those that are not moved.
    var steps: [OptimizerStep.Numbers?]
    /// The factor on the loss; see ``LossScaling``.
    var lossScale: Double
  }

  /// Where one parameter's numbers come from.
  struct Source: @unchecked Sendable {
    // Used on the thread that traces, and only while it does.
    let numbers: StepNumbers
    let parameter: Int

    func tensor(
      _ value: Double, _ type: ScalarType, _ formula: @escaping @Sendable (OptimizerStep.Numbers) -> Double
    ) -> Tensor {
      numbers.tensor(value, type) { [parameter] in $0.steps[parameter].map(formula) ?? .nan }
    }
  }

  private var formulas: [(Values) -> Double] = []

  /// A number that is `value` now and follows from a formula in each run.
  func tensor(_ value: Double, _ type: ScalarType, _ formula: @escaping (Values) -> Double) -> Tensor {
    formulas.append(formula)
    return Tensor(value, type: type, runNumber: UInt32(formulas.count))
  }

  /// The numbers of a run.
  func callAsFunction(_ values: Values) -> [Double] { formulas.map { $0(values) } }
}
