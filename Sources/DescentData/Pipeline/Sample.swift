import DescentGraph
import DescentTensor

/// One input with the target that belongs to it.
public struct Sample: TensorStructure, Sendable {
  /// What a model sees: the shape of one row of ``Samples/inputs``.
  public var input: Tensor
  /// What it should answer: the shape of one row of ``Samples/targets``.
  public var target: Tensor

  /// A sample.
  public init(input: Tensor, target: Tensor) { (self.input, self.target) = (input, target) }

  /// Visits input and target.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    visitor.visit("input", &input)
    visitor.visit("target", &target)
  }
}

extension Samples {
  /// The samples as a dataset, for pipelines that shuffle anew in each epoch, augment, or read ahead.
  ///
  /// ```swift
  /// let batches = train.dataset.shuffled(seed: 1).batched(of: 128).prefetched()
  /// ```
  public var dataset: SamplesDataset { SamplesDataset(samples: self) }
}

/// ``Samples`` as a dataset; see ``Samples/dataset``.
public struct SamplesDataset: BatchedDataset {
  /// Walks over the samples.
  public typealias Cursor = IndexedCursor<Self>

  /// The samples.
  let samples: Samples

  /// The number of samples.
  public var elementCount: Int { samples.count }

  /// The samples at some indices, one a row.
  public func batch(at indices: [Int]) -> Samples {
    let chosen = samples.selecting(indices)
    return Samples(inputs: chosen.inputs, targets: chosen.targets, classNames: chosen.classNames)
  }
}

extension ImageFolder: BatchedDataset {
  /// Walks over the images.
  public typealias Cursor = IndexedCursor<Self>

  /// The number of images.
  public var elementCount: Int { count }

  /// An image with its class.
  public func element(at index: Int) throws -> Sample {
    Sample(input: try image(at: index), target: Tensor(labels[index]))
  }
}
