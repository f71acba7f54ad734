import DescentTensor

/// Writes a training for TensorBoard: its scores, and if wanted histograms of its parameters, the graph of its model,
/// images and texts.
///
/// ```swift
/// let log = TensorBoardLog(
///   "runs/first", histograms: true, graph: true,
///   images: { session in ["weights": session.parameters[0].tensor] },
///   texts: { session in ["epochs": "```\\n\\(session.history)\\n```"] })
/// try network.fit(train, epochs: 5, optimizer: Adam(), loss: .softmaxCrossEntropy, callbacks: [log])
/// // then: tensorboard --logdir runs
/// ```
public struct TensorBoardLog: TrainingCallback {
  /// The folder of the run.
  public let folder: String
  /// Whether each epoch adds the histograms of all parameters.
  public let histograms: Bool
  /// Whether the graph of the model is added when the training begins.
  public let graph: Bool
  private let images: @Sendable (any TrainingSession) throws -> [String: Tensor]
  private let texts: @Sendable (any TrainingSession) throws -> [String: String]
  private var file: EventFile?

  /// A log in a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run, which is made if it is not there.
  ///   - histograms: Whether each epoch adds the histograms of all parameters.
  ///   - graph: Whether the graph of the model is added when the training begins.
  ///   - images: What images each epoch adds, by their tags; see ``EventFile/add(image:tag:step:)``.
  ///   - texts: What texts each epoch adds, by their tags, in Markdown.
  public init(
    _ folder: String, histograms: Bool = false, graph: Bool = false,
    images: @escaping @Sendable (any TrainingSession) throws -> [String: Tensor] = { _ in [:] },
    texts: @escaping @Sendable (any TrainingSession) throws -> [String: String] = { _ in [:] }
  ) {
    (self.folder, self.histograms, self.graph, self.images, self.texts) = (folder, histograms, graph, images, texts)
  }

  /// Adds the graph when the training begins, and the rest after each epoch.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws {
    switch event {
    case .began: if graph { try opened().add(graph: session.summary()) }
    case .epochEnded(let epoch): try add(epoch, session, to: opened())
    case .epochBegan, .batchEnded, .checkpointSaved, .ended: break
    }
  }

  private mutating func opened() throws -> EventFile {
    let open = try file ?? EventFile(folder: folder)
    file = open
    return open
  }

  private func add(_ epoch: History.Epoch, _ session: any TrainingSession, to file: EventFile) throws {
    let step = epoch.number
    try file.add(epoch.learningRate, tag: "learning rate", step: step)
    for (prefix, scores) in [("", epoch.training), ("validation ", epoch.validation)] {
      guard let scores else { continue }
      for name in ["loss"] + scores.metrics.map(\.name) {
        if let value = scores[name] { try file.add(value, tag: prefix + name, step: step) }
      }
    }
    if histograms {
      for (name, tensor) in session.parameters { try file.add(histogramOf: tensor, tag: name, step: step) }
    }
    for (tag, image) in try images(session).sorted(by: { $0.key < $1.key }) {
      try file.add(image: image, tag: tag, step: step)
    }
    for (tag, text) in try texts(session).sorted(by: { $0.key < $1.key }) {
      try file.add(text: text, tag: tag, step: step)
    }
  }
}
