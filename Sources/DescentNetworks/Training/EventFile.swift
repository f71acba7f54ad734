import DescentData
import DescentTensor
import Foundation

/// A file of TensorBoard's events: numbers, histograms, images and texts by tags and steps, and the graph of a model.
///
/// ```swift
/// let events = try EventFile(folder: "runs/first")
/// try events.add(graph: network.summary(inputShape: [784]))
/// try events.add(0.25, tag: "loss", step: 1)
/// try events.add(image: digits.inputs[0].reshaped(to: [28, 28]), tag: "first digit", step: 1)
/// ```
///
/// A record is the length of its content, the masked CRC-32C of that length, the content (a protocol buffer `Event`) and
/// its masked checksum.
public struct EventFile: Sendable {
  /// Where the file is.
  public var path: String { file.path }
  private let file: GrowingFile

  /// Begins a file in a folder, which is made if it is not there.
  ///
  /// - Throws: ``DataError`` if it can't be written.
  public init(folder: String) throws {
    let name = "events.out.tfevents.\(Int(Date().timeIntervalSince1970)).\(UUID().uuidString)"
    file = GrowingFile(folder + "/" + name)
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw FileBytes.unwritable(folder, error.localizedDescription)
    }
    try append { $0.add(3, "brain.Event:2") }
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
    try add(tag, step) { $0.add(5, histogram) }
  }

  /// Adds an image.
  ///
  /// - Parameter image: Shape [height, width] or [height, width, channels] with 1 to 4 channels: grey, grey and opacity,
  ///   colour, colour and opacity. Floating-point numbers go from 0 to 1, what lies outside is clamped; others are uint8
  ///   or uint16.
  /// - Throws: ``DataError`` if it is no image or can't be written.
  public func add(image: Tensor, tag: String, step: Int) throws {
    let isFloating = image.scalarType.isFloatingPoint
    let pixels = isFloating ? round(image.clamped(to: 0...1) * 255).converted(to: .uint8) : image
    let png = try PNGFile.bytes(of: pixels)
    var message = ProtocolBuffer()
    message.add(1, pixels.shape[0])
    message.add(2, pixels.shape[1])
    message.add(3, pixels.rank == 3 ? pixels.shape[2] : 1)
    message.add(4, png)
    try add(tag, step) { $0.add(4, message) }
  }

  /// Adds a text, in Markdown.
  public func add(text: String, tag: String, step: Int) throws {
    var (plugin, metadata, size, shape, tensor) = (
      ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer()
    )
    plugin.add(1, "text")
    metadata.add(1, plugin)
    size.add(1, 1)
    shape.add(2, size)
    // 7 is the type of strings.
    tensor.add(1, 7)
    tensor.add(2, shape)
    tensor.add(8, text)
    try add(tag, step) {
      $0.add(8, tensor)
      $0.add(9, metadata)
    }
  }

  /// Adds the graph of a model: its layers by their paths, with types, shapes and numbers of parameters, and which reads
  /// which.
  ///
  /// ```swift
  /// try events.add(graph: network.summary(inputShape: [28, 28, 1]))
  /// ```
  public func add(graph summary: Summary) throws { try append { $0.add(4, summary.graphDefinition) } }

  private func add(_ tag: String, _ step: Int, _ content: (inout ProtocolBuffer) -> Void) throws {
    var (value, summary) = (ProtocolBuffer(), ProtocolBuffer())
    value.add(1, tag)
    content(&value)
    summary.add(1, value)
    try append {
      $0.add(2, step)
      $0.add(5, summary)
    }
  }

  /// Adds an event of this moment.
  private func append(_ content: (inout ProtocolBuffer) -> Void) throws {
    func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    var event = ProtocolBuffer()
    event.add(1, Date().timeIntervalSince1970)
    content(&event)
    let length = little(UInt64(event.bytes.count))
    try file.append(length + little(CRC32C.masked(length)) + event.bytes + little(CRC32C.masked(event.bytes)))
  }
}
