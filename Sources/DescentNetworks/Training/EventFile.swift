import DescentData
import DescentTensor
import Foundation

/// A file of TensorBoard's events: numbers, histograms and texts by tags and steps.
///
/// ```swift
/// let events = try EventFile(folder: "runs/first")
/// try events.add(0.25, tag: "loss", step: 1)
/// ```
///
/// A record is the length of its content, the masked CRC-32C of that length, the content (a protocol buffer `Event`) and
/// its masked checksum.
public struct EventFile: Sendable {
  /// Where the file is.
  public let path: String

  /// Begins a file in a folder, which is made if it is not there.
  ///
  /// - Throws: ``DataError`` if it can't be written.
  public init(folder: String) throws {
    let name = "events.out.tfevents.\(Int(Date().timeIntervalSince1970)).\(UUID().uuidString)"
    path = folder + "/" + name
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw EventFile.unwritable(folder, "\(error.localizedDescription)")
    }
    var version = ProtocolBuffer()
    version.add(1, Date().timeIntervalSince1970)
    version.add(3, Array("brain.Event:2".utf8))
    try append(version)
  }

  /// Adds a number.
  public func add(_ number: Double, tag: String, step: Int) throws {
    try add(tag, step) { $0.add(2, Float(number)) }
  }

  /// Adds the histogram of a tensor's finite elements, in 30 equal parts from the smallest to the largest.
  public func add(histogramOf tensor: Tensor, tag: String, step: Int) throws {
    let values = tensor.scalars.filter(\.isFinite)
    guard let smallest = values.min(), let largest = values.max() else { return }
    let width = largest > smallest ? (largest - smallest) / 30 : 1
    var counts = [Double](repeating: 0, count: 30)
    for value in values { counts[min(Int((value - smallest) / width), 29)] += 1 }
    var histogram = ProtocolBuffer()
    let numbers = [
      smallest, largest, Double(values.count), values.reduce(0, +), values.reduce(0) { $0 + $1 * $1 },
    ]
    for (index, number) in numbers.enumerated() { histogram.add(index + 1, number) }
    let limits = (1...30).map { smallest + Double($0) * width }
    histogram.add(6, packed: limits.dropLast() + [max(limits[29], largest)])
    histogram.add(7, packed: counts)
    try add(tag, step) { $0.add(5, histogram.bytes) }
  }

  /// Adds a text, in Markdown.
  public func add(text: String, tag: String, step: Int) throws {
    var (plugin, metadata, size, shape, tensor) = (
      ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer()
    )
    plugin.add(1, Array("text".utf8))
    metadata.add(1, plugin.bytes)
    size.add(1, 1)
    shape.add(2, size.bytes)
    // 7 is the type of strings.
    tensor.add(1, 7)
    tensor.add(2, shape.bytes)
    tensor.add(8, Array(text.utf8))
    try add(tag, step) {
      $0.add(8, tensor.bytes)
      $0.add(9, metadata.bytes)
    }
  }

  private func add(_ tag: String, _ step: Int, _ content: (inout ProtocolBuffer) -> Void) throws {
    var (value, summary, event) = (ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer())
    value.add(1, Array(tag.utf8))
    content(&value)
    summary.add(1, value.bytes)
    event.add(1, Date().timeIntervalSince1970)
    event.add(2, step)
    event.add(5, summary.bytes)
    try append(event)
  }

  private func append(_ event: ProtocolBuffer) throws {
    func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    let length = little(UInt64(event.bytes.count))
    let record = length + little(CRC32C.masked(length)) + event.bytes + little(CRC32C.masked(event.bytes))
    guard let stream = OutputStream(toFileAtPath: path, append: true) else {
      throw EventFile.unwritable(path, "it can't be opened")
    }
    stream.open()
    defer { stream.close() }
    guard stream.write(record, maxLength: record.count) == record.count else {
      throw EventFile.unwritable(path, stream.streamError?.localizedDescription ?? "not all was written")
    }
  }

  private static func unwritable(_ path: String, _ reason: String) -> DataError {
    DataError(
      .unwritable, in: path, "can't be written: \(reason)",
      remedy: "check the folder, its permissions and the space on the disk")
  }
}

/// A message of protocol buffers, field by field.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  /// A whole number, not negative.
  mutating func add(_ field: Int, _ number: Int) {
    key(field, 0)
    variable(UInt64(number))
  }

  mutating func add(_ field: Int, _ number: Double) {
    key(field, 1)
    fixed(number.bitPattern)
  }

  mutating func add(_ field: Int, _ number: Float) {
    key(field, 5)
    fixed(number.bitPattern)
  }

  /// Bytes, a text or a message.
  mutating func add(_ field: Int, _ content: [UInt8]) {
    key(field, 2)
    variable(UInt64(content.count))
    bytes += content
  }

  mutating func add(_ field: Int, packed numbers: [Double]) {
    var content = ProtocolBuffer()
    for number in numbers { content.fixed(number.bitPattern) }
    add(field, content.bytes)
  }

  private mutating func key(_ field: Int, _ kind: UInt64) { variable(UInt64(field) << 3 | kind) }

  private mutating func variable(_ number: UInt64) {
    var rest = number
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func fixed(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}

/// CRC-32 with Castagnoli's polynomial, reflected: 0x82F63B78.
enum CRC32C {
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { ($0 >> 8) ^ table[Int(($0 ^ UInt32($1)) & 255)] }
  }

  /// The checksum as TensorFlow's records have it: turned by 15 bits, and a constant added.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
  }
}

/// Writes the scores of a training for TensorBoard, and histograms of its parameters if wanted.
///
/// ```swift
/// let callbacks: [any TrainingCallback] = [TensorBoardLog("runs/first", histograms: true)]    // then: tensorboard --logdir runs
/// ```
public struct TensorBoardLog: TrainingCallback {
  /// The folder of the run.
  public let folder: String
  /// Whether each epoch adds the histograms of all parameters.
  public let histograms: Bool
  private var file: EventFile?

  /// A log in a folder.
  public init(_ folder: String, histograms: Bool = false) { (self.folder, self.histograms) = (folder, histograms) }

  /// Adds the scores and the learning rate of each epoch.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws {
    guard case .epochEnded(let epoch) = event else { return }
    let file = try file ?? EventFile(folder: folder)
    self.file = file
    try file.add(epoch.learningRate, tag: "learning rate", step: epoch.number)
    for (prefix, scores) in [("", epoch.training), ("validation ", epoch.validation)] {
      guard let scores else { continue }
      for name in ["loss"] + scores.metrics.map(\.name) {
        if let value = scores[name] { try file.add(value, tag: prefix + name, step: epoch.number) }
      }
    }
    if histograms {
      for (name, tensor) in session.parameters { try file.add(histogramOf: tensor, tag: name, step: epoch.number) }
    }
  }
}
