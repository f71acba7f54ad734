import DescentData
import DescentTensor

extension Trainer {
  /// Writes the whole state of the training to a file, from which ``resume(from:)`` goes on.
  ///
  /// A file that is there is replaced once the new one is whole and on the disk.
  public func save(to path: String) throws { try checkpoint(path).write() }

  /// The state of the training as it is.
  func checkpoint(_ path: String) throws -> Checkpoint {
    let memories = callbacks.map(\.memory)
    let (epoch, batch) = position
    var checkpoint = Checkpoint(
      CheckpointManifest(
        optimizer: optimizer.state.record(optimizer),
        random: .init(seed: plan.seed, epochStart: epochStart, draws: random.drawCount),
        data: .init(
          samples: plan.data.sampleCount, batchSize: plan.data.batchSize, isShuffling: plan.data.isShuffling,
          batches: plan.data.batchCount, epoch: epoch, batch: batch, position: batch > 0 ? batches?.position : nil),
        precision: precision.map { .init(type: "\($0.type)", scale: $0.state) },
        sums: running.sums, history: history, callbacks: memories.map(\.text)),
      path: path)
    try checkpoint.add(.model, model.tensorsByName)
    try checkpoint.add(.optimizer, optimizer.state.namedSlots)
    for (index, memory) in memories.enumerated() {
      try checkpoint.add(.callbacks, memory.tensors.map { (name: "\(index)/\($0.key)", tensor: $0.value) })
    }
    return checkpoint
  }

  /// Puts the training where a checkpoint left it; it then goes on with the same bits as if it had never stopped.
  ///
  /// Model, optimiser, plan and callbacks must be like those of the training that wrote it; the epochs may be more, and
  /// the learning rate another. Of a dataset only the number of batches can be compared: that it reads the same is up to
  /// the caller.
  ///
  /// - Throws: ``DataError`` if the file can't be read or belongs to another training, ``LoadingMismatch`` if it belongs
  ///   to another model. The trainer is then as it was.
  public func resume(from path: String) throws {
    let checkpoint = try Checkpoint(contentsOfFile: path)
    let manifest = checkpoint.manifest
    try check(manifest, path)
    let batches = manifest.data.batch > 0 ? try restOfEpoch(manifest) : nil
    var model = model
    _ = try model.take(checkpoint.tensors(.model), from: path, .strict)
    let state = try OptimizerState(
      manifest.optimizer, checkpoint.tensors(.optimizer),
      parameters: model.namedTensors(.trainable).map { ($0.path, $0.tensor) }, file: path)
    var callbacks = callbacks
    for index in callbacks.indices {
      let tensors = checkpoint.tensors(.callbacks).filter { $0.key.hasPrefix("\(index)/") }
      let named = tensors.map { (String($0.key.dropFirst("\(index)/".count)), $0.value) }
      try callbacks[index].restore(
        CallbackMemory(text: manifest.callbacks[index], tensors: Dictionary(uniqueKeysWithValues: named)))
    }
    (self.model, optimizer.state, self.callbacks, self.batches) = (model, state, callbacks, batches)
    (history, position) = (manifest.history, (manifest.data.epoch, manifest.data.batch))
    if let scale = manifest.precision?.scale { precision?.state = scale }
    epochStart = manifest.random.epochStart
    // Between epochs the order of the next has yet to be drawn.
    let draws = position.batch > 0 ? manifest.random.draws : epochStart
    random = RandomGenerator(seed: plan.seed, drawCount: draws)
    running = RunningScores(plan.metrics, sums: manifest.sums)
  }

  /// The batches that are left of the epoch in which a checkpoint was written.
  private func restOfEpoch(_ manifest: CheckpointManifest) throws -> any DatasetCursor<Samples> {
    let data = manifest.data
    let random = RandomGenerator(seed: plan.seed, drawCount: manifest.random.epochStart)
    var batches = try plan.data.open(data.epoch, data.position, random)
    // Version 1 kept the number of batches only.
    var done = data.position == nil ? 0 : data.batch
    while done < data.batch, try batches.next() != nil { done += 1 }
    return batches
  }

  /// Refuses a checkpoint of a training that differs in what decides the bits.
  private func check(_ manifest: CheckpointManifest, _ path: String) throws(DataError) {
    let data = manifest.data
    func spelled(_ value: Any?) -> String { value.map { "\($0)" } ?? "unknown" }
    let known = plan.data
    let comparisons: [(what: String, found: String, expected: String)] = [
      ("samples", spelled(data.samples), spelled(known.sampleCount)),
      ("batch size", spelled(data.batchSize), spelled(known.batchSize)),
      ("shuffling", spelled(data.isShuffling), spelled(known.isShuffling)),
      ("batches", spelled(data.batches ?? known.batchCount), spelled(known.batchCount)),
      ("seed", "\(manifest.random.seed)", "\(plan.seed)"), ("optimiser", manifest.optimizer.name, "\(Method.self)"),
      ("precision", manifest.precision?.type ?? "the model's", plan.precision.map { "\($0.type)" } ?? "the model's"),
      ("number of metrics", "\(manifest.sums.statistics.count)", "\(plan.metrics.count)"),
      ("number of callbacks", "\(manifest.callbacks.count)", "\(callbacks.count)"),
    ]
    let differing = comparisons.filter { $0.found != $0.expected }
    let isSound = data.epoch >= 1 && data.batch >= 0
    guard differing.isEmpty, isSound else {
      let list = differing.map { "\($0.what) \($0.found) instead of \($0.expected)" }.joined(separator: ", ")
      throw DataError(
        .mismatch, in: path,
        isSound ? "the checkpoint is that of another training: \(list)" : "the checkpoint has no place in a training",
        remedy: "resume with what the training began with")
    }
  }
}
