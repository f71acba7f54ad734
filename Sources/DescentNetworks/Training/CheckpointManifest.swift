import DescentData

/// What a checkpoint says beside its tensors: JSON in the metadata of the safetensors file.
struct CheckpointManifest: Codable, Sendable {
  /// Under which name the metadata has the manifest, and under which its checksum.
  static let key = "descent.checkpoint"
  static let checksumKey = "descent.checkpoint.crc32"
  /// The version that is written.
  ///
  /// Version 1, which had no positions, is read too; others are refused.
  static let currentVersion = 2

  /// What the optimiser remembers beside tensors.
  struct OptimizerRecord: Codable, Sendable {
    var name: String
    var learningRate: String
    var step: Int
    var gradientCount: Int
    var learningRateFactor: Double
    var paths: [String]
    var moves: [Int]
  }

  /// Where the random numbers of the training come from.
  struct RandomRecord: Codable, Sendable, Equatable {
    var seed: UInt64
    /// The draws before the order of the current epoch was drawn.
    var epochStart: UInt64
    var draws: UInt64
  }

  /// The narrow type that steps are computed in, and what the scaling of the loss has come to.
  struct PrecisionRecord: Codable, Sendable, Equatable {
    var type: String
    var scale: LossScaleState
  }

  /// What is trained on, and how far the training is.
  struct DataRecord: Codable, Sendable, Equatable {
    /// What is known of samples in memory; nil for a dataset.
    var samples: Int?
    var batchSize: Int?
    var isShuffling: Bool?
    /// The number of batches in an epoch; nil if the data do not tell, and in version 1.
    var batches: Int?
    /// The epoch under way, from 1.
    var epoch: Int
    /// How many of its batches are done.
    var batch: Int
    /// Where the next batch begins; nil between epochs, and in version 1.
    var position: DatasetPosition?
  }

  var version = currentVersion
  /// The version of this library.
  var library = "0.1.0"
  var optimizer: OptimizerRecord
  var random: RandomRecord
  var data: DataRecord
  /// Nil if steps are computed in the model's own precision.
  var precision: PrecisionRecord?
  var sums: RunningScores.Sums
  var history: History
  var callbacks: [String]
  /// The CRC-32 of each tensor's bytes, as they stand in the file.
  var checksums: [String: UInt32]

  /// Reads the manifest of a file's metadata and checks it.
  init(_ metadata: [String: String], file: String) throws(DataError) {
    guard let text = metadata[Self.key] else {
      throw DataError(
        .unsupported, in: file, "the file holds tensors and no state of a training",
        remedy: "give a file that a training wrote as its checkpoint; for weights alone use load(from:)")
    }
    let checksum = Array(text.utf8).withUnsafeBytes { CRC32.checksum($0) }
    guard metadata[Self.checksumKey] == String(checksum) else {
      throw DataError(.corrupt, in: file, "the manifest does not have its checksum", remedy: Self.remedy)
    }
    let found: CheckpointManifest
    do { found = try StateCoding.state(text, as: CheckpointManifest.self) } catch {
      throw DataError(
        .corrupt, in: file, "the manifest can't be understood: \(Self.oneLine(error))",
        remedy: Self.remedy)
    }
    guard (1...Self.currentVersion).contains(found.version) else {
      throw DataError(
        .unsupported, in: file, "the checkpoint has version \(found.version), expected 1 to \(Self.currentVersion)",
        remedy: "read it with the version of Descent that wrote it, \(found.library)")
    }
    self = found
  }

  static let remedy = "take an older checkpoint"

  private static func oneLine(_ error: any Error) -> String {
    "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension CheckpointManifest {
  init(
    optimizer: OptimizerRecord, random: RandomRecord, data: DataRecord, precision: PrecisionRecord?,
    sums: RunningScores.Sums, history: History, callbacks: [String]
  ) {
    (self.optimizer, self.random, self.data, self.precision) = (optimizer, random, data, precision)
    (self.sums, self.history, self.callbacks, checksums) = (sums, history, callbacks, [:])
  }
}

/// What a checkpoint says about its training, for those who look at files.
package struct CheckpointSummary: Sendable, Codable {
  package let optimizer: String
  package let learningRate: String
  /// How many steps were taken.
  package let step: Int
  /// The epoch under way, from 1, and how many of its batches are done.
  package let epoch: Int
  package let batch: Int
  package let seed: UInt64
  package let history: History

  /// The summary of a file's metadata; nil if it is no checkpoint.
  package init?(metadata: [String: String], file: String) throws(DataError) {
    guard metadata[CheckpointManifest.key] != nil else { return nil }
    let manifest = try CheckpointManifest(metadata, file: file)
    (optimizer, learningRate) = (manifest.optimizer.name, manifest.optimizer.learningRate)
    (step, seed, history) = (manifest.optimizer.step, manifest.random.seed, manifest.history)
    (epoch, batch) = (manifest.data.epoch, manifest.data.batch)
  }
}
