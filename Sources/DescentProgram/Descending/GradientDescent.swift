import DescentExplain
import DescentGraph

/// Gradient descent on a program's value: what it and the values that move are at each step, as data.
///
/// A step replaces each of the values w by w − rate·∂f/∂w, all at once. All numbers are float64.
///
/// ```swift
/// let program = try Program(parsing: "w = [3, -1]; f = sum((w - 1)**2)")
/// let descent = try GradientDescent(program: program, withRespectTo: ["w"], rate: 0.1, steps: 50)
/// print(descent.steps[50].loss)       // 1.1418e-08
/// print(descent.text())
/// ```
public struct GradientDescent: Sendable {
  /// The name of what is minimised.
  public let target: String
  /// The names of the values that move.
  public let names: [String]
  /// The shapes of these values.
  public let shapes: [[Int]]
  /// What gradients are multiplied by.
  public let rate: Double
  /// How many steps were asked for.
  public let stepCount: Int
  /// Where the descent was: the start, then the place after each step.
  public let steps: [Step]
  /// The first step with its numbers, one update for each of ``names``.
  public let firstUpdates: [Update]
  /// The values of ``names`` at the last of ``steps``.
  public let finalValues: [Derivation.Value]
  /// Why not all steps were taken, nil if they were.
  public let stop: Stop?

  let function: DescentFunction

  /// The most steps of a descent.
  public static let largestStepCount = 100_000
  /// Of values with more elements, steps keep the norm alone.
  public static let mostElementsKept = 64

  /// A place on the way.
  public struct Step: Sendable {
    /// The number of steps that lead here.
    public let number: Int
    /// The value that is minimised.
    public let loss: Double
    /// The Euclidean norm of the gradient with respect to all of ``GradientDescent/names`` together.
    public let gradientNorm: Double
    /// The values of ``GradientDescent/names``.
    public let parameters: [Parameter]
  }

  /// A value at a step.
  public enum Parameter: Hashable, Sendable {
    /// The elements in row-major order.
    case elements([Double])
    /// The Euclidean norm of a value with many elements.
    case norm(Double)
  }

  /// How a value moves in a step.
  public struct Update: Sendable {
    /// The name.
    public let name: String
    /// The value w before the step.
    public let value: Derivation.Value
    /// The gradient ∂f/∂w.
    public let gradient: Derivation.Value
    /// w − rate·∂f/∂w.
    public let newValue: Derivation.Value
  }

  /// Why a descent ended before its last step.
  public struct Stop: Hashable, Sendable {
    /// The kinds of endings.
    public enum Reason: String, Hashable, Sendable {
      /// The gradient is zero, or too small to change any number.
      case stationary
      /// The value or its gradient is infinite or not a number.
      case notFinite
      /// The program can't be run with these values, for example because a matrix became singular.
      case failed
    }

    /// What happened.
    public let reason: Reason
    /// The number of steps that lead to the place where it happened.
    public let step: Int
    /// The same in words, with what helps.
    public let message: String
  }

  /// Descends on a program's value.
  ///
  /// - Parameters:
  ///   - program: The program; it is run once for each step.
  ///   - names: What moves: names that the program gives values to.
  ///   - rate: What gradients are multiplied by; a negative one climbs.
  ///   - count: How many steps to take: 1 to ``largestStepCount``.
  ///   - target: The name of a value with one element; the program's last value if nil.
  ///   - progress: Called before each step with a few words about it.
  /// - Throws: ``ProgramError`` for a program that can't be run, ``DescentGraph/TensorError`` for a name that is computed
  ///   from others, a target that is no single number, and what else can't be done. What goes wrong later on the way is
  ///   told by ``stop``.
  public init(
    program: Program, withRespectTo names: [String], rate: Double, steps count: Int, of target: String? = nil,
    progress: (String) -> Void = { _ in }
  ) throws {
    guard rate.isFinite, rate != 0 else {
      throw TensorError.descend("the rate must be a finite number other than 0, not \(rate)")
    }
    guard (1...Self.largestStepCount).contains(count) else {
      throw TensorError.descend("the number of steps must be 1 to \(Self.largestStepCount), not \(count)")
    }
    let function = try DescentFunction(program, of: names, target: target)
    let name = target ?? program.nameOfResult
    var walk = DescentWalk(function, target: name, rate: rate)
    for step in 0...count {
      progress("step \(step) of \(count)")
      if try walk.visit(step) || step == count { break }
      if walk.advance(step) { break }
    }
    self.function = function
    (self.target, self.names, self.rate, stepCount) = (name, names, rate, count)
    (steps, firstUpdates, stop, shapes) = (walk.steps, walk.firstUpdates, walk.stop, function.shapes.map(\.dimensions))
    finalValues = zip(shapes, walk.point).map { Derivation.Value(shape: $0, scalars: $1) }
  }

