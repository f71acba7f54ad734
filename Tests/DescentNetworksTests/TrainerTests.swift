import Descent
import Foundation
import Testing

private func network() -> Dense { withRandomSeed(3) { Dense(2, 2) } }

private func plan(epochs: Int = 2, validation: Samples? = rings(20, seed: 2)) -> TrainingPlan {
  TrainingPlan(
    rings(40, seed: 1), validation: validation, epochs: epochs, batchSize: 16, loss: .softmaxCrossEntropy,
    metrics: [.accuracy], seed: 4)
}

extension TrainingEvent {
  fileprivate var word: String {
    switch self {
    case .began: "began"
    case .epochBegan(let epoch): "epoch \(epoch)"
    case .batchEnded(let step): "\(step.epoch).\(step.batch)/\(step.batchCount ?? -1): \(step.sampleCount)"
    case .epochEnded(let epoch): "ended \(epoch.number)"
    case .checkpointSaved: "saved"
    case .ended(let end): "\(end)"
    }
  }
}

/// Counts events and does something at each.
private struct Watch: TrainingCallback {
  var action: @Sendable (TrainingEvent, any TrainingSession) throws -> Void

  mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws { try action(event, session) }
}

@Suite struct TrainerTests {
  private let course = [
    "began", "epoch 1", "1.1/3: 16", "1.2/3: 16", "1.3/3: 8", "ended 1", "epoch 2", "2.1/3: 16", "2.2/3: 16",
    "2.3/3: 8",
    "ended 2", "completed",
  ]

  @Test func eventsComeInOrderAndStandStillBetween() async throws {
    let trainer = Trainer(network(), optimizer: Adam(learningRate: 0.01), plan())
    var words: [String] = []
    for try await event in trainer.events {
      words.append(event.word)
      if words.count == 4 { break }
    }
    let between = bits(of: trainer.model)
    #expect(trainer.optimizer.state.step == 2)
    await Task.yield()
    #expect(bits(of: trainer.model) == between)
    for try await event in trainer.events { words.append(event.word) }
    #expect(words == course)
    #expect(trainer.end == .completed)
    #expect(try trainer.next() == nil)
  }

  @Test func fitIsTheTrainer() throws {
    let trainer = Trainer(network(), optimizer: Adam(learningRate: 0.01), plan())
    try trainer.run()
    var model = network()
    let history = try model.fit(
      rings(40, seed: 1), validation: rings(20, seed: 2), epochs: 2, batchSize: 16, optimizer: Adam(learningRate: 0.01),
      loss: .softmaxCrossEntropy, metrics: [.accuracy], seed: 4, progress: .silent)
    #expect(bits(of: model) == bits(of: trainer.model))
    #expect(history.epochs.map(\.training) == trainer.history.epochs.map(\.training))
    #expect(history.end == .completed)
  }

  @Test func aCancelledTaskEndsWithACheckpoint() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let task = Task {
      let cancelling = Watch { event, _ in
        if case .batchEnded(let step) = event, step.epoch == 2, step.batch == 1 {
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
      let idle = CheckpointSaver(path, when: .epochs(100))
      let trainer = Trainer(network(), optimizer: Adam(learningRate: 0.01), plan(), callbacks: [cancelling, idle])
      var words: [String] = []
      while let event = try trainer.next() { words.append(event.word) }
      return words
    }
    #expect(try await task.value == course.prefix(8) + ["cancelled", "saved"])
    let none = Watch { _, _ in }
    let resumed = Trainer(
      network(), optimizer: Adam(learningRate: 0.01), plan(), callbacks: [none, CheckpointSaver(path)])
    try resumed.resume(from: path)
    try resumed.run()
    let whole = Trainer(network(), optimizer: Adam(learningRate: 0.01), plan())
    try whole.run()
    #expect(bits(of: resumed.model) == bits(of: whole.model))
  }

  @Test func fitOfACancelledTaskThrows() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      var model = network()
      try model.fit(rings(40, seed: 1), epochs: 2, optimizer: SGD(), loss: .softmaxCrossEntropy, progress: .silent)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func errorsOfCallbacksEndTheTraining() {
    struct Enough: Error {}
    let throwing = Watch { event, _ in if case .epochEnded = event { throw Enough() } }
    let trainer = Trainer(network(), optimizer: SGD(), plan(), callbacks: [throwing])
    #expect(throws: Enough.self) { try trainer.run() }
    #expect(trainer.history.epochs.count == 1)
  }
}

@Suite struct CallbackTests {
  /// Losses that a script dictates: the model's only parameter is the loss, and nothing moves it but the script.
  private func run(_ losses: [Double], _ callbacks: [any TrainingCallback]) throws -> (Dense, History) {
    var model = Dense(weight: [[0]], bias: [0])
    let dictating = Watch { event, session in
      guard case .epochBegan(let epoch) = event else { return }
      session.replaceParameters(with: [Tensor([[0]]), Tensor(scalars: [losses[epoch - 1]], type: .float32)])
    }
    let history = try model.fit(
      Samples(inputs: .zeros([1, 1]), targets: .zeros([1, 1])), epochs: losses.count, optimizer: SGD(learningRate: 0),
      loss: Loss("bias") { predictions, _ in predictions.mean() }, progress: .silent, callbacks: [dictating] + callbacks
    )
    return (model, history)
  }

