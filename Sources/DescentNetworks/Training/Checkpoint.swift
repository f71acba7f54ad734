import DescentData
import DescentGraph
import DescentTensor

/// The whole state of a training in one file: from it the training goes on as if it had never stopped.
///
/// A checkpoint is a safetensors file, so that other programs can read its tensors: `model/…`, `optimizer/…` and
/// `callbacks/…`. Its metadata holds a manifest with everything else and a checksum of each tensor.
struct Checkpoint {
  /// What a tensor belongs to.
  enum Part: String { case model, optimizer, callbacks }

  var manifest: CheckpointManifest
  private var tensors: [String: Tensor] = [:]
  private let path: String

  init(_ manifest: CheckpointManifest, path: String) { (self.manifest, self.path) = (manifest, path) }

  /// Adds the tensors of a part under their names.
  mutating func add(_ part: Part, _ named: [(name: String, tensor: Tensor)]) throws(DataError) {
    for (name, tensor) in named {
      guard tensors.updateValue(tensor, forKey: "\(part.rawValue)/\(name)") == nil else {
        throw DataError(
          .unsupported, in: path, "two tensors of the \(part.rawValue) are called \(DataError.quoted(name))",
          remedy: "give every parameter a path of its own")
      }
    }
  }

  /// The tensors of a part by their names.
  func tensors(_ part: Part) -> [String: Tensor] {
    let prefix = "\(part.rawValue)/"
    let own = tensors.filter { $0.key.hasPrefix(prefix) }
    return Dictionary(uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }

  // MARK: Files

  /// Reads a checkpoint and checks every byte of it.
  init(contentsOfFile path: String) throws(DataError) {
    try self.init(SafetensorsFile(contentsOfFile: path), path)
  }

  init(_ file: SafetensorsFile, _ path: String) throws(DataError) {
    (manifest, self.path) = (try CheckpointManifest(file.metadata, file: path), path)
    tensors = try file.tensors()
    let wrong = tensors.filter { manifest.checksums[$0.key] != Self.checksum($0.value) }.keys.sorted()
    guard wrong.isEmpty, tensors.count == manifest.checksums.count else {
      let names = wrong.map(DataError.quoted).joined(separator: ", ")
      throw DataError(
        .corrupt, in: path,
        wrong.isEmpty ? "tensors are missing" : "the bytes of \(names) do not have their checksums",
        remedy: CheckpointManifest.remedy)
    }
  }

  /// Writes the checkpoint; a file that is there is replaced once the new one is whole and on the disk.
  ///
  /// - Throws: ``DataError`` if the file can't be written; a file that was there is then as it was.
  func write() throws {
    try evaluate(Array(tensors.values))
    var manifest = manifest
    manifest.checksums = tensors.mapValues(Self.checksum)
    let text = try StateCoding.text(manifest)
    let checksum = Array(text.utf8).withUnsafeBytes { CRC32.checksum($0) }
    let metadata = [CheckpointManifest.key: text, CheckpointManifest.checksumKey: String(checksum)]
    try AtomicFile.write(SafetensorsFile.bytes(of: tensors, metadata: metadata), to: path)
  }

  /// The CRC-32 of the elements of an evaluated tensor.
  private static func checksum(_ tensor: Tensor) -> UInt32 {
    guard let storage = tensor.node.value, let start = try? storage.hostPointer() else { return 0 }
    let count = tensor.elementCount * tensor.scalarType.byteCount
    return withExtendedLifetime(storage) { CRC32.checksum(UnsafeRawBufferPointer(start: start, count: count)) }
  }
}

// MARK: - Optimisers

extension OptimizerState {
  /// The slots under names such as `hidden.weight/mean`.
  var namedSlots: [(name: String, tensor: Tensor)] {
    zip(paths, slots).flatMap { path, slots in
      slots.sorted { $0.key < $1.key }.map { (name: "\(path)/\($0.key)", tensor: $0.value) }
    }
  }

  func record(_ optimizer: some Optimizer) -> CheckpointManifest.OptimizerRecord {
    .init(
      name: "\(type(of: optimizer))", learningRate: "\(optimizer.learningRate)", step: step,
      gradientCount: gradientCount, learningRateFactor: learningRateFactor, paths: paths, moves: moves)
  }

  /// The state that a checkpoint recorded, for the parameters of a model.
  init(
    _ record: CheckpointManifest.OptimizerRecord, _ tensors: [String: Tensor],
    parameters: [(name: String, tensor: Tensor)],
    file: String
  ) throws(DataError) {
    self.init()
    (step, gradientCount, learningRateFactor) = (record.step, record.gradientCount, record.learningRateFactor)
    if record.paths.isEmpty { return }
    guard record.paths == parameters.map(\.name), record.moves.count == record.paths.count else {
      throw DataError(
        .mismatch, in: file, "the optimiser's state is that of other parameters",
        remedy: "resume with the model that the checkpoint was written for")
    }
    begin(parameters.map(\.tensor), paths: record.paths)
    moves = record.moves
    let places = Dictionary(record.paths.enumerated().map { ($1, $0) }) { $1 }
    for (name, tensor) in tensors {
      guard let slash = name.lastIndex(of: "/"), let index = places[String(name[..<slash])] else {
        throw DataError(
          .mismatch, in: file, "the optimiser's tensor \(DataError.quoted(name)) belongs to no parameter",
          remedy: "resume with the model that the checkpoint was written for")
      }
      slots[index][String(name[name.index(after: slash)...])] = tensor
    }
  }
}
