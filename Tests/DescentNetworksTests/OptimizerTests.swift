import Descent
import Foundation
import Testing

/// The next parameter from parameter, gradient and step.
private typealias Move = (Double, Double, Int) -> Double

/// The rules for one number, as the papers print them.
private struct ScalarRule: Sendable {
  var name: String
  var optimizer: any Optimizer
  /// Starts a walk; the move keeps its state.
  var make: @Sendable () -> Move
}

private func momentumRule(_ rate: Double, _ momentum: Double, nesterov: Bool) -> @Sendable () -> Move {
  {
    var velocity = 0.0
    return { parameter, gradient, _ in
      velocity = momentum * velocity + gradient
      return parameter - rate * (nesterov ? gradient + momentum * velocity : velocity)
    }
  }
}

private func adamRule(
  _ rate: Double, _ beta1: Double = 0.9, _ beta2: Double = 0.999, _ epsilon: Double = 1e-8
) -> @Sendable () -> Move {
  {
    var (m, v) = (0.0, 0.0)
    return { parameter, gradient, step in
      m = beta1 * m + (1 - beta1) * gradient
      v = beta2 * v + (1 - beta2) * gradient * gradient
      let corrected = (m / (1 - Foundation.pow(beta1, Double(step))), v / (1 - Foundation.pow(beta2, Double(step))))
      return parameter - rate * corrected.0 / (corrected.1.squareRoot() + epsilon)
    }
  }
}

private let rules = [
  ScalarRule(name: "SGD", optimizer: SGD(learningRate: 0.05)) {
    { parameter, gradient, _ in parameter - 0.05 * gradient }
  },
  ScalarRule(
    name: "momentum", optimizer: SGD(learningRate: 0.02, momentum: 0.9), make: momentumRule(0.02, 0.9, nesterov: false)),
  ScalarRule(
    name: "Nesterov", optimizer: SGD(learningRate: 0.02, momentum: 0.8, nesterov: true),
    make: momentumRule(0.02, 0.8, nesterov: true)),
  ScalarRule(name: "Adam", optimizer: Adam(learningRate: 0.1), make: adamRule(0.1)),
  ScalarRule(
    name: "Adam with other constants", optimizer: Adam(learningRate: 0.03, beta1: 0.5, beta2: 0.9, epsilon: 1e-3),
    make: adamRule(0.03, 0.5, 0.9, 1e-3)),
]

@Suite struct OptimizerTests {
  private static let curvatures = [0.5, 1.0, 3.0], goals = [1.0, -2.0, 0.25], start = [4.0, 0.5, -3.0]

  /// ½·Σ aᵢ(θᵢ − cᵢ)², whose gradient is aᵢ(θᵢ − cᵢ).
  private func valley(_ x: Tensor) -> Tensor {
    let (a, c) = (Tensor(scalars: Self.curvatures, type: .float64), Tensor(scalars: Self.goals, type: .float64))
    return 0.5 * (a * (x - c) ** 2).sum()
  }

  private func walk(_ optimizer: some Optimizer, steps: Int) -> [[Double]] {
    var (optimizer, model) = (optimizer, [Tensor(scalars: Self.start, type: .float64)])
    return (0..<steps).map { _ in
      optimizer.update(&model, along: gradient(at: model) { valley($0[0]) })
      return model[0].scalars
    }
  }

  @Test(arguments: rules.indices)
  func fiftyStepsFollowThePublishedFormulas(index: Int) {
    let rule = rules[index]
    let path = walk(rule.optimizer, steps: 50)
    for element in Self.start.indices {
      let move = rule.make()
      var parameter = Self.start[element]
      for step in 1...50 {
        parameter = move(parameter, Self.curvatures[element] * (parameter - Self.goals[element]), step)
        #expect(abs(path[step - 1][element] - parameter) < 1e-12, "\(rule.name), step \(step), element \(element)")
      }
    }
  }

  @Test func theLearningRateMayChangeBetweenSteps() {
    var (optimizer, model) = (SGD(learningRate: 1), [Tensor(scalars: [1.0], type: .float64)])
    for rate in [0.5, 0.25] {
      optimizer.learningRate = .constant(rate)
      optimizer.update(&model, along: [Tensor(scalars: [1.0], type: .float64)])
    }
    #expect(model[0].scalars == [0.25])
    #expect(optimizer.state.step == 2)
  }

  @Test func aCopyOfAnOptimizerGoesItsOwnWay() {
    var (first, model) = (Adam(learningRate: 0.1), [Tensor([1, 2])])
    first.update(&model, along: [Tensor([1, 1])])
    var (second, twin) = (first, model)
    first.update(&model, along: [Tensor([1, -1])])
    second.update(&twin, along: [Tensor([1, -1])])
    #expect(model[0].scalars == twin[0].scalars)
    #expect(first.state.step == 2 && second.state.step == 2)
  }

  @Test func whatIsNoNumberStays() {
    var model = ["weight": Tensor([1, 2]), "count": Tensor(scalars: [7])]
    var optimizer = Adam(learningRate: 0.1)
    optimizer.update(&model, along: ["weight": Tensor([1, 1]), "count": Tensor(scalars: [1])])
    #expect(model["count"]?.scalars == [7])
    #expect(distance(model["weight"]?.scalars ?? [], [0.9, 1.9]) < 1e-6)
  }

  @Test func mistakesNameTheParameter() throws {
    let network = Sequential {
      Dense(2, 3).named("hidden")
      Dense(3, 1)
    }
    var wrong = network
    (wrong["hidden"] as? Dense).map { dense in
      var dense = dense
      dense.bias = .zeros([4])
      wrong[0] = dense
    }
    let before = bits(of: network)
    var (model, optimizer) = (network, SGD(learningRate: 0.1, momentum: 0.5))
    #expect(
      complaint { optimizer.update(&model, along: wrong) }
        == "SGD.update: parameter 'hidden.bias' is float32 [3], its gradient is float32 [4]")
    #expect(bits(of: model) == before)
    #expect(optimizer.state.step == 0)
    optimizer.update(&model, along: network)
    var (other, bare) = (
      Sequential {
        Dense(2, 4).named("hidden")
        Dense(4, 1)
      }, Sequential { Dense(2, 3, hasBias: false) }
    )
    let (otherGradient, bareGradient) = (other, bare)
    #expect(
      complaint { optimizer.update(&other, along: otherGradient) }.contains(
        "'hidden.weight' has shape [2, 4], the optimiser remembers [2, 3]"))
    #expect(
      complaint { optimizer.update(&bare, along: bareGradient) }.contains("remembers 4 parameters and the model has 1"))
  }

  @Test func theLossComesWithTheStep() throws {
    var (optimizer, model) = (SGD(learningRate: 0.1), [Tensor([3])])
    let (loss, gradient) = valueWithGradient(at: model) { ($0[0] ** 2).sum() }
    try optimizer.update(&model, along: gradient, evaluating: [loss])
    #expect(loss.scalar == 9)
    #expect(abs(model[0].scalar - 2.4) < 1e-6)
  }
}
