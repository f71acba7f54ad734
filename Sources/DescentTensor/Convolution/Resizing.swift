import DescentGraph

/// Which elements ``Tensor/resized(to:method:alignment:layout:)`` reads.
public enum ResizingMethod: Hashable, Sendable, CaseIterable {
  /// The nearest element, the later one of two.
  case nearest
  /// The two neighbours along each axis, by their distances: linear, bilinear or trilinear interpolation.
  case bilinear
}

/// Which places of two grids of elements coincide.
public enum GridAlignment: Hashable, Sendable, CaseIterable {
  /// The outer edges: elements are cells, as in JAX, TensorFlow 2, and PyTorch with `align_corners=False`.
  case halfPixelCenters
  /// The centres of the outermost elements, as in PyTorch with `align_corners=True`.
  case corners
}

extension Tensor {
  /// The tensor with space made larger or smaller by interpolation.
  ///
  /// ```swift
  /// let ramp = Tensor([[[0], [1]]])                             // one signal of two elements
  /// ramp.resized(to: 4)                                         // [[[0.0], [0.25], [0.75], [1.0]]]
  /// ramp.resized(to: 4, method: .nearest)                       // [[[0.0], [0.0], [1.0], [1.0]]]
  /// ```
  ///
  /// Elements between the places read are left out when space gets smaller; pool first if that matters. Bilinear
  /// interpolation of integers and truth values gives float32.
  ///
  /// - Parameters:
  ///   - size: The new sizes of space.
  ///   - method: Which elements are read for one.
  ///   - alignment: How the old and the new elements lie over each other.
  ///   - layout: Where the channels stand.
  public func resized(
    to size: PerAxis, method: ResizingMethod = .bilinear, alignment: GridAlignment = .halfPixelCenters,
    layout: ChannelLayout = .channelsLast
  ) -> Tensor {
    if node.isInvalid { return self }
    guard layout.fits(self, "resized"),
      let sizes = WindowGeometry.numbers("resized", self, "size", size, axes: rank - 2, from: 1)
    else { return Tensor(node: "resized") }
    let space = layout.space(of: self)
    guard !space.contains(0) else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "resized", "\(node.label) with shape \(shape) has no elements along an axis of space"))
    }
    let x = method == .bilinear && !scalarType.isFloatingPoint ? converted(to: .float32) : self
    return sizes.indices.filter { sizes[$0] != space[$0] }.reduce(x) { x, place in
      let axis = layout.firstSpatialAxis + place
      return switch method {
      case .nearest: x.gathering(alignment.nearest(space[place], sizes[place]), axis: axis)
      case .bilinear: x.interpolated(at: alignment.coordinates(space[place], sizes[place]), axis: axis)
      }
    }
  }

  /// Linear interpolation along an axis at float64 coordinates inside it.
  private func interpolated(at coordinates: Tensor, axis: Int) -> Tensor {
    let low = floor(coordinates)
    var sizes = [Int](repeating: 1, count: rank)
    sizes[axis] = coordinates.elementCount
    let weights = (coordinates - low).converted(to: scalarType).reshaped(to: sizes)
    let places = low.converted(to: .int64)
    let next = DescentTensor.min(places + 1, shape[axis] - 1)
    return (1 - weights) * gathering(places, axis: axis) + weights * gathering(next, axis: axis)
  }
}

extension GridAlignment {
  /// For each of `count` new elements the place of the nearest of `size` old ones, in exact arithmetic.
  fileprivate func nearest(_ size: Int, _ count: Int) -> Tensor {
    let places = Tensor(.iota([count], axis: 0, .int64))
    if self == .corners, count == 1 { return places }
    // ⌊(2i + 1)·size / 2·count⌋, or ⌊i·(size − 1) / (count − 1) + ½⌋.
    let (factor, shift, divisor) =
      switch self {
      case .halfPixelCenters: (2 * size, size, 2 * count)
      case .corners: (2 * (size - 1), count - 1, 2 * (count - 1))
      }
    return (places * factor + shift) / divisor
  }

  /// For each of `count` new elements the place between `size` old ones, 0 for the first.
  fileprivate func coordinates(_ size: Int, _ count: Int) -> Tensor {
    let places = Tensor(.iota([count], axis: 0, .float64))
    switch self {
    case .halfPixelCenters:
      return ((places + 0.5) * (Double(size) / Double(count)) - 0.5).clamped(to: 0...Double(size - 1))
    case .corners: return count == 1 ? places : places * (Double(size - 1) / Double(count - 1))
    }
  }
}
