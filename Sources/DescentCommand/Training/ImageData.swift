import ArgumentParser
import Descent
import Foundation

/// Height and width of images, as people type them: `32` or `32x48`.
struct ImageSize: ExpressibleByArgument {
  let height: Int
  let width: Int

  init?(argument: String) {
    let numbers = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...2).contains(numbers.count), numbers.allSatisfy({ (1...4096).contains($0) }) else { return nil }
    (height, width) = (numbers[0], numbers[numbers.count - 1])
  }

  init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

  /// An image of another size, by linear interpolation.
  func resized(_ image: Tensor) -> Tensor {
    guard image.shape[0] != height || image.shape[1] != width else { return image }
    return image.expanded(axes: 0).resized(to: PerAxis([height, width])).reshaped(
      to: [height, width, image.shape[2]])
  }
}

/// A folder of images with classes, in one of the forms that data sets have.
enum ImageData {
  case idx(IDXFolder)
  case cifar(CIFARFolder)
  /// A folder with a sub-folder for each class.
  case folder(ImageFolder)
  /// Two such folders, `train` and `test`.
  case split(train: ImageFolder, test: ImageFolder)

  /// Finds out what a folder holds.
  init(path: String, channels: ImageChannels = .rgb) throws {
    let names = Set(try FileKind.entries(of: path))
    if names.contains(where: { $0.hasPrefix("train-images") || $0.hasPrefix("t10k-images") }) {
      self = .idx(try IDXFolder(path: path))
    } else if names.contains("test_batch.bin") || names.contains("test.bin") {
      self = .cifar(try CIFARFolder(path: path))
    } else if names.contains("train"), names.contains("test"),
      let train = try? ImageFolder(path: "\(path)/train", channels: channels),
      let test = try? ImageFolder(path: "\(path)/test", channels: channels)
    {
      guard train.classNames == test.classNames else {
        throw CommandError("\(path): the folders train and test have sub-folders of different names")
      }
      self = .split(train: train, test: test)
    } else {
      guard let folder = try? ImageFolder(path: path, channels: channels) else {
        throw CommandError(
          "\(path): found neither train-images-idx3-ubyte and the other three files of MNIST's naming, nor CIFAR's "
            + "binary files, nor sub-folders with PNG images for each class")
      }
      self = .folder(folder)
    }
  }

  /// The images as float32 [count, height, width, channels] from 0 to 1.
  func trainAndTest(_ options: DataOptions) throws -> (train: Samples, test: Samples) {
    if case .folder(let folder) = self {
      return try Self.samples(of: folder, options.imageSize).split(
        trainFraction: 1 - options.validation, seed: options.seed)
    }
    return (try samples(.train, options.imageSize), try samples(.test, options.imageSize))
  }

  /// The images to judge a trained model by: those for testing, or all if there is no such part.
  func testSamples(_ size: ImageSize) throws -> Samples { try samples(.test, size) }

  private func samples(_ part: IDXFolder.Split, _ size: ImageSize?) throws -> Samples {
    switch self {
    case .idx(let folder): try Self.resized(Self.withChannels(folder.samples(part)), size)
    case .cifar(let folder): try Self.resized(folder.samples(part), size)
    case .folder(let folder): try Self.samples(of: folder, size)
    case .split(let train, let test): try Self.samples(of: part == .train ? train : test, size)
    }
  }

  /// Grey images have one channel.
  private static func withChannels(_ samples: Samples) -> Samples {
    let inputs = samples.inputs
    guard inputs.rank == 3 else { return samples }
    return Samples(inputs: inputs.expanded(axes: 3), targets: samples.targets, classNames: samples.classNames)
  }

  private static func resized(_ samples: Samples, _ size: ImageSize?) -> Samples {
    let inputs = samples.inputs
    guard let size, inputs.shape[1] != size.height || inputs.shape[2] != size.width else { return samples }
    return Samples(
      inputs: inputs.resized(to: PerAxis([size.height, size.width])), targets: samples.targets,
      classNames: samples.classNames)
  }

  private static func samples(of folder: ImageFolder, _ size: ImageSize?) throws -> Samples {
    guard let size else { return try folder.samples() }
    let images = try folder.files.indices.map { index in
      let image = size.resized(try folder.image(at: index))
      try evaluate(image)
      return image
    }
    return Samples(
      inputs: .stack(images), targets: Tensor(scalars: folder.labels), classNames: folder.classNames)
  }
}
