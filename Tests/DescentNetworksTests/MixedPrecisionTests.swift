import Descent
import Foundation
import Testing

private let digits = Result { try Samples.digits() }

private func reader() -> Sequential {
  withRandomSeed(1) {
    Sequential {
      Dense(64, 64, activation: .relu)
      BatchNorm()
      Dropout(0.1)
      Dense(64, 10)
    }
  }
}

private func accuracy(_ precision: MixedPrecision?) throws -> Double {
  let (train, test) = try digits.get()
  var network = reader()
  try network.fit(
    train, epochs: 12, batchSize: 32, optimizer: Adam(learningRate: 3e-3), loss: .softmaxCrossEntropy, seed: 1,
    progress: .silent, precision: precision)
  #expect(network.namedTensors().allSatisfy { $0.tensor.scalarType == .float32 })
  return try network.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])["accuracy"] ?? 0
}

/// A model of one layer family, its batch, and the type of its targets.
private struct Case {
  var name: String
  var model: any Layer
  var inputs: Tensor

  init(_ name: String, _ inputs: Tensor, @LayerBuilder _ layers: () -> [any Layer]) {
    (self.name, self.inputs, model) = (name, inputs, withRandomSeed(3) { Sequential(layers()) })
  }
}

private let families: [Case] = withRandomSeed(9) {
  let (image, sequence) = (Tensor.normal([4, 6, 6, 2]), Tensor.normal([4, 5, 6]))
  let tokens = Tensor(scalars: (0..<20).map { $0 * 7 % 11 }, shape: [4, 5], type: .int64)
  return [
    Case("dense", .normal([4, 6])) {
      Dense(6, 3)
      PReLU()
      Dropout(0.3)
    },
    Case("batch norm", image) {
      Conv2D(3, kernel: 3)
      BatchNorm()
      Activation.relu
      MaxPool2D(window: 2)
    },
    Case("norms", image) {
      GroupNorm(groups: 2)
      InstanceNorm()
      SpatialDropout(0.2)
      Flatten()
      LayerNorm()
      RMSNorm()
    },
    Case("residual", image) {
      Residual { Conv2D(2, kernel: 3, padding: .same) }
      AveragePool2D(window: 2)
    },
    Case("transposed", image) {
      TransposedConv2D(3, kernel: 2)
      SeparableConv2D(2, kernel: 2)
    },
    Case("embedding", tokens) {
      Embedding(11, 6, paddingIndex: 0)
      SinusoidalPositions()
      LearnedPositions(maximum: 5)
    },
    Case("frozen embedding", tokens) {
      Embedding(11, 6).frozen()
      Dense(3)
      BatchNorm().frozen()
    },
    Case("lstm", sequence) { LSTM(4, layers: 2, isBidirectional: true, dropout: 0.2) },
    Case("gru", sequence) {
      GRU(4, output: .sequence)
      SimpleRNN(3)
    },
    Case("attention", sequence) {
      MultiHeadAttention(size: 8, heads: 2, isCausal: true, dropout: 0.1, rotaryBase: 100)
    },
    Case("transformer", sequence) { TransformerEncoderBlock(size: 6, heads: 2, hidden: 8) },
    Case("activity", sequence) {
      Dense(4)
      ActivityRegularization(.l2(0.1))
      Lambda { $0 * 2 }
    },
  ]
}

