import Descent
import Foundation
import Testing

private let train = rings(70, seed: 1), test = rings(30, seed: 2)

private func network() -> Sequential {
  withRandomSeed(42) {
    Sequential {
      Dense(2, 8, activation: .tanh)
      Dropout(0.2)
      Dense(8, 2)
    }
  }
}

@Suite struct DatasetFitTests {
  private static let noisy = train.dataset.map(seed: 3) { sample, random in
    Sample(input: sample.input + 0.1 * Tensor.normal([2], using: random), target: sample.target)
  }

  /// Pipelines of every kind: with a count and without, in memory, shuffled, remembered, read ahead.
  private static let pipelines: [(name: String, batches: any Dataset<Samples>)] = [
    ("rows", train.dataset.batched(of: 16)), ("shuffled rows", train.dataset.shuffled(seed: 1).batched(of: 16)),
    ("augmented", noisy.shuffled(seed: 2, window: 20).batched(of: 16).prefetched()),
    ("by workers", train.dataset.shuffled(seed: 1).map(workers: 3) { $0 }.batched(of: 16, droppingRemainder: true)),
    ("filtered", noisy.filter { $0.target.scalar == 0 || $0.input.scalars[0] > -0.5 }.batched(of: 16)),
    ("cached", train.dataset.batched(of: 16).cached()),
    ("repeated", train.dataset.batched(of: 16).repeated().prefix(7)),
  ]

  private func fit(
    _ model: inout Sequential, _ batches: any Dataset<Samples>, callbacks: [any TrainingCallback] = [],
    checkpoint: CheckpointSaver? = nil, resumingFrom resumed: String? = nil
  ) throws -> History {
    try model.fit(
      batches, validation: test.dataset.batched(of: 7), epochs: 3, optimizer: Adam(learningRate: 0.01),
      loss: .softmaxCrossEntropy, metrics: [.accuracy], seed: 5, progress: .silent, callbacks: callbacks,
      checkpoint: checkpoint, resumingFrom: resumed)
  }

  private func looped(_ batches: any Dataset<Samples>) throws -> Sequential {
    var (optimizer, network) = (Adam(learningRate: 0.01), network())
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 5))
    for epoch in 0..<3 {
      try batches.forEach(epoch: epoch) { batch in
        let gradient = gradient(at: network) { softmaxCrossEntropy($0(batch.inputs, pass), batch.targets) }
        optimizer.update(&network, along: gradient)
      }
    }
    return network
  }

  @Test(arguments: pipelines.indices)
  func fitIsTheLoopByHand(index: Int) throws {
    let (name, batches) = Self.pipelines[index]
    var model = network()
    let history = try fit(&model, batches)
    #expect(bits(of: model) == bits(of: try looped(batches)), "\(name)")
    let scores = try model.evaluate(test.dataset.batched(of: 7), loss: .softmaxCrossEntropy, metrics: [.accuracy])
    #expect(history.epochs.count == 3 && history.epochs.last?.validation == scores, "\(name)")
  }

  @Test(arguments: pipelines.indices)
  func aResumedTrainingHasTheSameBits(index: Int) throws {
    let (name, batches) = Self.pipelines[index]
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var whole = network()
    let expected = try fit(&whole, batches)
    for steps in [1, 4, 5, 8] {
      var (parted, other) = (network(), network())
      let saver = CheckpointSaver(path, when: .epochs(100))
      let first = try fit(&parted, batches, callbacks: [StopAfter(steps: steps)], checkpoint: saver)
      #expect(first.end == .stopped("enough"), "\(name)")
      other.forEachTensor { tensor, _ in tensor = tensor + 1 }
      let found = try fit(
        &other, batches, callbacks: [StopAfter(steps: 1000)], checkpoint: saver, resumingFrom: path)
      #expect(bits(of: other) == bits(of: whole), "\(name) after \(steps) steps")
      #expect(found.epochs.map(\.training) == expected.epochs.map(\.training), "\(name) after \(steps) steps")
    }
  }

  @Test func samplesInMemoryAreADatasetToo() throws {
    var (one, other) = (network(), network())
    try one.fit(
      train, validation: test, epochs: 2, batchSize: 16, optimizer: Adam(), loss: .softmaxCrossEntropy, seed: 5,
      shuffling: false, progress: .silent)
    try other.fit(
      train.dataset.batched(of: 16), epochs: 2, optimizer: Adam(), loss: .softmaxCrossEntropy, seed: 5,
      progress: .silent)
    #expect(bits(of: one) == bits(of: other))
    let scores = try [
      one.evaluate(test, batchSize: 8, loss: .softmaxCrossEntropy, metrics: [.accuracy]),
      one.evaluate(test.dataset.batched(of: 8).prefetched(), loss: .softmaxCrossEntropy, metrics: [.accuracy]),
    ]
    #expect(scores[0] == scores[1])
    let expected = one.predict(test.inputs, batchSize: 8).scalars
    #expect(try one.predict(test.dataset.batched(of: 8)).scalars == expected)
    #expect(try one.predict(test.dataset.batched(of: 8).map { $0.inputs }).scalars == expected)
  }

  @Test func sizesAreInferredFromTheFirstBatch() throws {
    var model = Sequential {
      Dense(4, activation: .relu)
      Dense(2)
    }
    try model.fit(
      train.dataset.batched(of: 16), epochs: 1, optimizer: SGD(), loss: .softmaxCrossEntropy, progress: .silent)
    #expect(model.parameterCount == 2 * 4 + 4 + 4 * 2 + 2)
  }

  @Test func stepsTellWhatIsKnown() throws {
    for (batches, count) in [(Self.pipelines[0].batches, 5), (Self.pipelines[4].batches, nil)] {
      let plan = TrainingPlan(batches, epochs: 1, loss: .softmaxCrossEntropy)
      let trainer = Trainer(network(), optimizer: SGD(), plan)
      #expect(trainer.sampleCount == nil)
      while let event = try trainer.next() {
        if case .batchEnded(let step) = event { #expect(step.batchCount == count) }
      }
    }
  }
}