  @Test func earlyStoppingKeepsTheBest() throws {
    let losses = [5.0, 3, 4, 2, 3, 3, 1]
    let (model, history) = try run(losses, [EarlyStopping(watching: "loss", patience: 2)])
    #expect(history.losses == [5, 3, 4, 2, 3, 3])
    #expect(model.bias?.scalar == 2)
    #expect(history.end == .stopped("loss has not become better for 2 epochs"))
    let last = try run(losses, [EarlyStopping(watching: "loss", patience: 2, restoringBest: false)]).0
    #expect(last.bias?.scalar == 3)
    let upwards = try run(losses, [EarlyStopping(watching: "loss", patience: 1, isLowerBetter: false)]).0
    #expect(upwards.bias?.scalar == 5)
    let small = try run([5, 4.9, 4.8, 4.7], [EarlyStopping(watching: "loss", patience: 2, smallestProgress: 1)]).1
    #expect(small.losses.count == 3)
  }

  @Test func unknownScoresAreNamed() {
    for callback in [EarlyStopping(), PlateauWatch("spelling"), CheckpointSaver("x", when: .best(of: "los"))]
      as [any TrainingCallback]
    {
      #expect(complaint { _ = try run([1], [callback]) }.contains("there is no score"))
    }
    #expect(complaint { _ = try run([1], [EarlyStopping()]) }.contains("'validation loss'; there are loss"))
  }

  @Test func plateausLowerTheRate() throws {
    let rule = ReduceOnPlateau(factor: 0.5, patience: 1)
    let watch = PlateauWatch("loss", rule)
    var model = Dense(weight: [[0]], bias: [0])
    let history = try model.fit(
      Samples(inputs: .zeros([1, 1]), targets: .zeros([1, 1])), epochs: 7, optimizer: SGD(learningRate: 1),
      loss: .meanSquaredError, progress: .silent, callbacks: [watch])
    #expect(history.epochs.map(\.learningRate) == [1, 1, 1, 0.5, 0.5, 0.25, 0.25])
  }

  @Test func theBestCheckpointStays() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let losses = [5.0, 3, 4, 2, 3]
    _ = try run(
      losses,
      [
        CheckpointSaver("\(folder)/best", when: .best(of: "loss")),
        CheckpointSaver("\(folder)/{epoch}", when: .epochs(2)),
        CheckpointSaver("\(folder)/step-{step}", when: .steps(3)), CSVLog("\(folder)/log.csv"),
      ])
    var model = Dense(1, 1)
    try model.load(from: "\(folder)/best")
    #expect(model.bias?.scalar == 2)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == ["2", "4", "5", "best", "log.csv", "step-3", "step-5"])
    let log = try String(contentsOfFile: "\(folder)/log.csv", encoding: .utf8).split(separator: "\n")
    #expect(log.count == 6 && log[0] == "epoch,loss,learning rate,seconds" && log[4].hasPrefix("4,2.0,0.0,"))
  }

  @Test func stepsAreLoggedAndTakenBackOnResumption() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/steps.csv"
    func trainer() -> Trainer<Dense, SGD> {
      Trainer(network(), optimizer: SGD(), plan(), callbacks: [CSVLog(path, rows: .steps)])
    }
    func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
    let whole = trainer()
    var steps = ["epoch,batch,samples,loss,learning rate"]
    while let event = try whole.next() {
      guard case .batchEnded(let step) = event else { continue }
      steps.append("\(step.epoch),\(step.batch),\(step.sampleCount),\(step.loss),\(step.learningRate)")
    }
    let expected = steps.joined(separator: "\n") + "\n"
    #expect(try steps.count == 7 && text() == expected)
    // Two steps more than the checkpoint knows of.
    let killed = trainer()
    for count in 0..<6 {
      if count == 4 { try killed.save(to: "\(folder)/a") }
      _ = try killed.next()
    }
    let resumed = trainer()
    try resumed.resume(from: "\(folder)/a")
    try resumed.run()
    #expect(try text() == expected)
    try Data("epoch\n".utf8).write(to: URL(fileURLWithPath: path))
    let short = trainer()
    try short.resume(from: "\(folder)/a")
    #expect(complaint { try short.run() }.contains("steps.csv: the file has 6 bytes, expected"))
    let full = Trainer(network(), optimizer: SGD(), plan(), callbacks: [CSVLog("/dev/full", rows: .steps)])
    let words = complaint { try full.run() }
    #expect(words.hasPrefix("/dev/full: can't be written: "), "\(words)")
  }

  @Test func parametersThatAreNoNumbersAreNamed() {
    let error = #expect(throws: NonFiniteParameter.self) {
      var model = Dense(weight: [[1]], bias: [0])
      try model.fit(
        Samples(inputs: .ones([1, 1]), targets: .zeros([1, 1])), epochs: 1, optimizer: SGD(learningRate: 1e30),
        loss: Loss("steep") { predictions, _ in (1e20 * predictions).mean() }, progress: .silent,
        callbacks: [FiniteParameters()])
    }
    #expect(error?.name == "weight" && error?.epoch == 1)
  }

  @Test func timeIsLimited() throws {
    let (_, history) = try run([1, 2, 3], [TimeLimit(.zero)])
    #expect(history.losses == [] || history.losses == [1])
    guard case .stopped(let reason) = history.end else {
      Issue.record("the training should have been stopped")
      return
    }
    #expect(reason.contains("is over"))
  }
}