@Suite struct MixedPrecisionTests {
  @Test(arguments: [MixedPrecision.bfloat16, MixedPrecision(.float16, scaling: .fixed(256))])
  func everyLayerComputesNearWhatItDoesInFloat32(precision: MixedPrecision) throws {
    for family in families {
      func gradients(_ model: some Layer) -> [[Tensor]] {
        var model = model
        model.build { model, pass in _ = model(family.inputs, pass) }
        func run(_ output: (ForwardPass, RandomGenerator) -> [Tensor]) -> [Tensor] {
          let random = RandomGenerator(seed: 5)
          return output(precision.pass(trainingWith: random), random)
        }
        let wide = run { _, random in
          let pass = ForwardPass(trainingWith: random)
          let (value, gradient) = valueWithGradient(at: model) { model in
            sin(model(family.inputs, pass)).mean() + pass.takePenalty()
          }
          return [value] + gradient.tensors
        }
        let narrow = run { pass, _ in
          let (value, gradient) = precision.valueWithGradient(at: model) { model in
            sin(precision.output(of: model, for: family.inputs, pass)).mean() + pass.takePenalty()
          }
          return [value] + gradient.tensors
        }
        return [wide, narrow]
      }
      let pair = gradients(family.model)
      for (wide, narrow) in zip(pair[0], pair[1]) {
        #expect(narrow.scalarType == .float32, "\(family.name)")
        let size = max(abs(wide).max().scalar, 0.02)
        let error = distance(wide.scalars, narrow.scalars) / size
        #expect(error < (precision.type == .float16 ? 0.02 : 0.12), "\(family.name), \(precision.type): \(error)")
      }
    }
  }

  @Test func digitsTrainToTheSameAccuracy() throws {
    let wide = try accuracy(nil)
    for precision in [MixedPrecision.bfloat16, .float16] {
      let narrow = try accuracy(precision)
      #expect(abs(narrow - wide) <= 0.01, "\(precision.type): \(narrow), float32: \(wide)")
    }
  }