@Suite struct DatasetMistakeTests {
  private struct Trouble: Error {}

  private func fit(
    _ batches: some Dataset<Samples>, epochs: Int = 1, callbacks: [any TrainingCallback] = [],
    checkpoint: CheckpointSaver? = nil, resumingFrom resumed: String? = nil
  ) throws {
    var model = network()
    try model.fit(
      batches, epochs: epochs, optimizer: SGD(), loss: .softmaxCrossEntropy, progress: .silent, callbacks: callbacks,
      checkpoint: checkpoint, resumingFrom: resumed)
  }

  @Test func emptyDatasetsAreRefused() {
    let none = ArrayDataset([Samples]())
    var open = Sequential { Dense(2) }
    let words = [
      complaint { try fit(none) }, complaint { try fit(train.dataset.batched(of: 8), epochs: -1) },
      complaint {
        try open.fit(none, epochs: 1, optimizer: SGD(), loss: .softmaxCrossEntropy, progress: .silent)
      },
      complaint { _ = try network().evaluate(none, loss: .softmaxCrossEntropy) },
      complaint { _ = try network().predict(none) },
    ]
    let expected = [
      "epoch 1 of the dataset has no batches", "can't make -1 epochs", "epoch 1 of the dataset has no batches",
      "there are no samples", "there are no batches",
    ]
    for (word, part) in zip(words, expected) { #expect(word.contains(part), "\(word)") }
  }

  @Test func errorsOfTheDataArePassedOn() {
    let broken = train.dataset.batched(of: 8).map { batch in
      if batch.inputs[0, 0].scalar != train.inputs[0, 0].scalar { throw Trouble() }
      return batch
    }
    #expect(throws: Trouble.self) { try fit(broken) }
    #expect(throws: Trouble.self) { try network().evaluate(broken, loss: .softmaxCrossEntropy) }
    #expect(throws: Trouble.self) { try network().predict(broken) }
  }

  @Test func checkpointsOfOtherDataAreRefused() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (stop, saver) = (StopAfter(steps: 2), CheckpointSaver(path))
    func resumed(_ batches: some Dataset<Samples>) -> String {
      complaint { try fit(batches, callbacks: [stop], checkpoint: saver, resumingFrom: path) }
    }
    try fit(train.dataset.batched(of: 16), callbacks: [stop], checkpoint: saver)
    let longer = resumed(train.dataset.batched(of: 8))
    #expect(longer.contains("batches 5 instead of 9"), "\(longer)")
    let foreign = resumed(train.dataset.batched(of: 16).map { $0 })
    #expect(foreign.contains("the position was not made by this dataset"), "\(foreign)")
    var model = network()
    let inMemory = complaint {
      try model.fit(
        train, epochs: 1, batchSize: 16, optimizer: SGD(), loss: .softmaxCrossEntropy, progress: .silent,
        callbacks: [stop], checkpoint: saver, resumingFrom: path)
    }
    #expect(inMemory.contains("samples unknown instead of 70"), "\(inMemory)")
  }
}
