import DescentGraph

/// The axes of a shape that have another size than 1: the only ones the compiler goes on with.
struct Axes {
  /// The axes kept, by their number in the graph.
  let places: [Int]
  /// Their sizes.
  let shape: [Int]

  init(_ shape: Shape) {
    places = (0..<shape.rank).filter { shape[$0] != 1 }
    self.shape = places.map { shape[$0] }
  }

  /// The new numbers of some axes, in their order, without those that are not kept.
  func kept(_ axes: [Int]) -> [Int] { axes.compactMap { places.firstIndex(of: $0) } }

  /// A view from strides for all axes of the graph's shape.
  func view(_ root: Int, _ offset: Int, _ strides: [Int]) -> StridedView {
    StridedView(root: root, offset: offset, shape: shape, strides: places.map { strides[$0] })
  }
}

extension IndexedAxis {
  init(_ shape: Shape, _ axis: Int) {
    let sizes = shape.dimensions
    self.init(
      axis: axis, outer: sizes[..<axis].reduce(1, *), extent: sizes[axis], inner: sizes[(axis + 1)...].reduce(1, *))
  }
}

extension Binary {
  /// The function that does the same to elements of `type` and has a kernel: for bool, maximum is or, minimum is and.
  func onBits(_ type: ScalarType) -> Binary {
    guard type == .bool else { return self }
    return switch self {
    case .maximum: .or
    case .minimum: .and
    case .add, .subtract, .multiply, .divide, .power, .hypot, .and, .or, .xor, .remainder, .truncatedRemainder, .atan2,
      .logaddexp, .xlogy, .copysign, .shiftLeft, .shiftRight, .polygamma:
      self
    }
  }
}

extension Reduction {
  /// What no elements combine to.
  func identity(_ type: ScalarType) -> ScalarBits {
    switch self {
    case .sum: ScalarBits(0, as: type)
    case .product: ScalarBits(1, as: type)
    // Integers saturate; for bool, infinity would be true.
    case .max: ScalarBits(type == .bool ? 0 : -.infinity, as: type)
    case .min: ScalarBits(.infinity, as: type)
    }
  }
}
