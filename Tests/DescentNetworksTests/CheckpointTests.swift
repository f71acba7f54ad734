import Descent
import Foundation
import TestSupport
import Testing

/// A folder of its own for the files of one test.
private final class Folder {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

private func network(_ type: ScalarType = .float32) -> Sequential {
  withRandomSeed(42) {
    Sequential {
      Dense(2, 8, activation: .tanh, type: type).named("hidden")
      Dropout(0.2)
      Dense(8, 2, type: type)
    }
  }
}

@Suite struct SavedWeightsTests {
  @Test func weightsComeBackBitByBit() throws {
    let folder = try Folder()
    try network().save(to: folder.file("weights.safetensors"))
    var other = withRandomSeed(7) {
      Sequential {
        Dense(2, 8, activation: .tanh).named("hidden")
        Dense(8, 2).named("2")
      }
    }
    #expect(try other.load(from: folder.file("weights.safetensors")).isEmpty)
    #expect(bits(of: other) == bits(of: network()))
    let file = try SafetensorsFile(contentsOfFile: folder.file("weights.safetensors"))
    #expect(file.names == ["2.bias", "2.weight", "hidden.bias", "hidden.weight"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["weights.safetensors"])
  }

  @Test func whatDoesNotFitIsListedByName() throws {
    let (folder, before) = (try Folder(), Dense(3, 2))
    let path = folder.file("a.safetensors")
    try SafetensorsFile.write(
      ["weight": .zeros([2, 3]), "extra": .zeros([1]), "more": .zeros([1])], toFile: path)
    var model = before
    let error = #expect(throws: LoadingMismatch.self) { try model.load(from: path) }
    #expect(error?.missing == ["bias"] && error?.unexpected == ["extra", "more"])
    #expect(error?.misshapen.map(\.description) == ["'weight' is float32 [2, 3] instead of float32 [3, 2]"])
    #expect(
      "\(try #require(error))"
        == "\(path) does not fit the model: it lacks 'bias'; the model has no 'extra', 'more'; 'weight' is float32 "
        + "[2, 3] instead of float32 [3, 2]; load leniently to take what fits")
    #expect(bits(of: model) == bits(of: before))
  }

  @Test func lenientLoadingTakesWhatFits() throws {
    let folder = try Folder()
    let path = folder.file("a.safetensors")
    try SafetensorsFile.write(["weight": Tensor([[1.5], [2]], type: .float64), "bias": .zeros([3])], toFile: path)
    var model = Dense(weight: [[0], [0]], bias: [7])
    #expect(throws: LoadingMismatch.self) { try model.load(from: path) }
    let left = try model.load(from: path, .lenient)
    #expect(left.misshapen.map(\.name) == ["bias"] && left.missing.isEmpty)
    #expect(model.weight.scalars == [1.5, 2] && model.weight.scalarType == .float32 && model.bias?.scalar == 7)
  }

