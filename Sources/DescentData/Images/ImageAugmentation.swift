import DescentGraph
import DescentTensor
import Dispatch

/// Random changes that leave an image what it is, to learn from more images than there are.
///
/// ```swift
/// let augmentation = ImageAugmentation(flipsHorizontally: true, cropPadding: 4)
/// let batches = train.dataset.shuffled(seed: 1).batched(of: 128).augmented(augmentation, seed: 2).prefetched()
/// ```
///
/// What happens to an image is decided by the seed, the epoch and its place, so that the same seed gives the same images
/// on any number of threads.
public struct ImageAugmentation: Sendable, Equatable {
  /// Whether half of the images are mirrored left to right.
  public var flipsHorizontally: Bool
  /// Whether half of the images are mirrored top to bottom.
  public var flipsVertically: Bool
  /// How far an image may be moved in each direction, in pixels; what comes in from outside is ``fill``.
  public var cropPadding: Int
  /// What stands outside of an image.
  public var fill: Float

  /// An augmentation; nothing is changed unless it is asked for.
  public init(
    flipsHorizontally: Bool = false, flipsVertically: Bool = false, cropPadding: Int = 0, fill: Float = 0
  ) {
    (self.flipsHorizontally, self.flipsVertically) = (flipsHorizontally, flipsVertically)
    (self.cropPadding, self.fill) = (max(0, cropPadding), fill)
  }

  /// Images changed at random: a copy of the batch.
  ///
  /// - Parameters:
  ///   - images: float32 of shape [count, height, width] or [count, height, width, channels]; otherwise the program
  ///     stops.
  ///   - random: Decides what happens: one draw.
  public func callAsFunction(_ images: Tensor, using random: RandomGenerator) -> Tensor {
    guard images.scalarType == .float32, images.rank == 3 || images.rank == 4 else {
      Failure.stop(
        .init(
          .shapeMismatch, "ImageAugmentation",
          "the images are \(images.scalarType) \(images.shape), expected float32 [count, height, width] or "
            + "[count, height, width, channels]"))
      return images
    }
    let size = ImageSize(
      height: images.shape[1], width: images.shape[2], channels: images.rank == 4 ? images.shape[3] : 1)
    let moves = moves(images.shape[0], using: random)
    do throws(TensorError) {
      try evaluate(images)
      guard let source = images.node.value else { return images }
      let result = HostStorage(allocating: images.elementCount * 4)
      let from = Pixels(start: try source.hostPointer().assumingMemoryBound(to: Float.self))
      let to = Pixels(start: UnsafePointer(result.pointer.assumingMemoryBound(to: Float.self)))
      withExtendedLifetime(source) {
        let groups = max(1, min(moves.count, moves.count * size.count / (1 << 16)))
        DispatchQueue.concurrentPerform(iterations: groups) { group in
          for index in moves.count * group / groups..<moves.count * (group + 1) / groups {
            copy(
              from.start + index * size.count, UnsafeMutablePointer(mutating: to.start) + index * size.count, size,
              moves[index])
          }
        }
      }
      return Tensor(Node(result, images.shape, .float32))
    } catch {
      return Tensor(Node.invalid(error.kind, error.operation, error.message))
    }
  }

  /// What happens to one image.
  private struct Move {
    var down: Int
    var right: Int
    var isMirrored: Bool
    var isUpsideDown: Bool
  }

  private struct ImageSize {
    var height: Int
    var width: Int
    var channels: Int
    var count: Int { height * width * channels }
  }

  /// The address of floats that several threads read or write at different places.
  private struct Pixels: @unchecked Sendable {
    var start: UnsafePointer<Float>
  }

  private func moves(_ count: Int, using random: RandomGenerator) -> [Move] {
    let numbers = Tensor.uniform([count, 4], using: random).scalars
    let places = Double(2 * cropPadding + 1)
    return (0..<count).map { index in
      Move(
        down: Int(numbers[4 * index] * places) - cropPadding, right: Int(numbers[4 * index + 1] * places) - cropPadding,
        isMirrored: flipsHorizontally && numbers[4 * index + 2] < 0.5,
        isUpsideDown: flipsVertically && numbers[4 * index + 3] < 0.5)
    }
  }

  private func copy(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ size: ImageSize, _ move: Move
  ) {
    let rowCount = size.width * size.channels
    // The columns of the target that have a pixel of the source.
    let columns = max(0, move.right)..<max(max(0, move.right), min(size.width, size.width + move.right))
    for row in 0..<size.height {
      let to = target + row * rowCount
      let wanted = row - move.down
      guard 0..<size.height ~= wanted, !columns.isEmpty else {
        to.update(repeating: fill, count: rowCount)
        continue
      }
      let from = source + (move.isUpsideDown ? size.height - 1 - wanted : wanted) * rowCount
      to.update(repeating: fill, count: columns.lowerBound * size.channels)
      if move.isMirrored {
        for column in columns {
          let mirrored = size.width - 1 - (column - move.right)
          for channel in 0..<size.channels {
            to[column * size.channels + channel] = from[mirrored * size.channels + channel]
          }
        }
      } else {
        (to + columns.lowerBound * size.channels).update(
          from: from + (columns.lowerBound - move.right) * size.channels, count: columns.count * size.channels)
      }
      (to + columns.upperBound * size.channels).update(
        repeating: fill, count: (size.width - columns.upperBound) * size.channels)
    }
  }
}

extension Dataset where Element == Samples {
  /// The batches with their images changed at random, others in each epoch.
  ///
  /// - Parameters:
  ///   - augmentation: What may happen to an image.
  ///   - seed: Decides what does, together with the epoch and the number of the batch.
  public func augmented(_ augmentation: ImageAugmentation, seed: UInt64) -> RandomlyMappedDataset<Self, Samples> {
    map(seed: seed) { batch, random in
      Samples(inputs: augmentation(batch.inputs, using: random), targets: batch.targets, classNames: batch.classNames)
    }
  }
}
