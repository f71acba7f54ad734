import DescentGraph
import DescentTensor
import Foundation

/// A folder of PNG images with a sub-folder for each class.
///
/// ```swift
/// let flowers = try ImageFolder(path: "flowers", channels: .rgb)     // flowers/rose/1.png, flowers/tulip/a.png, …
/// print(flowers.classNames)                                          // ["rose", "tulip"]
/// let samples = try flowers.samples()                                // float32 [count, height, width, 3], 0 to 1
/// ```
///
/// Classes and images stand in the order of their names, byte by byte, so that the same folder gives the same order
/// everywhere. Hidden files and files with other endings are left out.
public struct ImageFolder: Sendable {
  /// The folder.
  public let path: String
  /// The names of the sub-folders with images, in order; the label of an image is its folder's place among them.
  public let classNames: [String]
  /// The paths of the images, class by class.
  public let files: [String]
  /// The class of each image.
  public let labels: [Int]
  /// What each pixel is brought to.
  public let channels: ImageChannels

  /// The number of images.
  public var count: Int { files.count }

  /// Finds the images, without reading them.
  ///
  /// - Parameters:
  ///   - path: The folder whose sub-folders are classes.
  ///   - channels: What each pixel is to have.
  /// - Throws: ``DataError`` if the folder can't be read or holds no images.
  public init(path: String, channels: ImageChannels = .rgb) throws(DataError) {
    var (names, files, labels) = ([String](), [String](), [Int]())
    for name in try Self.entries(of: path) where Self.isFolder("\(path)/\(name)") {
      let images = try Self.entries(of: "\(path)/\(name)").filter { $0.lowercased().hasSuffix(".png") }
      guard !images.isEmpty else { continue }
      files += images.map { "\(path)/\(name)/\($0)" }
      labels += images.map { _ in names.count }
      names.append(name)
    }
    guard !files.isEmpty else {
      throw DataError(
        .empty, in: path, "no sub-folder holds files that end in .png",
        remedy: "put the images of each class into a sub-folder of its own; convert other formats to PNG")
    }
    (self.path, self.channels, classNames) = (path, channels, names)
    (self.files, self.labels) = (files, labels)
  }

  private static func entries(of path: String) throws(DataError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw DataError(
        .unreadable, in: path, "the folder can't be read", remedy: "check the path and its permissions")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// An image with numbers from 0 to 1, float32 [height, width, channels].
  ///
  /// An index that does not exist stops the program.
  public func image(at index: Int) throws(DataError) -> Tensor {
    guard files.indices ~= index else {
      Failure.stop(.init(.indexOutOfBounds, "image", "there is no image \(index) among \(count)"))
      return .zeros([0, 0, channels.count])
    }
    let pixels = try PNGFile(contentsOfFile: files[index]).tensor(channels)
    let scale: Float = pixels.scalarType == .uint16 ? 1 / 65535 : 1 / 255
    let numbers = pixels.scalars(as: Float.self).map { $0 * scale }
    return Tensor(scalars: numbers, shape: pixels.shape)
  }

  /// All images with their labels; every image must have the same size.
  ///
  /// - Throws: ``DataError`` if a file is broken or of another size than the first.
  public func samples() throws(DataError) -> Samples {
    let images = try batch(at: Array(files.indices))
    return Samples(inputs: images.inputs, targets: images.targets, classNames: classNames)
  }

  /// Some images with their labels; all must have the same size.
  ///
  /// - Throws: ``DataError`` if a file is broken or of another size than the first.
  public func batch(at rows: [Int]) throws(DataError) -> Samples {
    guard let first = rows.first else {
      return Samples(
        inputs: .zeros([0, 0, 0, channels.count]), targets: .zeros([0], type: .int64), classNames: classNames)
    }
    var images: [Tensor] = []
    for row in rows {
      let image = try image(at: row)
      if let other = images.first, other.shape != image.shape {
        throw DataError(
          .mismatch, in: files[row],
          "the image has shape \(image.shape), \(files[first]) has \(other.shape)",
          remedy: "bring all images to one size, or read them one by one and resize them")
      }
      images.append(image)
    }
    return Samples(
      inputs: Tensor.stackingRows(images), targets: Tensor(scalars: rows.map { labels[$0] }), classNames: classNames)
  }
}

extension Tensor {
  /// Evaluated tensors of one shape and type behind one another along a new first axis, copied.
  static func stackingRows(_ rows: [Tensor]) -> Tensor {
    guard let first = rows.first else { return .zeros([0]) }
    let rowBytes = first.elementCount * first.scalarType.byteCount
    let storage = HostStorage(allocating: rows.count * rowBytes)
    do throws(TensorError) {
      try evaluate(rows)
      for (index, row) in rows.enumerated() {
        guard let source = row.node.value else { continue }
        let start = try source.hostPointer()
        withExtendedLifetime(source) {
          (storage.pointer + index * rowBytes).copyMemory(from: start, byteCount: rowBytes)
        }
      }
    } catch {
      return Tensor(Node.invalid(error.kind, error.operation, error.message))
    }
    return Tensor(Node(storage, Shape([rows.count] + first.shape.dimensions), first.scalarType))
  }
}