  /// Whether the gradient is zero, or its norm at most a millionth of what it was at the start.
  public var isConverged: Bool {
    guard let first = steps.first, let last = steps.last, stop == nil || stop?.reason == .stationary else {
      return false
    }
    return last.gradientNorm <= 1e-6 * first.gradientNorm
  }
}

/// The state of a descent under way.
private struct DescentWalk {
  let function: DescentFunction
  let target: String
  let rate: Double
  /// The last place whose value is known, and the gradient there.
  private(set) var point: [[Double]]
  private var gradient: [[Double]] = []
  /// Where to go next.
  private var next: [[Double]]
  private(set) var steps: [GradientDescent.Step] = []
  private(set) var firstUpdates: [GradientDescent.Update] = []
  private(set) var stop: GradientDescent.Stop?

  init(_ function: DescentFunction, target: String, rate: Double) {
    (self.function, self.target, self.rate) = (function, target, rate)
    (point, next) = (function.start, function.start)
  }

  /// Computes the value and the gradient at the next place; whether the descent ends there.
  mutating func visit(_ number: Int) throws -> Bool {
    let loss: Double
    do { (loss, gradient) = try function.valueWithGradient(at: next) } catch {
      // What fails at the start is a mistake in the program.
      guard number > 0 else { throw error }
      stop = .failed(error, step: number)
      return true
    }
    point = next
    let norm = euclideanNorm(gradient.joined())
    steps.append(.init(number: number, loss: loss, gradientNorm: norm, parameters: point.map(kept)))
    if loss.isFinite && norm.isFinite { return false }
    stop = .notFinite(target, steps: steps, rate: rate)
    return true
  }

  /// Takes a step; whether nothing moves any more.
  mutating func advance(_ number: Int) -> Bool {
    next = zip(point, gradient).map { values, slopes in zip(values, slopes).map { $0 - rate * $1 } }
    if number == 0 { firstUpdates = updates }
    guard next == point, let last = steps.last else { return false }
    stop = .stationary(last)
    return true
  }

  private var updates: [GradientDescent.Update] {
    function.names.indices.map { index in
      func value(_ scalars: [[Double]]) -> Derivation.Value {
        Derivation.Value(shape: function.shapes[index].dimensions, scalars: scalars[index])
      }
      return .init(
        name: function.names[index], value: value(point), gradient: value(gradient), newValue: value(next))
    }
  }

  private func kept(_ elements: [Double]) -> GradientDescent.Parameter {
    elements.count <= GradientDescent.mostElementsKept ? .elements(elements) : .norm(euclideanNorm(elements))
  }
}

/// √Σxᵢ², also where the squares would overflow.
private func euclideanNorm(_ numbers: some Collection<Double>) -> Double {
  let largest = numbers.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1.magnitude) }
  guard largest > 0, largest.isFinite else { return largest }
  return largest * numbers.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
}

extension Program {
  /// What the last value is called: its name, or a letter that is free.
  fileprivate var nameOfResult: String {
    if let name = statements.last?.name { return name }
    let taken = Set(assignedNames)
    return ["f", "L", "loss"].first { !taken.contains($0) } ?? "result"
  }
}
