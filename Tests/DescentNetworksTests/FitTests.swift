import CDescentRuntime
import Descent
import Testing

private func network() -> Sequential {
  withRandomSeed(42) {
    Sequential {
      Dense(2, 32, activation: .tanh)
      Dropout(0.1)
      Dense(32, 2)
    }
  }
}

@Suite(.serialized) struct FitTests {
  private let train = rings(230, seed: 1), test = rings(100, seed: 2)

  private func fitted(_ optimizer: some Optimizer, seed: UInt64 = 7, epochs: Int = 3) throws -> Sequential {
    var model = network()
    try model.fit(
      train, epochs: epochs, batchSize: 32, optimizer: optimizer, loss: .softmaxCrossEntropy, metrics: [.accuracy],
      seed: seed, progress: .silent)
    return model
  }

  private func looped(_ optimizer: some Optimizer) -> Sequential {
    var (optimizer, network) = (optimizer, network())
    let random = RandomGenerator(seed: 7), pass = ForwardPass(trainingWith: random)
    for _ in 0..<3 {
      for batch in train.shuffled(using: random).batches(of: 32) {
        let gradient = gradient(at: network) { softmaxCrossEntropy($0(batch.inputs, pass), batch.targets) }
        optimizer.update(&network, along: gradient)
      }
    }
    return network
  }

  private static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.05, momentum: 0.9, nesterov: true), Adam(learningRate: 0.01),
  ]

  @Test(arguments: optimizers.indices)
  func fitIsTheLoopByHand(index: Int) throws {
    let optimizer = Self.optimizers[index]
    let (one, other) = (bits(of: try fitted(optimizer)), bits(of: looped(optimizer)))
    #expect(one == other)
    #expect(one != bits(of: network()))
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    defer { descent_pool_set_thread_count(0) }
    let results = try [1, 2, 3].map { count in
      descent_pool_set_thread_count(count)
      return bits(of: try wide())
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  /// A network large enough that its work is divided.
  private func wide() throws -> Sequential {
    var model = withRandomSeed(1) {
      Sequential {
        Dense(2, 600, activation: .relu)
        Dropout(0.3)
        Dense(600, 600, activation: .tanh)
        Dense(600, 2)
      }
    }
    try model.fit(
      train, epochs: 2, batchSize: 100, optimizer: Adam(), loss: .softmaxCrossEntropy, seed: 3, progress: .silent)
    return model
  }

  @Test func seedsDecide() throws {
    let (one, same, other) = (try fitted(Adam()), try fitted(Adam()), try fitted(Adam(), seed: 8))
    #expect(bits(of: one) == bits(of: same))
    #expect(bits(of: one) != bits(of: other))
  }

  @Test func historyTellsEveryEpoch() throws {
    var model = network()
    let history = try model.fit(
      train, validation: test, epochs: 4, batchSize: 50, optimizer: Adam(learningRate: 0.02),
      loss: .softmaxCrossEntropy,
      metrics: [.accuracy], progress: .silent)
    #expect(history.epochs.map(\.number) == [1, 2, 3, 4])
    #expect(history.losses.count == 4 && history.validationLosses.count == 4)
    #expect(history.losses[3] < history.losses[0])
    #expect(history.epochs.allSatisfy { $0.seconds > 0 && $0.samplesPerSecond > 0 })
    let scores = try model.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
    #expect(history.epochs[3].validation == scores)
    let table = "\(history)".split(separator: "\n")
    #expect(table.count == 6)
    #expect(
      table[0].split(separator: "  ", omittingEmptySubsequences: true).map { $0.drop { $0 == " " } }
        == ["epoch", "loss", "accuracy", "validation loss", "validation accuracy", "seconds", "samples/s"])
  }

  @Test func trainingScoresWeighTheLastBatchExactly() throws {
    // Without dropout, and without moving, the epoch's means are the scores of the model as it stands.
    var plain = withRandomSeed(5) { Dense(2, 2) }
    let start = try plain.evaluate(train, batchSize: 230, loss: .softmaxCrossEntropy, metrics: [.accuracy])
    let epoch = try plain.fit(
      train, epochs: 1, batchSize: 200, optimizer: SGD(learningRate: 0), loss: .softmaxCrossEntropy,
      metrics: [.accuracy], progress: .silent
    ).epochs[0].training
    #expect(abs(epoch.loss - start.loss) < 1e-6)
    #expect(epoch["accuracy"] == start["accuracy"])
  }

  @Test func regressionFitsALine() throws {
    let x = Tensor.uniform([64, 1], using: RandomGenerator(seed: 1))
    var line = withRandomSeed(1) { Dense(1, 1) }
    try line.fit(
      Samples(inputs: x, targets: 3 * x - 1), epochs: 60, batchSize: 16,
      optimizer: SGD(learningRate: 0.2, momentum: 0.9),
      loss: .meanSquaredError, progress: .silent)
    #expect(abs(line.weight.scalar - 3) < 0.01)
    #expect(abs((line.bias?.scalar ?? .nan) + 1) < 0.01)
  }

  @Test func ringsAreLearned() throws {
    var model = network()
    try model.fit(
      train, epochs: 40, batchSize: 32, optimizer: Adam(learningRate: 0.02), loss: .softmaxCrossEntropy, seed: 1,
      progress: .silent)
    let scores = try model.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
    #expect(scores["accuracy"] ?? 0 > 0.97)
  }

  @Test func emptyQuestionsAreRefused() {
    var model = network()
    for (epochs, batchSize) in [(-1, 32), (1, 0), (1, -5)] {
      #expect(throws: TensorError.self) {
        try model.fit(
          train, epochs: epochs, batchSize: batchSize, optimizer: SGD(), loss: .softmaxCrossEntropy, progress: .silent)
      }
    }
    #expect(throws: TensorError.self) {
      try model.fit(train[0..<0], epochs: 1, optimizer: SGD(), loss: .softmaxCrossEntropy, progress: .silent)
    }
    #expect(throws: TensorError.self) { try model.evaluate(train[0..<0], loss: .softmaxCrossEntropy) }
  }
}

