import DescentData

/// Keeps a training in a CSV file: a row for each epoch, or for each step.
///
/// ```swift
/// let callbacks: [any TrainingCallback] = [CSVLog("epochs.csv"), CSVLog("steps.csv", rows: .steps)]
/// ```
///
/// Rows of epochs have the scores, the learning rate and the seconds; the file is written anew after each, so that it is
/// whole at any time. Rows of steps have the numbers of epoch, batch and samples, the loss and the learning rate; they
/// are appended. A training that resumes takes back what was written after its checkpoint.
public struct CSVLog: TrainingCallback {
  /// What has a row.
  public enum Rows: Sendable, Equatable {
    /// Each epoch.
    case epochs
    /// Each step.
    case steps
  }

  /// The file.
  public var path: String { file.path }
  /// What has a row.
  public let rows: Rows
  private let file: GrowingFile
  /// How long the file with the rows of steps is.
  private var byteCount = 0

  /// A log in a file.
  public init(_ path: String, rows: Rows = .epochs) { (file, self.rows) = (GrowingFile(path), rows) }

  /// Writes after each epoch or step.
  ///
  /// - Throws: ``DataError`` if the file can't be written, or does not hold the rows that a checkpoint counted.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws {
    switch (event, rows) {
    case (.epochEnded, .epochs): try AtomicFile.write(Array(session.history.csv.utf8), to: path)
    case (.began, .steps):
      try file.cut(to: byteCount)
      if byteCount == 0 { try append("epoch,batch,samples,loss,learning rate") }
    case (.batchEnded(let step), .steps):
      try append("\(step.epoch),\(step.batch),\(step.sampleCount),\(step.loss),\(step.learningRate)")
    case (.epochEnded, .steps), (.began, .epochs), (.batchEnded, .epochs), (.epochBegan, _), (.checkpointSaved, _),
      (.ended, _):
      break
    }
  }

  private mutating func append(_ row: String) throws {
    let bytes = Array("\(row)\n".utf8)
    try file.append(bytes)
    byteCount += bytes.count
  }

  /// How far the rows of steps go.
  public var memory: CallbackMemory { CallbackMemory(text: "\(byteCount)") }

  /// Goes on from what a checkpoint kept.
  public mutating func restore(_ memory: CallbackMemory) throws { byteCount = Int(memory.text) ?? 0 }
}
