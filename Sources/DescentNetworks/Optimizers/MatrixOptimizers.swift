import DescentGraph
import DescentTensor
import Foundation

// Rules that treat a matrix as a matrix, and not as so many numbers.

/// Steps scaled by mean squares of rows and columns, which take little memory (Shazeer and Stern 2018).
///
/// For a matrix the mean square of each element is estimated from those of its row r and column c, as r·c/mean(r).
/// The step is as long as a part of the parameter, and clipped. The formulas are PyTorch's: at step t the means forget
/// with 1 − t^β, the relative step is min(η, 1/√t).
public struct Adafactor: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// β, how fast the means grow slow; negative.
  public let beta2Decay: Double
  /// The smallest size that a parameter is taken to have.
  public let smallestScale: Double
  /// The root of the mean square from which on a step is clipped.
  public let clippingThreshold: Double
  /// The means.
  public var state = OptimizerState()

  /// Adafactor with PyTorch's constants.
  public init(
    learningRate: some LearningRateConvertible = 0.01, beta2Decay: Double = -0.8, smallestScale: Double = 1e-3,
    clippingThreshold: Double = 1, weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: .decoupled(weightDecay))
    (self.beta2Decay, self.smallestScale, self.clippingThreshold) = (beta2Decay, smallestScale, clippingThreshold)
  }

  /// The mean squares of rows and columns, or of each element where there are less than two axes.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    guard parameter.rank > 1 else { return ["square": parameter.zerosLike()] }
    var (rows, columns) = (parameter.shape, parameter.shape)
    (rows[rows.rank - 1], columns[columns.rank - 2]) = (1, 1)
    return [
      "row square": .zeros(rows, type: parameter.scalarType),
      "column square": .zeros(columns, type: parameter.scalarType),
    ]
  }

  /// The step described above.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let forgotten = step.scalar { [beta2Decay] in Foundation.pow(Double($0.count), beta2Decay) }
    let kept = step.scalar { [beta2Decay] in 1 - Foundation.pow(Double($0.count), beta2Decay) }
    let smallest = parameter.scalarType.smallestDifference
    let estimate = estimate(gradient * gradient, (kept, forgotten), smallest, &slots)
    let change = gradient * rsqrt(max(estimate, smallest * smallest))
    let size = max(rootMeanSquare(parameter), smallestScale)
    let clipped = change / max(rootMeanSquare(change) / clippingThreshold, 1.0)
    let relative = step.scalar { min($0.learningRate, 1 / Double($0.count).squareRoot()) }
    return parameter - relative * size * clipped
  }

  private func estimate(
    _ square: Tensor, _ parts: (kept: Tensor, forgotten: Tensor), _ smallest: Double, _ slots: inout ParameterSlots
  ) -> Tensor {
    func joined(_ name: String, _ fresh: Tensor) -> Tensor {
      let mean = parts.kept * slots[name, default: fresh.zerosLike()] + parts.forgotten * fresh
      slots[name] = mean
      return mean
    }
    guard square.rank > 1 else { return joined("square", square) }
    let rows = joined("row square", square.mean(axes: -1, keepingAxes: true))
    let columns = joined("column square", square.mean(axes: -2, keepingAxes: true))
    return rows * columns / max(rows.mean(axes: -2, keepingAxes: true), smallest)
  }

  private func rootMeanSquare(_ tensor: Tensor) -> Tensor { sqrt((tensor * tensor).mean()) }
}

extension ScalarType {
  /// The distance between 1 and the next number of a floating-point type.
  fileprivate var smallestDifference: Double {
    switch self {
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    case .float32: 0x1p-23
    case .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: 0x1p-52
    }
  }
}

/// Momentum made orthogonal, for matrices, and Adam for all other parameters.
///
/// The rule is that of Jordan and others (2024).
/// b ← μ·b + (1 − μ)·g; the step is that of b, or of (1 − μ)·g + μ·b with Nesterov's look-ahead, with all singular
/// values brought close to 1 by Newton and Schulz's iteration: X ← a·X + (b·A + c·A²)·X, A = X·Xᵀ. It is multiplied by
/// η·√max(1, rows/columns). PyTorch's rule, but for the iteration, which PyTorch runs in bfloat16 whatever the
/// parameter, and which is run here in the parameter's own type. A weight of shape [inputs, outputs] is the transpose
/// of PyTorch's, so that rows and columns change places in the factor.
public struct Muon: Optimizer {
  /// The learning rate of matrices and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// μ.
  public let momentum: Double
  /// Whether the gradient counts as if it had been taken one step further on.
  public let nesterov: Bool
  /// How often the iteration is done.
  public let iterations: Int
  /// What moves the parameters that are no matrices, with its own learning rate.
  public let others: Adam
  /// What is remembered.
  public var state = OptimizerState()

  /// The coefficients a, b and c of the iteration, the steepest at zero that keep values around 1.
  private static let coefficients = (3.4445, -4.775, 2.0315)

  /// Muon with PyTorch's constants.
  public init(
    learningRate: some LearningRateConvertible = 1e-3, momentum: Double = 0.95, nesterov: Bool = true,
    iterations: Int = 5, weightDecay: Double = 0.1, others: Adam = Adam()
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: .decoupled(weightDecay))
    (self.momentum, self.nesterov, self.iterations, self.others) = (momentum, nesterov, iterations, others)
  }

  /// The momentum of a matrix, what Adam remembers of any other parameter.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    parameter.rank == 2 ? ["velocity": parameter.zerosLike()] : others.slots(for: parameter)
  }

  /// The step described above.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    guard parameter.rank == 2 else {
      let own = step.changing { [schedule = others.learningRate] in
        var numbers = $0
        numbers.learningRate = schedule.value(at: $0.position) * $0.learningRateFactor
        return numbers
      }
      return others.moved(parameter, along: gradient, slots: &slots, at: own)
    }
    let velocity = momentum * slots["velocity", default: parameter.zerosLike()] + (1 - momentum) * gradient
    slots["velocity"] = velocity
    let direction = nesterov ? (1 - momentum) * gradient + momentum * velocity : velocity
    let (inputs, outputs) = (Double(parameter.shape[0]), Double(parameter.shape[1]))
    let rate = step.scalar { $0.learningRate * max(1, outputs / inputs).squareRoot() }
    return parameter - rate * orthogonal(direction)
  }

  /// The matrix with its singular values brought close to 1.
  private func orthogonal(_ matrix: Tensor) -> Tensor {
    let isTall = matrix.shape[0] > matrix.shape[1]
    var x = isTall ? matrix.transposed() : matrix
    x = x / max(sqrt((x * x).sum()), 1e-7)
    let (a, b, c) = Self.coefficients
    for _ in 0..<iterations {
      let gram = matmul(x, x.transposed())
      x = a * x + matmul(b * gram + c * matmul(gram, gram), x)
    }
    return isTall ? x.transposed() : x
  }
}
