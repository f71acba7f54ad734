import DescentTensor

/// Windows over one to three axes of space by plain loops: the yardstick for convolutions and pools.
///
/// Tensors are [batch, space, channels] with all of space in row-major order.
struct LoopGeometry: Sendable, CustomStringConvertible {
  var space, sizes, strides, dilations, low, high: [Int]

  var description: String {
    "space \(space), sizes \(sizes), strides \(strides), dilations \(dilations), low \(low), high \(high)"
  }

  var axisCount: Int { space.count }
  /// The numbers of windows along each axis.
  var counts: [Int] {
    (0..<axisCount).map { axis in
      let span = (sizes[axis] - 1) * dilations[axis] + 1
      return (low[axis] + space[axis] + high[axis] - span) / strides[axis] + 1
    }
  }
  var windowCount: Int { counts.reduce(1, *) }
  var elementCount: Int { space.reduce(1, *) }
  var placeCount: Int { sizes.reduce(1, *) }

  var padding: WindowPadding { .explicit(low: PerAxis(low), high: PerAxis(high)) }

  /// The element of space at a place of a window along one axis, nil in the padding.
  private func element(_ axis: Int, _ window: Int, _ place: Int) -> Int? {
    let element = window * strides[axis] + place * dilations[axis] - low[axis]
    return (0..<space[axis]).contains(element) ? element : nil
  }

  /// Calls `body` for each place of each window with the element of space there, nil for padding.
  ///
  /// There may be other numbers of windows than fit into space.
  func forEachPlace(counts: [Int]? = nil, _ body: (_ window: Int, _ place: Int, _ element: Int?) -> Void) {
    let counts = counts ?? self.counts
    func visit(_ axis: Int, _ window: Int, _ place: Int, _ element: Int?) {
      if axis == axisCount { return body(window, place, element) }
      for w in 0..<counts[axis] {
        for p in 0..<sizes[axis] {
          let next = self.element(axis, w, p)
          visit(
            axis + 1, window * counts[axis] + w, place * sizes[axis] + p,
            element.flatMap { element in next.map { element * space[axis] + $0 } })
        }
      }
    }
    visit(0, 0, 0, 0)
  }

  /// y[n, w, o] = Σ x[n, element, c]·kernel[place, c, o] over the channels of o's group.
  func convolution(_ x: [Double], _ kernel: [Double], batch: Int, channels: Int, outputs: Int, groups: Int) -> [Double]
  {
    let (part, outputPart) = (channels / groups, outputs / groups)
    var y = [Double](repeating: 0, count: batch * windowCount * outputs)
    forEachPlace { window, place, element in
      guard let element else { return }
      for n in 0..<batch {
        for o in 0..<outputs {
          for c in 0..<part {
            let source = (n * elementCount + element) * channels + o / outputPart * part + c
            y[(n * windowCount + window) * outputs + o] += x[source] * kernel[(place * part + c) * outputs + o]
          }
        }
      }
    }
    return y
  }

  /// y[n, element, o] = Σ x[n, w, c]·kernel[place, o in its group, c] over the channels of o's group; `space` is y's.
  func transposedConvolution(
    _ x: [Double], _ kernel: [Double], counts: [Int], batch: Int, channels: Int, outputs: Int, groups: Int
  ) -> [Double] {
    let (part, outputPart) = (channels / groups, outputs / groups)
    let windowCount = counts.reduce(1, *)
    var y = [Double](repeating: 0, count: batch * elementCount * outputs)
    forEachPlace(counts: counts) { window, place, element in
      guard let element else { return }
      for n in 0..<batch {
        for o in 0..<outputs {
          for c in 0..<part {
            let channel = o / outputPart * part + c
            y[(n * elementCount + element) * outputs + o] +=
              x[(n * windowCount + window) * channels + channel]
              * kernel[(place * outputPart + o % outputPart) * channels + channel]
          }
        }
      }
    }
    return y
  }

  /// What `combine` makes of the elements of each window, for each channel; padding is left out.
  func pool(_ x: [Double], batch: Int, channels: Int, _ combine: ([Double]) -> Double) -> [Double] {
    var elements = [[Int]](repeating: [], count: windowCount)
    forEachPlace { window, _, element in if let element { elements[window].append(element) } }
    return (0..<batch).flatMap { n in
      elements.flatMap { window in
        (0..<channels).map { c in combine(window.map { x[(n * elementCount + $0) * channels + c] }) }
      }
    }
  }
}

extension LoopGeometry {
  /// Every combination of strides, padding and dilation, different along each axis, over so many axes of space.
  static func all(axes: Int, dilated: Bool = true) -> [LoopGeometry] {
    let strides = [[1, 1, 1], [2, 2, 2], [3, 1, 2]]
    let paddings = [
      ([0, 0, 0], [0, 0, 0]), ([1, 1, 1], [1, 1, 1]), ([0, 2, 1], [2, 1, 0]), ([3, 0, 1], [0, 0, 3]),
    ]
    let dilations = dilated ? [[1, 1, 1], [2, 2, 2], [1, 2, 3]] : [[1, 1, 1]]
    let sizes = [[2, 2, 2], [3, 1, 2], [1, 1, 1]]
    func axis(_ numbers: [Int]) -> [Int] { Array(numbers.prefix(axes)) }
    var result: [LoopGeometry] = []
    for size in sizes {
      for stride in strides {
        for dilation in dilations {
          for (low, high) in paddings {
            result.append(
              LoopGeometry(
                space: axis([5, 4, 4]), sizes: axis(size), strides: axis(stride), dilations: axis(dilation),
                low: axis(low), high: axis(high)))
          }
        }
      }
    }
    return result
  }
}

extension Tensor {
  /// The channels moved from the last axis to axis 1.
  var channelsFirst: Tensor { movingAxis(from: -1, to: 1) }
}
