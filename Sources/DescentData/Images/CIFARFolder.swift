import DescentGraph
import DescentTensor

/// A folder with the binary files of CIFAR-10 or CIFAR-100: 60,000 colour images of 32 × 32 pixels.
///
/// ```swift
/// let folder = try CIFARFolder(path: "cifar-10-batches-bin")
/// let (train, test) = (try folder.samples(.train), try folder.samples(.test))    // float32 [count, 32, 32, 3], 0 to 1
/// ```
///
/// CIFAR-10 has the files `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`; CIFAR-100 `train.bin` and
/// `test.bin`, of whose two labels the fine one is taken. An image is a label of one or two bytes, then 1024 bytes each
/// of red, green and blue.
public struct CIFARFolder: Sendable, Equatable {
  /// The folder.
  public let path: String
  /// The number of classes: 10 or 100.
  public let classCount: Int

  private static let pixelCount = 32 * 32

  /// Finds out which of the two data sets a folder holds, without reading it.
  public init(path: String) throws(DataError) {
    self.path = path
    if FileBytes.exists("\(path)/test_batch.bin") {
      classCount = 10
    } else if FileBytes.exists("\(path)/test.bin") {
      classCount = 100
    } else {
      throw DataError(
        .unreadable, in: path, "looked for test_batch.bin (CIFAR-10) and test.bin (CIFAR-100) and found neither",
        remedy: "give the folder with the files of the binary version")
    }
  }

  /// Reads a split: images [count, 32, 32, 3] with numbers from 0 to 1, and their classes.
  ///
  /// - Throws: ``DataError`` if a file is missing or broken.
  public func samples(_ split: IDXFolder.Split) throws(DataError) -> Samples {
    let names: [String] =
      switch (split, classCount) {
      case (.train, 10): (1...5).map { "data_batch_\($0).bin" }
      case (.test, 10): ["test_batch.bin"]
      case (.train, _): ["train.bin"]
      case (.test, _): ["test.bin"]
      }
    var (pixels, labels) = ([Float](), [Int]())
    for name in names {
      let file = "\(path)/\(name)"
      try Self.decode(FileBytes.read(file), file, classCount: classCount, &pixels, &labels)
    }
    return Samples(
      inputs: Tensor(scalars: pixels, shape: [labels.count, 32, 32, 3]), targets: Tensor(scalars: labels),
      classNames: try classNames())
  }

  /// Appends the images of a file and their classes; `file` names it in messages.
  static func decode(
    _ bytes: [UInt8], _ file: String, classCount: Int, _ pixels: inout [Float], _ labels: inout [Int]
  ) throws(DataError) {
    let labelCount = classCount == 10 ? 1 : 2
    let recordCount = labelCount + 3 * pixelCount
    guard !bytes.isEmpty, bytes.count % recordCount == 0 else {
      throw DataError(
        bytes.isEmpty ? .empty : .truncated, in: file,
        "the file has \(bytes.count) bytes, expected a multiple of the \(recordCount) that an image takes",
        remedy: "copy or download the file again")
    }
    pixels.reserveCapacity(pixels.count + bytes.count)
    for start in stride(from: 0, to: bytes.count, by: recordCount) {
      let label = Int(bytes[start + labelCount - 1])
      guard label < classCount else {
        throw DataError(
          .corrupt, in: file, at: .byte(start + labelCount - 1),
          "found class \(label), expected one below \(classCount)",
          remedy: "copy or download the file again")
      }
      labels.append(label)
      let image = start + labelCount
      for pixel in 0..<pixelCount {
        for channel in 0..<3 { pixels.append(Float(bytes[image + channel * pixelCount + pixel]) * (1 / 255)) }
      }
    }
  }

  /// The names of the classes, where the folder has the list that comes with the data.
  private func classNames() throws(DataError) -> [String]? {
    let file = "\(path)/\(classCount == 10 ? "batches.meta.txt" : "fine_label_names.txt")"
    guard FileBytes.exists(file) else { return nil }
    let names = String(decoding: try FileBytes.read(file), as: UTF8.self).split(whereSeparator: \.isNewline).map(
      String.init)
    return names.count == classCount ? names : nil
  }
}
