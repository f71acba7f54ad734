import DescentGraph
import DescentTensor

/// Sizes of arrays as files claim them, before anything is allocated for them.
enum ArrayExtent {
  /// The size of an array in bytes; nil if an axis is negative or there are too many elements, beside a zero one too.
  static func byteCount(of dimensions: [Int], _ type: ScalarType) -> Int? {
    var count = type.byteCount
    for dimension in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(1, dimension))
      guard dimension >= 0, !overflow else { return nil }
      count = product
    }
    return dimensions.contains(0) ? 0 : count
  }

  /// The shape of a tensor with these dimensions; an error if no tensor can have it.
  static func shape(
    _ dimensions: [Int], of name: String, in file: String, at position: DataError.Position?
  ) throws(DataError) -> Shape {
    guard dimensions.count <= Shape.maximumRank, dimensions.allSatisfy({ $0 <= Int32.max }) else {
      throw DataError(
        .unsupported, in: file, at: position, "\(name) has shape \(dimensions), which tensors can't have",
        remedy: "write it with at most \(Shape.maximumRank) axes of at most \(Int32.max) elements each")
    }
    return Shape(dimensions)
  }
}

extension Tensor {
  /// The elements of an evaluated tensor in row-major order, each with its lowest byte first.
  func littleEndianBytes() throws(TensorError) -> [UInt8] {
    guard let storage = node.value else { return [] }
    let start = try storage.hostPointer()
    var bytes = withExtendedLifetime(storage) {
      Array(UnsafeRawBufferPointer(start: start, count: elementCount * scalarType.byteCount))
    }
    if 1.littleEndian != 1 {
      bytes.withUnsafeMutableBytes { $0.reverseBytes(ofElementsOf: scalarType.byteCount) }
    }
    return bytes
  }
}