  @Test func overflowingStepsAreLeftOutAndTheScaleRecovers() throws {
    let (train, test) = try digits.get()
    let precision = MixedPrecision(.float16, scaling: .dynamic(initial: 0x1p40, growthInterval: 50))
    let trainer = Trainer(
      reader(), optimizer: Adam(learningRate: 3e-3),
      TrainingPlan(train, epochs: 12, loss: .softmaxCrossEntropy, seed: 1, precision: precision))
    _ = try trainer.next()
    let before = bits(of: trainer.model)
    var (events, factors) = (0, Set<Double>())
    while let event = try trainer.next() {
      guard case .batchEnded = event, let state = trainer.precision?.state else { continue }
      events += 1
      factors.insert(state.factor)
      #expect(trainer.optimizer.state.step == events - state.skippedSteps)
      if state.skippedSteps == events { #expect(bits(of: trainer.model) == before && state.factor < 0x1p40) }
    }
    let state = try #require(trainer.precision?.state)
    #expect(state.skippedSteps > 10 && state.skippedSteps < events / 4, "\(state)")
    #expect(zip(factors.sorted(), factors.sorted().dropFirst()).allSatisfy { $1 / $0 == 2 })
    let scores = try trainer.model.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
    #expect(scores["accuracy"] ?? 0 > 0.93, "\(scores)")
  }

  @Test func theScaleFollowsItsRules() throws {
    var (model, optimizer) = (Dense(weight: [[1]]), SGD(learningRate: 0.25))
    let table: [(LossScaling, [Double], factors: [Double], steps: Int)] = [
      (.dynamic(initial: 8, growthInterval: 2), [1, 1, 1, .infinity, 1, 1, .nan], [8, 16, 16, 8, 8, 16, 8], 5),
      (.fixed(4), [1, .infinity, 1], [4, 4, 4], 2), (.none, [1, 1], [1, 1], 2),
    ]
    for (scaling, gradients, factors, steps) in table {
      var precision = MixedPrecision(.float16, scaling: scaling)
      var found: [Double] = [], taken = 0
      for number in gradients {
        let pass = precision.pass()
        let isStep = try precision.update(
          &model, by: &optimizer, along: Dense(weight: Tensor(rows: [[number]])), pass)
        taken += isStep ? 1 : 0
        found.append(precision.state.factor)
        #expect(isStep == number.isFinite)
      }
      #expect(found == factors && taken == steps, "\(scaling): \(found)")
    }
    #expect(model.weight.scalar == 1 - 0.25 * 9)
    var hopeless = MixedPrecision(.float16, scaling: .dynamic(initial: 0x1p-23))
    let nan = Dense(weight: Tensor(rows: [[Double.nan]]))
    try hopeless.update(&model, by: &optimizer, along: nan, hopeless.pass())
    #expect(
      complaint { try hopeless.update(&model, by: &optimizer, along: nan, hopeless.pass()) }
        .contains("gradients are infinite or no numbers even for a loss scaled by"))
    for (words, body) in [
      ("must be bfloat16 or float16, and float32 isn't", { _ = MixedPrecision(.float32, scaling: .none) }),
      ("scaled by a positive number, and 0.0 isn't", { _ = MixedPrecision(.float16, scaling: .fixed(0)) }),
      (
        "after 1 or more good steps, and 0 isn't",
        {
          _ = MixedPrecision(.float16, scaling: .dynamic(growthInterval: 0))
        }
      ),
    ] as [(String, () -> Void)] { #expect(complaint(body).contains(words)) }
  }

  @Test func theLoopByHandGivesTheSameBits() throws {
    let samples = rings(96, seed: 2)
    func network() -> Sequential {
      withRandomSeed(4) {
        Sequential {
          Dense(2, 8)
          BatchNorm(channels: 8)
          Activation.relu
          Dropout(0.2)
          Dense(8, 2)
        }
      }
    }
    let start = MixedPrecision(.float16, scaling: .dynamic(initial: 0x1p30, growthInterval: 4))
    var (fitted, model) = (network(), network())
    try fitted.fit(
      samples, epochs: 8, optimizer: Adam(learningRate: 0.01), loss: .softmaxCrossEntropy, seed: 4, progress: .silent,
      precision: start)
    var (precision, optimizer) = (start, Adam(learningRate: 0.01))
    let random = RandomGenerator(seed: 4), pass = precision.pass(trainingWith: random)
    for _ in 0..<8 {
      for batch in samples.shuffled(using: random).batches(of: 32) {
        let (_, gradient) = precision.valueWithGradient(at: model) { model in
          softmaxCrossEntropy(precision.output(of: model, for: batch.inputs, pass), batch.targets)
        }
        try precision.update(&model, by: &optimizer, along: gradient, pass)
      }
    }
    #expect(bits(of: model) == bits(of: fitted) && precision.state.skippedSteps > 5, "\(precision.state)")
    #expect(model[path: "1.runningMean"].scalars == fitted[path: "1.runningMean"].scalars)
  }

  @Test func aResumedTrainingHasTheSameBits() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    func trainer(_ precision: MixedPrecision?) -> Trainer<Sequential, Adam> {
      let network = withRandomSeed(4) {
        Sequential {
          Dense(2, 8, activation: .relu)
          Dropout(0.2)
          Dense(8, 2)
        }
      }
      return Trainer(
        network, optimizer: Adam(learningRate: 0.01),
        TrainingPlan(
          rings(96, seed: 2), epochs: 6, loss: .softmaxCrossEntropy, seed: 4, regularizers: [.l2(1e-3)],
          precision: precision))
    }
    let precision = MixedPrecision(.float16, scaling: .dynamic(initial: 0x1p25, growthInterval: 3))
    for events in [4, 9, 14, 20] {
      let (whole, first, second) = (trainer(precision), trainer(precision), trainer(precision))
      try whole.run()
      for _ in 0..<events { _ = try first.next() }
      try first.save(to: path)
      try second.resume(from: path)
      #expect(second.precision?.state == first.precision?.state)
      try second.run()
      #expect(bits(of: second.model) == bits(of: whole.model), "after \(events) events")
      #expect(second.precision?.state == whole.precision?.state)
      #expect(whole.precision?.state.skippedSteps ?? 0 > 0)
      #expect(
        complaint { try trainer(nil).resume(from: path) }.contains("precision float16 instead of the model's"))
    }
  }
}
