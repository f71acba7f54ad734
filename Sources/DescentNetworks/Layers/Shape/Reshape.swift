import DescentGraph
import DescentTensor

/// The elements of each sample under another shape.
///
/// ```swift
/// Reshape(7, 7, 64)           // [n, 3136] to [n, 7, 7, 64]
/// Reshape(-1, 64)             // [n, 7, 7, 64] to [n, 49, 64]
/// ```
public struct Reshape: Layer {
  /// The sizes of a sample's axes; one may be −1, which is computed from the others.
  public let sizes: [Int]

  /// A layer for samples of these sizes; one may be −1.
  public init(_ sizes: Int...) { self.init(sizes) }

  /// A layer for samples of these sizes; one may be −1.
  public init(_ sizes: [Int]) {
    let isSound = sizes.allSatisfy { $0 >= -1 } && sizes.count { $0 == -1 } < 2
    Self.require(isSound, "Reshape", "\(sizes) is no shape; sizes are 0 or more, and one may be −1")
    self.sizes = isSound ? sizes : []
  }

  /// The same elements; the first axis stays.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    let sample = input.shape.dimensions.dropFirst().reduce(1, *)
    let known = sizes.filter { $0 >= 0 }.reduce(1, *)
    let fits = sizes.contains(-1) ? known > 0 && sample.isMultiple(of: known) : sample == known
    guard input.rank > 0, fits else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "Reshape",
          "the input has shape \(input.shape), whose samples of \(sample) elements do not fit \(sizes)"))
    }
    let shape = [input.shape[0]] + sizes.map { $0 == -1 ? sample / known : $0 }
    return pass.noting(input.reshaped(to: shape), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}

/// The axes of each sample in another order.
///
/// ```swift
/// Permute(2, 1)               // [n, time, features] to [n, features, time]
/// ```
public struct Permute: Layer {
  /// The axes in their new order, counted from 1; the batch is axis 0 and stays.
  public let order: [Int]

  /// A layer that reorders the axes, which are counted from 1.
  public init(_ order: Int...) {
    let isSound = order.sorted() == Array(1..<order.count + 1)
    Self.require(isSound, "Permute", "\(order) must name each axis of a sample once, counted from 1")
    self.order = isSound ? order : Array(1..<order.count + 1)
  }

  /// The input with its axes reordered.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    guard input.rank == order.count + 1 else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "Permute",
          "the input has shape \(input.shape); the order \(order) is for samples with \(order.count) axes"))
    }
    return pass.noting(input.transposed([0] + order), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