  @Test func tensorsOfAnotherProgramAreTakenUnderOtherNames() throws {
    let folder = try Folder()
    let path = folder.file("theirs.safetensors")
    let theirs: [String: Tensor] = ["fc.weight": [[1, 2, 3], [4, 5, 6]], "fc.bias": [7, 8]]
    try SafetensorsFile.write(theirs, toFile: path)
    let read = try SafetensorsFile(contentsOfFile: path).tensors()
    #expect(read.mapValues(\.scalars) == theirs.mapValues(\.scalars))
    let weight = try #require(read["fc.weight"])
    var model = Dense(3, 2)
    #expect(try model.load(["weight": weight.transposed(), "bias": [7, 8]]).isEmpty)
    #expect(model.weight.scalars == [1, 4, 2, 5, 3, 6] && model.bias?.scalars == [7, 8])
    let error = #expect(throws: LoadingMismatch.self) { try model.load(["weight": weight], from: "a dictionary") }
    #expect(
      "\(try #require(error))"
        == "a dictionary does not fit the model: it lacks 'bias'; 'weight' is float32 [2, 3] instead of float32 [3, 2]; "
        + "load leniently to take what fits")
  }

  @Test func filesThatCannotBeAreTypedErrors() throws {
    let folder = try Folder()
    var model = Dense(1, 1)
    for path in [folder.file("none"), folder.path] {
      #expect(throws: DataError.self) { try model.load(from: path) }
    }
    for path in [folder.file("no/folder"), folder.path, "", "a\0b"] {
      #expect(throws: DataError.self, "\(path)") { try model.save(to: path) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }
}

@Suite struct ResumptionTests {
  private static let train = rings(70, seed: 1), test = rings(30, seed: 2)
  private static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.05),
    AdamW(learningRate: .warmup(steps: 5, then: .cosine(from: 0.01, steps: 40))).averagingWeights(decay: 0.9),
    Muon(learningRate: 0.01).clippingGradients(.globalNorm(1)), Adam(learningRate: 0.01).accumulatingGradients(over: 3),
    NAdam().freezing("hidden.bias"),
  ]

  private func callbacks() -> [any TrainingCallback] {
    [EarlyStopping(patience: 100), PlateauWatch("loss", ReduceOnPlateau(factor: 0.5, patience: 0, threshold: 0.5))]
  }

  private func fit<Method: Optimizer>(
    _ model: inout Sequential, _ optimizer: Method, stopAfter steps: Int = 1000, _ path: String, resuming: Bool = false
  ) throws -> (history: History, optimizer: Method) {
    var optimizer = optimizer
    let history = try model.fit(
      Self.train, validation: Self.test, epochs: 4, batchSize: 16, optimizer: &optimizer, loss: .softmaxCrossEntropy,
      metrics: [.accuracy, .f1(.macro)], seed: 5, progress: .silent, callbacks: callbacks() + [StopAfter(steps: steps)],
      checkpoint: CheckpointSaver(path, when: .epochs(100)), resumingFrom: resuming ? path : nil)
    return (history, optimizer)
  }

  private func compare(_ optimizer: some Optimizer, _ steps: Int) throws {
    let folder = try Folder()
    var (whole, parted, unrelated) = (network(), network(), network())
    let expected = try fit(&whole, optimizer, folder.file("whole"))
    let first = try fit(&parted, optimizer, stopAfter: steps, folder.file("parted"))
    #expect(first.history.end == .stopped("enough"))
    // Another process would begin with another network.
    unrelated.forEachTensor { tensor, _ in tensor = tensor + 1 }
    let found = try fit(&unrelated, optimizer, folder.file("parted"), resuming: true)
    let name = "\(type(of: optimizer)) after \(steps) steps"
    #expect(bits(of: unrelated) == bits(of: whole), "\(name)")
    #expect(found.history.epochs.map(\.training) == expected.history.epochs.map(\.training), "\(name)")
    #expect(found.history.epochs.map(\.validation) == expected.history.epochs.map(\.validation), "\(name)")
    #expect(found.history.epochs.map(\.learningRate) == expected.history.epochs.map(\.learningRate), "\(name)")
    #expect(found.history.end == .completed)
    let slots = [found, expected].map { $0.optimizer.state.tensors.map(\.scalars) }
    #expect(slots[0] == slots[1] && found.optimizer.state.step == expected.optimizer.state.step, "\(name)")
  }

  @Test(arguments: optimizers.indices)
  func aResumedTrainingHasTheSameBits(index: Int) throws {
    // In an epoch, with its last batch, and in the last epoch.
    for steps in [1, 3, 5, 6, 13, 19] { try compare(Self.optimizers[index], steps) }
  }

  @Test func checkpointsAreWeightsToo() throws {
    let folder = try Folder()
    var (model, other) = (network(), network())
    _ = try fit(&model, SGD(), folder.file("a"))
    other.forEachTensor { tensor, _ in tensor = tensor + 1 }
    try other.load(from: folder.file("a"))
    #expect(model.tensors.count == 4 && other.tensors.map(\.scalars) != network().tensors.map(\.scalars))
  }

  @Test func anotherTrainingIsRefused() throws {
    let folder = try Folder()
    let path = folder.file("a")
    var model = network()
    _ = try fit(&model, SGD(), stopAfter: 3, path)
    func words(_ body: (inout Sequential) throws -> Void) -> String { complaint { try body(&model) } }
    let refused = words { model in
      try model.fit(
        Self.test, epochs: 4, batchSize: 8, optimizer: Adam(), loss: .softmaxCrossEntropy, seed: 9, progress: .silent,
        resumingFrom: path)
    }
    for difference in [
      "samples 70 instead of 30", "batch size 16 instead of 8", "seed 5 instead of 9", "optimiser SGD instead of Adam",
      "number of metrics 2 instead of 0", "number of callbacks 5 instead of 1",
    ] { #expect(refused.contains(difference), "\(refused)") }
    var narrow = Dense(2, 2)
    let mismatch = complaint {
      try narrow.fit(
        Self.train, epochs: 4, batchSize: 16, optimizer: SGD(), loss: .softmaxCrossEntropy,
        metrics: [.accuracy, .f1(.macro)], seed: 5, progress: .silent, callbacks: callbacks() + [StopAfter(steps: 1)],
        checkpoint: CheckpointSaver(path), resumingFrom: path)
    }
    #expect(mismatch.contains("it lacks 'weight', 'bias'") && mismatch.contains("'hidden.weight'"), "\(mismatch)")
    try model.save(to: path)
    #expect(words { _ = try fit(&$0, SGD(), path, resuming: true) }.contains("no state of a training"))
  }

  @Test func aDamagedCheckpointIsRefused() throws {
    let folder = try Folder()
    var model = network()
    _ = try fit(&model, Adam(), stopAfter: 3, folder.file("a"))
    let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("a"))))
    var random = SplitMix64(seed: 1)
    for _ in 0..<60 {
      var bytes = sound
      let place = Int(random.next() % UInt64(bytes.count))
      bytes[place] ^= 1 << (random.next() % 8)
      try Data(bytes).write(to: URL(fileURLWithPath: folder.file("b")))
      // A blank of the header may become another; everything else must be noticed.
      var copy = network()
      if let error = #expect(
        throws: (any Error).self, "byte \(place)",
        performing: {
          _ = try fit(&copy, Adam(), stopAfter: 1, folder.file("b"), resuming: true)
        })
      {
        #expect(error is DataError || error is LoadingMismatch, "byte \(place): \(error)")
      }
    }
    for count in [0, 7, 100, sound.count - 1] {
      try Data(sound.prefix(count)).write(to: URL(fileURLWithPath: folder.file("b")))
      var copy = network()
      #expect(throws: DataError.self) { try fit(&copy, Adam(), folder.file("b"), resuming: true) }
    }
  }

  /// Version 1 knew samples in memory only, and counted batches where version 2 has a position.
  @Test func checkpointsOfVersion1Resume() throws {
    let folder = try Folder()
    let (old, whole) = (folder.file("old"), folder.file("whole"))
    var (expected, parted, resumed) = (network(), network(), network())
    _ = try fit(&expected, Adam(), whole)
    _ = try fit(&parted, Adam(), stopAfter: 8, old)
    let file = try SafetensorsFile(contentsOfFile: old)
    let tensors = try Dictionary(uniqueKeysWithValues: file.names.map { ($0, try file.tensor($0)) })
    func writeManifest(version: Int) throws {
      var metadata = file.metadata
      let text = try #require(metadata["descent.checkpoint"])
      var manifest = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      var data = try #require(manifest["data"] as? [String: Any])
      #expect(data.removeValue(forKey: "position") != nil && data.removeValue(forKey: "batches") != nil)
      (manifest["data"], manifest["version"]) = (data, version)
      let bytes = [UInt8](try JSONSerialization.data(withJSONObject: manifest))
      metadata["descent.checkpoint"] = String(decoding: bytes, as: UTF8.self)
      metadata["descent.checkpoint.crc32"] = "\(bytes.withUnsafeBytes { CRC32.checksum($0) })"
      try SafetensorsFile.write(tensors, metadata: metadata, toFile: old)
    }
    try writeManifest(version: 1)
    _ = try fit(&resumed, Adam(), old, resuming: true)
    #expect(bits(of: resumed) == bits(of: expected))
    try writeManifest(version: 3)
    let words = complaint { _ = try fit(&resumed, Adam(), old, resuming: true) }
    #expect(words.contains("the checkpoint has version 3, expected 1 to 2"), "\(words)")
  }

  @Test func aFailingWriteKeepsTheOldCheckpoint() throws {
    let folder = try Folder()
    try network().save(to: folder.file("a"))
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("a")))
    // The neighbour's place is taken by a folder, so that nothing can be written there.
    try FileManager.default.createDirectory(atPath: folder.file(".a.partial"), withIntermediateDirectories: true)
    var other = network()
    other.forEachTensor { tensor, _ in tensor = tensor * 2 }
    #expect(throws: DataError.self) { try other.save(to: folder.file("a")) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("a"))) == before)
  }
}