@Suite struct MistakenFitTests {
  @Test func mistakesInsideTheModelAreThrownByChecked() {
    let samples = Samples(inputs: .zeros([6, 3]), targets: Tensor(scalars: [0, 1, 0, 1, 0, 1]))
    var narrow = Dense(2, 2)
    let before = bits(of: narrow)
    let shape = complaint {
      try narrow.fit(samples, epochs: 1, optimizer: Adam(), loss: .softmaxCrossEntropy, progress: .silent)
    }
    #expect(shape.contains("Dense(2, 2): the input has shape [6, 3]"), "\(shape)")
    var wide = Dense(3, 1)
    let label = complaint {
      try wide.fit(samples, epochs: 1, optimizer: Adam(), loss: .softmaxCrossEntropy, progress: .silent)
    }
    #expect(label.contains("is no class: the logits have 1 classes"), "\(label)")
    let metric = complaint { _ = try wide.evaluate(samples, loss: .meanSquaredError) }
    #expect(metric.contains("meanSquaredError: predictions have shape [6, 1]"), "\(metric)")
    let vector = Loss("vector") { predictions, _ in predictions }
    let scalar = complaint { try wide.fit(samples, epochs: 1, optimizer: Adam(), loss: vector, progress: .silent) }
    #expect(scalar.contains("a gradient needs one floating-point number"), "\(scalar)")
    #expect(bits(of: narrow) == before)
  }
}

@Suite struct NonFiniteLossTests {
  /// A set whose sample 5 is not a number.
  private var poisoned: Samples {
    var values = [Float](repeating: 1, count: 8)
    values[5] = .nan
    return Samples(inputs: Tensor(scalars: values, shape: [8, 1]), targets: .zeros([8, 1]))
  }

  @Test func trainingStopsBeforeTheDamage() throws {
    var model = Dense(weight: [[1]], bias: [0])
    do {
      try model.fit(
        poisoned, epochs: 2, batchSize: 2, optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError, shuffling: false,
        progress: .silent)
      Issue.record("the training should have stopped")
    } catch let error as NonFiniteLoss {
      #expect(error.epoch == 1 && error.batch == 3 && error.loss.isNaN)
      #expect(error.description.contains("the loss of batch 3 in epoch 1 is nan"))
      #expect(error.history.epochs.isEmpty)
    }
    #expect(model.weight.scalar.isFinite && model.weight.scalar != 1)
  }

  @Test func trainingGoesOnIfAsked() throws {
    var model = Dense(weight: [[1]], bias: [0])
    let history = try model.fit(
      poisoned, epochs: 2, batchSize: 2, optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError, shuffling: false,
      progress: .silent, onNonFiniteLoss: .continueTraining)
    #expect(history.epochs.count == 2)
    #expect(history.losses[0].isNaN && model.weight.scalar.isNaN)
  }

