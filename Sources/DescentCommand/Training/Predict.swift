import ArgumentParser
import Descent
import Foundation

/// `descent predict`: what a trained model says about new data.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict classes or numbers for new data with a trained model.",
    discussion: """
      The model is a file that 'descent train --save' wrote. A CSV file needs the columns that the model learnt from; \
      others are passed over, so that it may have the one to predict or not. Images are PNG files, a folder of them, or \
      data in the formats that train takes; PNG images are brought to the model's size.

        descent predict flowers.safetensors --data new.csv
        descent predict flowers.safetensors --data new.csv --format json | head
        descent predict digits.safetensors --data scan.png
        descent predict digits.safetensors --data scans/ -o predictions.csv

      In CSV there is a line for each row or image, with the prediction and, for classes, the probability of each; in \
      JSON a line with an object.
      """)

  @OptionGroup var chosen: SavedModelArguments

  @Option(help: ArgumentHelp("A CSV file, a PNG image, or a folder.", valueName: "path"))
  var data: String

  @Option(help: "The form: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format = .csv

  @OptionGroup var output: ResultOutput

  enum Format: String, CaseIterable, ExpressibleByArgument { case csv, json }

  func run() throws {
    try checked {
      let saved = try chosen.load()
      var lines = PredictionLines(saved.record, format, writesAtOnce: output.output == nil)
      if saved.record.source.features == nil {
        try predictImages(saved, &lines)
      } else {
        try predictRows(saved, &lines)
      }
      if output.output != nil { try output.write(lines.text) }
    }
  }

  private func predictRows(_ saved: SavedModel, _ lines: inout PredictionLines) throws {
    guard try !FileKind(data).isFolder, let features = saved.record.source.features else {
      throw CommandError("\(data): the model takes the rows of a table; give a CSV file")
    }
    var row = 0
    try CSVDataset(contentsOfFile: data, format: TableData.format, rowsPerTable: chosen.batchSize).forEach { table in
      let inputs = saved.record.source.arranged(try features.matrix(of: table))
      try lines.add((row..<row + table.rowCount).map { "\($0 + 1)" }, saved.network(inputs))
      row += table.rowCount
    }
  }

  private func predictImages(_ saved: SavedModel, _ lines: inout PredictionLines) throws {
    guard let image = saved.record.source.image else {
      throw CommandError("\(chosen.model): says nothing about its inputs")
    }
    let size = ImageSize(height: image.height, width: image.width)
    let channels = saved.record.source.channels
    let files = try pngFiles()
    if files.isEmpty {
      let inputs = try ImageData(path: data, channels: channels).testSamples(size).inputs
      guard inputs.shape[3] == channels.count else {
        throw CommandError("\(data): the images have \(inputs.shape[3]) channels, the model takes \(channels.count)")
      }
      let outputs = saved.network.predict(saved.record.source.arranged(inputs), batchSize: chosen.batchSize)
      return try lines.add((0..<inputs.shape[0]).map { "\($0 + 1)" }, outputs)
    }
    for start in stride(from: 0, to: files.count, by: chosen.batchSize) {
      let part = Array(files[start..<min(start + chosen.batchSize, files.count)])
      let images = try part.map { try Self.image($0, channels, size) }
      try lines.add(part, saved.network(saved.record.source.arranged(.stack(images))))
    }
  }

  /// The images that the path names: one file, those in a folder, or those in its sub-folders.
  private func pngFiles() throws -> [String] {
    func isPNG(_ name: String) -> Bool { name.lowercased().hasSuffix(".png") }
    guard try FileKind(data).isFolder else {
      guard isPNG(data) else { throw CommandError("\(data): the model takes images; give a PNG file or a folder") }
      return [data]
    }
    let entries = try FileKind.entries(of: data)
    let direct = entries.filter(isPNG).map { "\(data)/\($0)" }
    if !direct.isEmpty { return direct }
    return (try? ImageFolder(path: data))?.files ?? []
  }

  /// An image of the size that the model takes, with numbers from 0 to 1.
  private static func image(_ path: String, _ channels: ImageChannels, _ size: ImageSize) throws -> Tensor {
    let pixels = try PNGFile(contentsOfFile: path).tensor(channels)
    let largest = pixels.scalarType == .uint16 ? 65535.0 : 255
    let image = size.resized(pixels.converted(to: .float32) / largest)
    try evaluate(image)
    return image
  }
}

/// Predictions as lines of text.
struct PredictionLines {
  private let record: ModelRecord
  private let format: Predict.Format
  private let writesAtOnce: Bool
  private var hasHeader = false
  /// What was not written at once.
  private(set) var text = ""

  init(_ record: ModelRecord, _ format: Predict.Format, writesAtOnce: Bool) {
    (self.record, self.format, self.writesAtOnce) = (record, format, writesAtOnce)
  }

  /// Adds what a model says about some samples.
  mutating func add(_ names: [String], _ outputs: Tensor) throws {
    switch record.task {
    case .regression:
      let numbers = (record.source.targetScale.map { $0.restored(outputs) } ?? outputs).scalars
      try add(names, zip(names, numbers).map { Row(name: $0, number: $1) })
    case .classification:
      let (best, parts) = (outputs.argMax(), record.probabilities(outputs))
      try evaluate(best, parts)
      let (places, numbers) = (best.scalars(as: Int.self), parts.scalars(as: Float.self))
      let count = record.classNames.count
      try add(
        names,
        names.indices.map { row in
          Row(
            name: names[row], className: record.classNames[places[row]],
            probabilities: Array(numbers[row * count..<(row + 1) * count]))
        })
    }
  }

  private struct Row: Encodable {
    var name: String
    var number: Double?
    var className: String?
    var probabilities: [Float]?
  }

  private mutating func add(_ names: [String], _ rows: [Row]) throws {
    let lines = format == .csv ? try csv(names, rows) : try rows.map { try json($0) }.joined()
    if writesAtOnce { print(lines, terminator: "") } else { text += lines }
  }

  /// What a line is about: a row of a table, or the file or number of an image.
  private var nameTitle: String { record.source.features == nil ? "image" : "row" }

  private mutating func csv(_ names: [String], _ rows: [Row]) throws -> String {
    var columns: [(String, Table.Column.Values)] = [(nameTitle, .text(names))]
    if record.task == .regression {
      columns.append(("prediction", .numbers(rows.map { $0.number ?? .nan })))
    } else {
      columns.append(("prediction", .text(rows.map { $0.className ?? "" })))
      for (index, name) in record.classNames.enumerated() {
        let parts = rows.map { Double(String(format: "%.6g", $0.probabilities?[index] ?? 0)) ?? 0 }
        columns.append(("probability of \(name)", .numbers(parts)))
      }
    }
    let table = Table(columns: columns)
    let (text, header) = (try table.csv(), try table.selecting([]).csv())
    defer { hasHeader = true }
    return hasHeader ? String(text.dropFirst(header.count)) : text
  }

  private func json(_ row: Row) throws -> String {
    var members: [String: SettingValue] = [nameTitle: Int(row.name).map { .number(Double($0)) } ?? .text(row.name)]
    if let number = row.number { members["prediction"] = number.isFinite ? .number(number) : .text("\(number)") }
    if let name = row.className { members["prediction"] = .text(name) }
    if let parts = row.probabilities {
      let numbers = parts.map { $0.isFinite ? SettingValue.number(Double("\($0)") ?? 0) : .text("\($0)") }
      members["probabilities"] = .object(Dictionary(zip(record.classNames, numbers)) { $1 })
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(SettingValue.object(members)), as: UTF8.self) + "\n"
  }
}
