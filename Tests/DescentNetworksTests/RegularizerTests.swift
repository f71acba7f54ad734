import Descent
import Foundation
import Testing

private func network(_ type: ScalarType = .float64, activity: Regularizer? = nil) -> Sequential {
  withRandomSeed(5) {
    Sequential {
      Dense(2, 6, activation: .tanh, type: type).named("hidden")
      if let activity { ActivityRegularization(activity).named("activity") }
      Dense(6, 2, type: type).named("output")
    }
  }
}

private let samples: Samples = {
  let rings = rings(40, seed: 1)
  return Samples(inputs: rings.inputs.converted(to: .float64), targets: rings.targets)
}()

@Suite struct RegularizerTests {
  @Test func penaltiesAreTheirFormulas() {
    let model = Dense(weight: [[1, -2], [0, 3]], bias: [-4, 1])
    let table: [(Regularizer, Double)] = [
      (.l1(0.5), 0.5 * 11), (.l2(0.1), 0.1 * 31), (.elasticNet(l1: 0.5, l2: 0.1), 0.5 * 11 + 0.1 * 31),
      (Regularizer.l1(1).on("weight"), 6), (Regularizer.l2(1).on("b*"), 17),
      (Regularizer.l1(1).on { _, shape in shape.rank == 1 }, 5), (Regularizer("largest") { $0.max() }, 3 + 1),
    ]
    for (regularizer, expected) in table {
      let penalty = regularizer.penalty(of: model)
      #expect(abs(penalty.scalar - expected) < 1e-5 && penalty.rank == 0, "\(regularizer.name): \(penalty)")
    }
    let narrow = Tensor.full([4_096], 1.0, type: .bfloat16)
    #expect(Regularizer.l2(1)(narrow).scalar == 4_096)
  }

  @Test func mistakesAreTold() {
    #expect(
      complaint { _ = Regularizer.l2(1).on("hiden.weight").penalty(of: network()) }
        == "penalty: l2(1.0) on 'hiden.weight' fits none of the trainable parameters: hidden.weight, hidden.bias, "
        + "output.weight, output.bias")
    #expect(complaint { _ = Regularizer.l1(-1) }.contains("rates must be finite and not negative"))
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    #expect(
      complaint { pass.addPenalty([1, 2]) }.contains("a penalty is a floating-point scalar, and this is float32 [2]"))
    #expect(
      complaint {
        _ = scan(Tensor(0.0), over: Tensor.ones([3, 2, 2])) { state, x in
          (state, ActivityRegularization(.l1(1))(x, pass).sum())
        }
      }.contains("can't be trained inside a loop"))
  }

  @Test func gradientsAreThoseOfFiniteDifferences() throws {
    let table: [(String, Regularizer, Regularizer?)] = [
      ("l1", .l1(0.03), nil), ("l2", .l2(0.1), nil), ("elastic net", .elasticNet(l1: 0.02, l2: 0.05), nil),
      ("on a path", Regularizer.l2(0.3).on("output"), nil), ("activity l2", .l1(0), .l2(0.2)),
      ("activity l1", .l1(0), .l1(0.2)),
    ]
    let batch = samples
    for (name, regularizer, activity) in table {
      let model = network(activity: activity)
      let loss: @Sendable (Sequential) -> Tensor = { model in
        let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
        return softmaxCrossEntropy(model(batch.inputs, pass), batch.targets) + regularizer.penalty(of: model)
          + pass.takePenalty(type: .float64)
      }
      let gradient = gradient(at: model, of: loss)
      for (path, tensor) in model.namedTensors(.trainable) {
        let numerical = numericalGradient(at: tensor, step: 1e-6) { value in
          var moved = model
          moved[path: path] = value
          return loss(moved)
        }
        #expect(distance(gradient[path: path].scalars, numerical) < 1e-7, "\(name), \(path)")
      }
    }
  }

  @Test func fitMinimisesAndReportsTheLossWithItsPenalties() throws {
    let regularizer = Regularizer.l2(0.05).on("*.weight")
    func trained(_ regularizers: [Regularizer], _ activity: Regularizer?) throws -> (Sequential, History) {
      var model = network(activity: activity)
      let history = try model.fit(
        samples, validation: samples, epochs: 3, batchSize: 40, optimizer: SGD(learningRate: 0.1),
        loss: .softmaxCrossEntropy, progress: .silent, regularizers: regularizers)
      return (model, history)
    }
    let activity = Regularizer.l1(0.01)
    let (model, history) = try trained([regularizer], activity)
    var (byHand, optimizer, losses) = (network(activity: activity), SGD(learningRate: 0.1), [Double]())
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 0))
    for _ in 0..<3 {
      let batch = samples.shuffled(using: pass.random)
      let (loss, gradient) = valueWithGradient(at: byHand) { model in
        softmaxCrossEntropy(model(batch.inputs, pass), batch.targets) + regularizer.penalty(of: model)
          + pass.takePenalty(type: .float64)
      }
      optimizer.update(&byHand, along: gradient)
      losses.append(loss.scalar)
    }
    #expect(byHand.tensors.map(\.scalars) == model.tensors.map(\.scalars))
    #expect(history.losses == losses)
    let bare = softmaxCrossEntropy(model(samples.inputs), samples.targets).scalar
    let hidden = (model[0] as? Dense)?(samples.inputs) ?? Tensor(0)
    let whole = bare + regularizer.penalty(of: model).scalar + 0.01 * abs(hidden).sum().scalar / 40
    #expect(abs((history.epochs.last?.validation?.loss ?? 0) - whole) < 1e-12)
    #expect(try trained([], nil).0.tensors.map(\.scalars) != model.tensors.map(\.scalars))
  }

  @Test func l1MakesWeightsOfNoUseSmall() throws {
    func weight(_ regularizers: [Regularizer]) throws -> [Double] {
      let x = withRandomSeed(1) { Tensor.normal([200, 3]) }
      var model = withRandomSeed(2) { Dense(3, 1, hasBias: false) }
      try model.fit(
        Samples(inputs: x, targets: x[0..., 0..<1] * 2), epochs: 30, optimizer: SGD(learningRate: 0.05),
        loss: .meanSquaredError, progress: .silent, regularizers: regularizers)
      return model.weight.scalars
    }
    #expect(abs(try weight([])[0] - 2) < 1e-2)
    let sparse = try weight([.l1(0.5)])
    #expect(abs(sparse[0] - 1.75) < 0.1 && abs(sparse[1]) < 0.05 && abs(sparse[2]) < 0.05, "\(sparse)")
  }
}
