import DescentGraph

// Windows over the axes of space, and what can be made of each without weights. Tensors are [batch, space…, channels]
// or [batch, channels, space…] with one to three axes of space.

extension Tensor {
  /// The largest element of each window over space, for each channel.
  ///
  /// ```swift
  /// Tensor.ones([8, 28, 28, 3]).maxPooled(window: 2).shape      // [8, 14, 14, 3]
  /// ```
  ///
  /// Elements that tie share the derivative evenly. Padding never wins: it is −∞ (for integers the least number), which
  /// is also the result where a window holds nothing else.
  ///
  /// - Parameters:
  ///   - window: The sizes of a window.
  ///   - stride: How far apart neighbouring windows are; side by side unless given.
  ///   - padding: How far windows may reach beyond space.
  ///   - layout: Where the channels stand.
  public func maxPooled(
    window: PerAxis, stride: PerAxis? = nil, padding: WindowPadding = .valid, layout: ChannelLayout = .channelsLast
  ) -> Tensor {
    pooled("maxPooled", window, stride, padding, layout) { geometry, axis in
      let lowest = scalarType == .bool ? 0 : -Double.infinity
      let windows = geometry.windows(geometry.padding(node, with: lowest, from: axis), from: axis)
      return .reduce(.max, windows, AxisSet([axis + geometry.space.count]))
    }
  }

  /// The sum of each window over space, for each channel; padding counts as zeros.
  ///
  /// Truth values are counted as int64.
  ///
  /// - Parameters:
  ///   - window: The sizes of a window.
  ///   - stride: How far apart neighbouring windows are; side by side unless given.
  ///   - padding: How far windows may reach beyond space.
  ///   - layout: Where the channels stand.
  public func sumPooled(
    window: PerAxis, stride: PerAxis? = nil, padding: WindowPadding = .valid, layout: ChannelLayout = .channelsLast
  ) -> Tensor {
    pooled("sumPooled", window, stride, padding, layout) { geometry, axis in geometry.sums(node, from: axis) }
  }

  /// The mean of each window over space, for each channel.
  ///
  /// Integers and truth values give float32.
  ///
  /// - Parameters:
  ///   - window: The sizes of a window.
  ///   - stride: How far apart neighbouring windows are; side by side unless given.
  ///   - padding: How far windows may reach beyond space.
  ///   - countsPadding: Whether padding counts, as zeros. If not, each sum is divided by the number of elements of
  ///     space in its window, and is NaN where there is none.
  ///   - layout: Where the channels stand.
  public func averagePooled(
    window: PerAxis, stride: PerAxis? = nil, padding: WindowPadding = .valid, countsPadding: Bool = true,
    layout: ChannelLayout = .channelsLast
  ) -> Tensor {
    // In a narrow type the sum could overflow where the mean does not.
    let x = real
    let means = x.pooled("averagePooled", window, stride, padding, layout) { geometry, axis in
      let sums = geometry.sums(x.node, from: axis)
      if sums.isInvalid { return sums }
      if countsPadding || geometry.padded == geometry.space {
        let count = geometry.axes.reduce(1.0) { $0 * Double($1.size) }
        return .binary(.divide, sums, .fill(count, sums.shape, sums.scalarType))
      }
      // One batch, one channel: the counts are the same for all.
      var single = x.shape.dimensions.map { _ in 1 }
      single.replaceSubrange(axis..<axis + geometry.space.count, with: geometry.space)
      let counts = geometry.sums(.fill(1, Shape(single), x.scalarType), from: axis)
      return .binary(.divide, sums, Broadcasting.broadcast(counts, to: sums.shape))
    }
    return means.node.isInvalid ? means : narrowed(means)
  }

  /// The mean over all of space: [batch, channels].
  ///
  /// Integers and truth values give float32.
  public func globalAveragePooled(layout: ChannelLayout = .channelsLast) -> Tensor {
    if node.isInvalid { return self }
    guard layout.fits(self, "globalAveragePooled") else { return Tensor(node: "globalAveragePooled") }
    return mean(axes: Array(layout.firstSpatialAxis..<layout.firstSpatialAxis + rank - 2))
  }

  /// The windows over space as a tensor: [batch, positions…, window…, channels], or [batch, channels, positions…,
  /// window…] if the channels come first.
  ///
  /// ```swift
  /// Tensor.ones([8, 28, 28, 3]).patches(window: 5).shape        // [8, 24, 24, 5, 5, 3]
  /// ```
  ///
  /// - Parameters:
  ///   - window: The sizes of a window.
  ///   - stride: How far apart neighbouring windows are.
  ///   - dilation: How far apart the elements are that neighbouring places of a window hold.
  ///   - padding: How many zeros stand around space.
  ///   - layout: Where the channels stand.
  public func patches(
    window: PerAxis, stride: PerAxis = 1, dilation: PerAxis = 1, padding: WindowPadding = .valid,
    layout: ChannelLayout = .channelsLast
  ) -> Tensor {
    pooled("patches", window, stride, padding, layout, dilation: dilation) { geometry, axis in
      let windows = geometry.windows(geometry.padding(node, from: axis), from: axis)
      if windows.isInvalid { return windows }
      var sizes = windows.shape.dimensions
      let places = axis + geometry.space.count
      sizes.replaceSubrange(places...places, with: geometry.axes.map { Int($0.size) })
      return .reshape(windows, to: Shape(sizes))
    }
  }

  /// What `function` makes of the windows' geometry and the first axis of space.
  private func pooled(
    _ operation: String, _ window: PerAxis, _ stride: PerAxis?, _ padding: WindowPadding, _ layout: ChannelLayout,
    dilation: PerAxis = 1, _ function: (WindowGeometry, Int) -> Node
  ) -> Tensor {
    if node.isInvalid { return self }
    guard layout.fits(self, operation),
      let geometry = WindowGeometry(
        operation, self, layout, window: window, stride: stride ?? window, dilation: dilation, padding: padding)
    else { return Tensor(node: operation) }
    return Tensor(function(geometry, layout.firstSpatialAxis))
  }
}

extension WindowGeometry {
  /// The sum of each window, with zeros as padding.
  fileprivate func sums(_ x: Node, from axis: Int) -> Node {
    .reduce(.sum, windows(padding(x, from: axis), from: axis), AxisSet([axis + space.count]))
  }
}
