import ArgumentParser
import Descent

/// `descent evaluate`: how good a trained model is.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge a trained model by data: loss, metrics and confusion matrix.",
    discussion: """
      The model is a file that 'descent train --save' wrote; columns are found by their names and treated as in the \
      training. Of a CSV file with the column that divided the training's, the rows for judging are taken, otherwise all \
      of them; of a folder of images those for testing, or all if it has no such part.

        descent evaluate flowers.safetensors --data more-flowers.csv
        descent evaluate fashion.safetensors --data fashion-mnist/ --json
      """)

  @OptionGroup var chosen: SavedModelArguments

  @Option(help: ArgumentHelp("A CSV file, or a folder of images.", valueName: "path"))
  var data: String

  @Flag(help: "Write JSON.")
  var json = false

  @OptionGroup var output: ResultOutput

  func run() throws {
    try checked {
      let saved = try chosen.load()
      let samples = try samples(for: saved)
      let judgement = try Judgement(of: saved.network, saved.record, by: samples, batchSize: chosen.batchSize)
      try output.write(json ? judgement.json() : "\(judgement.samples) samples\n\n\(judgement.text)")
    }
  }

  private func samples(for saved: SavedModel) throws -> Samples {
    let source = saved.record.source
    let isFolder = try FileKind(data).isFolder
    guard let features = source.features else {
      guard isFolder, let image = source.image else {
        throw CommandError("\(data): the model takes images; give a folder of them with their classes")
      }
      return try images(ImageSize(height: image.height, width: image.width), saved.record)
    }
    guard !isFolder else { throw CommandError("\(data): the model takes the rows of a table; give a CSV file") }
    var table = try Table(contentsOfFile: data, format: TableData.format)
    if let split = source.splitColumn, table.columnNames.contains(split) {
      let isTest = try table.column(named: split).numbers().map { $0 != 0 }
      table = table.selecting(isTest.indices.filter { isTest[$0] })
    }
    guard table.rowCount > 0 else { throw CommandError("\(data): there are no rows to judge by") }
    let samples = try features.samples(of: table)
    let arranged = Samples(inputs: source.arranged(samples.inputs), targets: samples.targets)
    return source.targetScale?.scaled(arranged) ?? arranged
  }

  private func images(_ size: ImageSize, _ record: ModelRecord) throws -> Samples {
    let samples = try ImageData(path: data, channels: record.source.channels).testSamples(size)
    if let names = samples.classNames, names != record.classNames {
      throw CommandError(
        "\(data): the classes are \(names.prefix(10).joined(separator: ", ")), the model knows "
          + record.classNames.prefix(10).joined(separator: ", "))
    }
    guard samples.count > 0 else { throw CommandError("\(data): there are no images to judge by") }
    let inputs = samples.inputs
    guard inputs.shape[3] == record.source.channels.count else {
      throw CommandError(
        "\(data): the images have \(inputs.shape[3]) channels, the model takes \(record.source.channels.count)")
    }
    return Samples(inputs: record.source.arranged(inputs), targets: samples.targets)
  }
}
