import Descent
import Foundation

/// An array in a file: what it is called, and how its elements can be read in parts.
struct ArrayListing {
  let name: String
  let type: String
  let dimensions: [Int]
  let byteCount: Int
  /// Shows the elements, some at a time; nil for what has no numbers.
  var elements: ((_ body: ([Double]) throws -> Void) throws -> Void)?
  /// What else there is to say.
  var note: String?

  /// A tensor that is read when its elements are asked for.
  init(_ name: String, _ type: ScalarType, _ dimensions: [Int], _ read: @escaping () throws -> Tensor) {
    (self.name, self.type, self.dimensions) = (name, "\(type)", dimensions)
    byteCount = dimensions.reduce(type.byteCount, *)
    elements = { body in try read().forEachChunk(body) }
  }

  init(
    name: String, type: String, dimensions: [Int], byteCount: Int, note: String? = nil,
    elements: ((_ body: ([Double]) throws -> Void) throws -> Void)? = nil
  ) {
    (self.name, self.type, self.dimensions, self.byteCount) = (name, type, dimensions, byteCount)
    (self.note, self.elements) = (note, elements)
  }
}

/// What a file holds.
struct FileListing {
  /// The format in words.
  let format: String
  /// Facts about the whole file, in order.
  var facts: [(name: String, value: String)] = []
  var arrays: [ArrayListing] = []

  /// Arrays that unpack to more are listed without statistics: a small file can claim to unpack to any size.
  private static let largestUnpacked = 1 << 30

  /// Finds out by its first bytes what a file is, and lists what is in it.
  init(path: String) throws {
    guard try !FileKind(path).isFolder else {
      throw CommandError("\(path): is a folder; give a file of tensors, arrays, an image or a table")
    }
    guard let file = FileHandle(forReadingAtPath: path) else { throw CommandError("\(path): can't be read") }
    let start = [UInt8]((try? file.read(upToCount: 16)) ?? Data())
    let name = path.lowercased()
    if start.starts(with: [0x93] + Array("NUMPY".utf8)) {
      self = try Self.npy(path)
    } else if start.starts(with: Array("PK".utf8)) {
      self = try Self.npz(path)
    } else if start.starts(with: [0x89] + Array("PNG".utf8)) {
      self = try Self.png(path)
    } else if start.starts(with: [0x1F, 0x8B]) || (start.count >= 4 && start[0] == 0 && start[1] == 0) {
      self = try Self.idx(path)
    } else if name.hasSuffix(".csv") || name.hasSuffix(".tsv") {
      self = try Self.csv(path)
    } else if name.hasSuffix(".json") {
      self = try Self.sharded(path)
    } else if start.count >= 9, start[8] == UInt8(ascii: "{") || name.hasSuffix(".safetensors") {
      self = try Self.safetensors(path)
    } else {
      throw CommandError(
        "\(path): is none of the files that are known: safetensors and its index, checkpoints, NPY, NPZ, IDX, PNG, CSV")
    }
  }

  private init(_ format: String, _ facts: [(name: String, value: String)], _ arrays: [ArrayListing]) {
    (self.format, self.facts, self.arrays) = (format, facts, arrays)
  }

  // MARK: Tensors

  private static func safetensors(_ path: String) throws -> FileListing {
    // Mapped, so that elements come into memory page by page.
    let file = try SafetensorsFile(mapping: path)
    let arrays = file.names.compactMap { name in
      file.entries[name].map { entry in
        ArrayListing(name, entry.scalarType, entry.dimensions) { try file.tensor(name) }
      }
    }
    if let checkpoint = try CheckpointSummary(metadata: file.metadata, file: path) {
      return FileListing("checkpoint of a training", facts(checkpoint), arrays)
    }
    if let record = try ModelRecord(file.metadata, file: path) {
      return FileListing("trained model (safetensors)", facts(record), arrays)
    }
    let facts = file.metadata.sorted { $0.key < $1.key }.map { (name: $0.key, value: shortened($0.value)) }
    return FileListing("safetensors", facts, arrays)
  }

  private static func facts(_ checkpoint: CheckpointSummary) -> [(name: String, value: String)] {
    var facts = [
      (name: "epoch", value: "\(checkpoint.epoch), after \(checkpoint.batch) of its batches"),
      (name: "steps", value: "\(checkpoint.step)"),
      (name: "optimiser", value: checkpoint.optimizer), (name: "learning rate", value: checkpoint.learningRate),
      (name: "seed", value: "\(checkpoint.seed)"),
    ]
    facts += checkpoint.history.epochs.suffix(5).map { epoch in
      (
        name: "after epoch \(epoch.number)",
        value: "\(epoch.training)" + (epoch.validation.map { "  validation: \($0)" } ?? "")
      )
    }
    return facts
  }

  private static func facts(_ record: ModelRecord) -> [(name: String, value: String)] {
    var facts = [(name: "task", value: record.task.rawValue), (name: "loss", value: record.loss)]
    let layers = record.model.layers.map { layer in
      ([layer.kind] + layer.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.text($0.value))" })
        .joined(separator: " ")
    }
    facts.append((name: "model", value: shortened(layers.joined(separator: ", "), to: 2000)))
    if let features = record.source.features {
      facts.append((name: "features", value: shortened(features.names.joined(separator: ", "))))
    }
    if let image = record.source.image {
      facts.append((name: "images", value: "\(image.height) x \(image.width) x \(image.channels)"))
    }
    if !record.classNames.isEmpty {
      facts.append((name: "classes", value: shortened(record.classNames.joined(separator: ", "))))
    }
    if let target = record.source.targetColumn { facts.append((name: "predicts", value: target)) }
    return facts
  }

