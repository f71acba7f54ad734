import DescentGraph

/// The operands of a convolution or of its transpose, with the channels in groups.
///
/// Several groups are the leading axis of everything inside: they run beside each other as batches of matrices.
struct ConvolutionOperands {
  private let operation: String
  private let x, kernel: Tensor
  private let groups: Int
  private let layout: ChannelLayout
  private let isTransposed: Bool

  init(
    _ operation: String, _ x: Tensor, _ kernel: Tensor, _ groups: Int, _ layout: ChannelLayout,
    isTransposed: Bool = false
  ) {
    (self.operation, self.x, self.kernel, self.groups) = (operation, x, kernel, groups)
    (self.layout, self.isTransposed) = (layout, isTransposed)
  }

  /// 1 if there is an axis of groups.
  private var lead: Int { groups > 1 ? 1 : 0 }
  private var axisCount: Int { x.rank - 2 }
  private var sizes: PerAxis { PerAxis(Array(kernel.shape.dimensions.prefix(axisCount))) }

  // MARK: The two operations

  func convolved(stride: PerAxis, padding: WindowPadding, dilation: PerAxis) -> Tensor {
    if let failed = invalid { return failed }
    guard
      let geometry = WindowGeometry(
        operation, x, layout, window: sizes, stride: stride, dilation: dilation, padding: padding,
        windowName: "a kernel of")
    else { return Tensor(node: operation) }
    if isDepthwise {
      return arranged(products(geometry.windows(geometry.padding(channelsLast(x.node), from: 1), from: 1)))
    }
    let windows = geometry.windows(geometry.padding(grouped(x.node), from: lead + 1), from: lead + 1)
    let places = lead + 1 + axisCount
    return result(
      .contract(
        windows, matrices,
        Contraction(
          leftBatch: AxisList(0..<lead), rightBatch: AxisList(2..<2 + lead), leftContracting: [places, places + 1],
          rightContracting: [0, 1])))
  }

  func transposed(stride: PerAxis, padding: WindowPadding, outputPadding: PerAxis, dilation: PerAxis) -> Tensor {
    if let failed = invalid { return failed }
    guard
      let geometry = TransposedGeometry(
        operation, x, layout, kernel: sizes, stride: stride, padding: padding, outputPadding: outputPadding,
        dilation: dilation)
    else { return Tensor(node: operation) }
    let windows = Node.contract(
      grouped(x.node), matrices,
      Contraction(
        leftBatch: AxisList(0..<lead), rightBatch: AxisList(2..<2 + lead),
        leftContracting: AxisList(lead + 1 + axisCount), rightContracting: AxisList(2 + lead)))
    return result(geometry.overlap(windows, from: lead + 1))
  }

  // MARK: Groups

  /// [batch, space…, channels], or [groups, batch, space…, channels / groups] for several groups.
  private func grouped(_ x: Node) -> Node {
    let last = channelsLast(x)
    if groups == 1 || last.isInvalid { return last }
    let sizes = last.shape.dimensions
    let split = Shape(sizes.dropLast() + [groups, sizes[sizes.count - 1] / groups])
    return Node.reshape(last, to: split).movingAxis(sizes.count - 1, to: 0)
  }

  /// The kernel as [places, first channels, groups, last channels / groups], without an axis for one group.
  private var matrices: Node {
    let sizes = kernel.shape.dimensions
    let last = sizes[axisCount + 1]
    let places = Shape(sizes.prefix(axisCount)).elementCount
    return .reshape(
      kernel.node, to: Shape([places, sizes[axisCount]] + (groups == 1 ? [last] : [groups, last / groups])))
  }

  /// What `grouped` takes apart, put together again in the layout.
  private func result(_ y: Node) -> Tensor {
    if y.isInvalid { return Tensor(y) }
    var joined = y
    if groups > 1 {
      let moved = y.movingAxis(0, to: y.shape.rank - 2)
      let sizes = moved.shape.dimensions
      joined = .reshape(moved, to: Shape(sizes.dropLast(2) + [sizes.suffix(2).reduce(1, *)]))
    }
    return arranged(joined)
  }