  @Test func divergenceNamesItsEpoch() throws {
    var model = Dense(weight: [[1]], bias: [0])
    let samples = Samples(inputs: .ones([4, 1]), targets: .zeros([4, 1]))
    #expect(throws: NonFiniteLoss.self) {
      try model.fit(
        samples, epochs: 500, batchSize: 4, optimizer: SGD(learningRate: 3), loss: .meanSquaredError, progress: .silent)
    }
    #expect(model.tensors.allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
  }
}

@Suite struct NonFiniteOriginTests {
  private func origin(
    _ loss: @escaping @Sendable (Tensor, Tensor) -> Tensor, weight: Tensor = [[1]], inputs: Tensor = [[1], [2]]
  ) throws -> NonFiniteOrigin {
    var model = Sequential {
      Dropout(0.5)
      Dense(weight: weight).named("only")
    }
    let error = #expect(throws: NonFiniteLoss.self) {
      try model.fit(
        Samples(inputs: inputs, targets: .zeros([inputs.shape[0], 1])), epochs: 1, optimizer: SGD(),
        loss: Loss("test", loss), shuffling: false, progress: .silent)
    }
    let origin = try #require(error?.origin)
    #expect(error?.description.contains(origin.description) ?? false)
    return origin
  }

  @Test func theFirstOperationAtFaultIsNamed() throws {
    let table: [(String, Double, String, @Sendable (Tensor, Tensor) -> Tensor)] = [
      ("log", -.infinity, "log(max(x", { x, _ in log(0 * x).mean() }),
      ("divide", .infinity, "away from 0", { x, y in ((1 + abs(x)) / y).sum() }),
      ("exp", .infinity, "softmax", { x, _ in (exp(100 + abs(x)) / exp(100 + abs(x))).mean() }),
      ("multiply", .infinity, "outgrow", { x, _ in ((1 + abs(x)) * 1e30 * ((1 + abs(x)) * 1e30)).sum() }),
    ]
    for (operation, value, remedy, loss) in table {
      let origin = try origin(loss)
      #expect(origin.operation == operation && origin.value == value && origin.remedy.contains(remedy), "\(origin)")
      #expect(
        origin.layer == nil && origin.lastParameter == "only.weight"
          && origin.operands[0].hasPrefix("float32 [2, 1] from "), "\(origin)")
    }
  }

  @Test func theLayerIsNamed() throws {
    let large: Tensor = [[1e30]]
    let table: [(String, Tensor, Sequential)] = [
      (
        "'second' (Dense)", [[1], [2]],
        Sequential {
          Dense(weight: large).named("first")
          Dense(weight: large).named("second")
        }
      ),
      (
        "'1.layers.0' (square)", [[1e30], [2]],
        Sequential {
          Dropout(0.1)
          Residual { Lambda("square") { $0 * $0 } }
        }
      ),
    ]
    for (name, inputs, model) in table {
      var model = model
      let error = #expect(throws: NonFiniteLoss.self) {
        try model.fit(
          Samples(inputs: inputs, targets: .zeros([2])), epochs: 1, optimizer: SGD(),
          loss: Loss("mean") { x, _ in x.mean() },
          shuffling: false, progress: .silent)
      }
      #expect(error?.origin?.layer == name, "\(error?.description ?? "no error")")
      #expect(error?.description.contains(" in the layer \(name); ") ?? false)
    }
  }

  @Test func whatIsGivenIsNamedFirst() throws {
    let mean: @Sendable (Tensor, Tensor) -> Tensor = { x, _ in x.mean() }
    let data = try origin(mean, inputs: Tensor(rows: [[1], [2], [.nan]]))
    #expect(data.operation == "inputs" && data.remedy.hasPrefix("row 2 of the batch"))
    let parameter = try origin(mean, weight: Tensor(rows: [[Double.infinity]]))
    #expect(parameter.operation == "parameter 'only.weight'" && parameter.value == .infinity)
  }
}

@Suite struct DigitsTests {
  @Test func aSmallNetworkReadsDigits() throws {
    let (train, test) = try Samples.digits()
    var network = withRandomSeed(1) {
      Sequential {
        Dense(64, 64, activation: .relu)
        Dropout(0.1)
        Dense(64, 10)
      }
    }
    try network.fit(
      train, epochs: 12, batchSize: 32, optimizer: Adam(learningRate: 3e-3), loss: .softmaxCrossEntropy, seed: 1,
      progress: .silent)
    let scores = try network.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
    #expect(scores["accuracy"] ?? 0 >= 0.95, "\(scores)")
  }
}