  private static func text(_ value: SettingValue) -> String {
    switch value {
    case .truth(let truth): "\(truth)"
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .text(let text): text
    case .list(let list): "(" + list.map(text).joined(separator: ", ") + ")"
    case .object(let members): members.sorted { $0.key < $1.key }.map { text($0.value) }.joined(separator: " ")
    }
  }

  private static func shortened(_ text: String, to limit: Int = 200) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > limit ? line.prefix(limit) + "…" : line
  }

  private static func sharded(_ path: String) throws -> FileListing {
    let index = try ShardedSafetensors(contentsOfFile: path, mapping: true)
    let arrays = try index.names.map { name in
      let tensor = try index.tensor(name)
      return ArrayListing(name, tensor.scalarType, tensor.shape.dimensions) { tensor }
    }
    let files = Set(index.files.values).sorted()
    return FileListing(
      "index of safetensors files", [(name: "files", value: shortened(files.joined(separator: ", ")))], arrays)
  }

  // MARK: Arrays

  private static func npy(_ path: String) throws -> FileListing {
    let file = try NPYFile(mapping: path)
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return FileListing("NPY", [], [ArrayListing(name, file.scalarType, file.dimensions) { try file.tensor() }])
  }

  private static func npz(_ path: String) throws -> FileListing {
    let file = try NPZFile(contentsOfFile: path)
    let arrays = try file.names.map { name in
      let byteCount = file.byteCount(of: name) ?? 0
      guard byteCount <= largestUnpacked else {
        return ArrayListing(
          name: name, type: "?", dimensions: [], byteCount: byteCount,
          note: "unpacks to more than \(largestUnpacked >> 30) GiB and was not looked at")
      }
      let tensor = try file.tensor(name)
      let (type, dimensions) = (tensor.scalarType, tensor.shape.dimensions)
      // Unpacked again when it is looked at, so that one array at a time is in memory.
      return ArrayListing(name, type, dimensions) { try file.tensor(name) }
    }
    return FileListing("NPZ", [], arrays)
  }

  private static func idx(_ path: String) throws -> FileListing {
    let array = try IDXArray(contentsOfFile: path)
    let name = URL(fileURLWithPath: path).lastPathComponent
    let listing = ArrayListing(
      name: name, type: "\(array.scalarType)", dimensions: array.dimensions, byteCount: array.bytes.count
    ) { body in
      for start in stride(from: 0, to: array.count, by: 1 << 16) {
        try body(array.doubles(in: start..<min(start + 1 << 16, array.count)))
      }
    }
    return FileListing("IDX", [], [listing])
  }

  private static func png(_ path: String) throws -> FileListing {
    let file = try PNGFile(contentsOfFile: path)
    let pixels = try file.tensor()
    let size = "\(file.width) x \(file.height) pixels, \(file.bitDepth) bits"
    return FileListing(
      "PNG image", [(name: "size", value: size)],
      [ArrayListing("pixels", pixels.scalarType, pixels.shape.dimensions) { pixels }])
  }

  // MARK: Tables

  private static func csv(_ path: String) throws -> FileListing {
    let delimiter: Character = path.lowercased().hasSuffix(".tsv") ? "\t" : ","
    let format = CSVFormat(delimiter: delimiter, missingValues: .accepted, missingMarkers: ["NA", "N/A", "?"])
    let rows = try CSVDataset(contentsOfFile: path, format: format, rowsPerTable: 4096)
    var (count, texts) = (0, [Int: TextColumn]())
    try rows.forEach { table in
      count += table.rowCount
      for (index, column) in table.columns.enumerated() {
        if case .text(let values) = column.values { texts[index, default: TextColumn()].add(values) }
      }
    }
    let arrays = rows.columnNames.enumerated().map { index, name in
      let text = texts[index]
      return ArrayListing(
        name: name, type: text == nil ? "number" : "text", dimensions: [count],
        byteCount: text?.byteCount ?? 8 * count, note: text?.summary,
        elements: text != nil
          ? nil
          : { body in
            try rows.forEach { table in
              if case .numbers(let numbers) = table.columns[index].values { try body(numbers) }
            }
          })
    }
    return FileListing(
      "CSV table", [(name: "rows", value: "\(count)"), (name: "columns", value: "\(arrays.count)")], arrays)
  }
}

/// The words of a column, as far as they are few.
private struct TextColumn {
  private static let most = 1000
  private(set) var byteCount = 0
  private var missing = 0
  private var frequencies: [String: Int] = [:]
  private var isOver = false

  mutating func add(_ texts: [String]) {
    for text in texts {
      byteCount += text.utf8.count
      if text.isEmpty { missing += 1 }
      if frequencies[text] != nil || frequencies.count < Self.most {
        frequencies[text, default: 0] += 1
      } else {
        isOver = true
      }
    }
  }

  var summary: String {
    let often = frequencies.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
    let words = often.map { "\($0.key.prefix(20)) (\($0.value))" }.joined(separator: ", ")
    let number = isOver ? "more than \(Self.most)" : "\(frequencies.count)"
    return "\(number) different texts: \(words)" + (missing > 0 ? "; \(missing) are missing" : "")
  }
}