  private func channelsLast(_ x: Node) -> Node {
    layout == .channelsLast ? x : x.movingAxis(1, to: x.shape.rank - 1)
  }

  /// [batch, space…, channels] in the layout.
  private func arranged(_ y: Node) -> Tensor {
    Tensor(layout == .channelsLast ? y : y.movingAxis(y.shape.rank - 1, to: 1))
  }

  // MARK: One channel in each group

  private var isDepthwise: Bool { groups > 1 && groups == layout.channels(of: x) }

  /// Σ windows·kernel over the places.
  ///
  /// Products of matrices this narrow would cost many times as much.
  private func products(_ windows: Node) -> Node {
    if windows.isInvalid { return windows }
    let (places, shape) = (1 + axisCount, windows.shape)
    let multiplier = kernel.shape[-1] / groups
    let whole = Shape(shape.dimensions + [multiplier])
    let factors = Node.reshape(kernel.node, to: [shape[places], groups, multiplier])
    let products = Node.binary(
      .multiply, .broadcast(windows, to: whole, along: AxisSet([shape.rank])),
      .broadcast(factors, to: whole, along: AxisSet(0..<places)))
    let sums = Node.reduce(.sum, products, AxisSet([places]))
    return .reshape(sums, to: Shape(shape.dimensions[..<places] + [groups * multiplier]))
  }

  // MARK: Mistakes

  /// The failure of an operand, or a complaint about both.
  private var invalid: Tensor? {
    if x.node.isInvalid || kernel.node.isInvalid { return x.node.isInvalid ? x : kernel }
    guard layout.fits(x, operation) else { return Tensor(node: operation) }
    return typeMismatch ?? shapeMismatch
  }

  private var typeMismatch: Tensor? {
    if x.scalarType == kernel.scalarType, x.scalarType != .bool { return nil }
    return Tensor(
      Node.invalid(
        .scalarTypeMismatch, operation,
        "scalar types differ or are bool: \(x.node.label) is \(x.scalarType), the kernel\(kernel.quotedName) is "
          + "\(kernel.scalarType); convert one with .converted(to:)"))
  }

  private var shapeMismatch: Tensor? {
    let roles = isTransposed ? "output channels / groups, channels" : "channels / groups, output channels"
    func complaint(_ words: String) -> Tensor {
      Tensor(Node.invalid(.shapeMismatch, operation, words))
    }
    let described = "the kernel\(kernel.quotedName) with shape \(kernel.shape)"
    guard kernel.rank == x.rank else {
      return complaint(
        "\(described) must be [sizes…, \(roles)] with \(axisCount) sizes, since \(x.node.label) has shape \(x.shape)")
    }
    guard groups > 0 else { return complaint("\(groups) groups can't be; give 1 or more") }
    let channels = layout.channels(of: x)
    let divided = isTransposed ? channels : kernel.shape[-1]
    guard channels % groups == 0, divided % groups == 0 else {
      let which = channels % groups != 0 ? "\(channels) channels" : "\(divided) output channels"
      return complaint("\(which) do not fall into \(groups) equal groups: \(x.node.label) \(x.shape), \(described)")
    }
    let (expected, found) = isTransposed ? (channels, kernel.shape[-1]) : (channels / groups, kernel.shape[-2])
    if expected == found { return nil }
    return complaint(
      "\(described) must be [sizes…, \(roles)] and so have \(expected), not \(found), on axis "
        + "\(isTransposed ? kernel.rank - 1 : kernel.rank - 2): \(x.node.label) with shape \(x.shape) has \(channels) "
        + "channels in \(groups) group\(groups == 1 ? "" : "s")")
  }
}

extension Tensor {
  /// The name as it follows a word in a message.
  var quotedName: String { name.map { " '\($0)'" } ?? "" }
}
