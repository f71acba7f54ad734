import ArgumentParser

/// Which trained model is used, and on how many samples at once.
struct SavedModelArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The trained model.", valueName: "model"))
  var model: String

  @Option(help: "How many samples are computed at once.")
  var batchSize = 256

  func validate() throws {
    guard (1...1_000_000).contains(batchSize) else {
      throw ValidationError("--batch-size must be 1 or more, not \(batchSize)")
    }
  }

  /// Reads the model.
  func load() throws -> SavedModel { try SavedModel(path: model, batchSize: batchSize) }
}
