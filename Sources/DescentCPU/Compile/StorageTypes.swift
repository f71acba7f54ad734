import DescentGraph

// Types that memory holds and kernels don't compute with. Every operation on them is lowered here, once: its operands
// are converted to a wider type, the operation is lowered in that type, and its result is converted back. The
// conversions are element functions like any other, so they take place in the registers of row programs.

extension ScalarType {
  /// The type that elements are computed in: one that holds every number of this type exactly, and in which wrapping
  /// arithmetic wraps to the same bits.
  var computationType: ScalarType {
    switch self {
    case .float16, .bfloat16: .float32
    case .int8, .int16, .uint8, .uint16: .int32
    case .uint32: .int64
    case .float32, .float64, .int32, .int64, .uint64, .bool: self
    }
  }

  /// Whether elements are computed in another type.
  var isForStoring: Bool { computationType != self }

  /// Below 1, the numbers of a narrow floating-point type are multiples of this, at the least: what uniform random
  /// numbers are multiples of.
  fileprivate var uniformStep: Double? {
    switch self {
    case .float16: 0x1p-11
    case .bfloat16: 0x1p-8
    case .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: nil
    }
  }
}

extension Operation {
  /// Whether elements go from operands to the result as they are, whatever their type.
  fileprivate var isMovement: Bool {
    switch self {
    case .input, .fill, .iota, .invalid, .convert, .identity, .select, .broadcast, .reshape, .transpose, .slice, .place,
      .concatenate, .gather, .custom, .windows, .after, .call, .conditional, .scan, .whileLoop, .bundle, .part:
      true
    case .random, .unary, .power, .binary, .compare, .reduce, .argument, .scatterAdd, .contract, .recurrence,
      .cumulative, .argSort, .overlap, .matrix, .solve:
      false
    }
  }

  /// Whether the second operand counts places.
  fileprivate var hasIndices: Bool {
    switch self {
    case .gather, .scatterAdd: true
    case .input, .fill, .iota, .invalid, .convert, .identity, .select, .broadcast, .reshape, .transpose, .slice, .place,
      .concatenate, .custom, .random, .unary, .power, .binary, .compare, .reduce, .argument, .contract, .recurrence,
      .cumulative, .argSort, .overlap, .matrix, .solve, .windows, .after, .call, .conditional, .scan, .whileLoop,
      .bundle,
      .part:
      false
    }
  }
}

extension Lowering {
  /// Lowers an operation in the types that its operands and its result are computed in.
  mutating func lowerInComputationType(
    _ item: Graph.Instruction, _ operands: [StridedView], _ operandShapes: [Shape]
  ) throws(TensorError) -> StridedView {
    var operands = operands
    if item.operation.hasIndices { operands[1] = index(operands[1]) }
    if item.operation.isMovement { return try lower(item, operands, operandShapes) }
    let isProduct = if case .contract = item.operation { true } else { false }
    operands = operands.map { isProduct ? widenedAsItLies($0) : widened($0) }
    var wideItem = item
    wideItem.scalarType = item.scalarType.computationType
    var result = try lower(wideItem, operands, operandShapes)
    if case .random(.uniform) = item.operation, let step = item.scalarType.uniformStep {
      result = floored(result, to: step)
    }
    return converted(result, to: item.scalarType)
  }

  // MARK: Conversions

  /// The elements in the type that they are computed in.
  private mutating func widened(_ x: StridedView) -> StridedView {
    let value = values[x.root]
    let wide = value.type.computationType
    if wide == value.type { return x }
    switch value.kind {
    case .scalar, .constant:
      // The bits of a number are the same in both types.
      var view = x
      view.root = add(value.kind, [], wide).root
      return view
    case .input, .empty, .element, .reduce, .argument, .iota, .random, .assemble, .gather, .scatterAdd, .contract,
      .pack, .scan, .argSort, .control, .unpack, .after, .overlap, .matrices:
      return x.shape.contains(0) ? constant(0, wide, x.shape) : element(.convert, wide, [x])
    }
  }

  /// The same in the order of memory, for readers that take any strides.
  private mutating func widenedAsItLies(_ x: StridedView) -> StridedView {
    let value = values[x.root]
    guard !value.isScalar, !value.shape.contains(0), value.count <= x.count else { return widened(x) }
    var view = x
    view.root = widened(StridedView(whole: x.root, value.shape)).root
    return view
  }

  /// The elements in another type, by the rules that `Tensor.converted(to:)` states.
  mutating func converted(_ x: StridedView, to type: ScalarType) -> StridedView {
    if values[x.root].type == type { return x }
    if x.shape.contains(0) { return constant(0, type, x.shape) }
    let wide = widened(x)
    let from = values[wide.root].type
    if from == type { return wide }
    if !type.isForStoring || Kernels().convert(from, type) != nil { return element(.convert, type, [wide]) }
    // In two steps where the first one is exact: integers wrap twice, or exceed float16 if float32 rounds them.
    let target = type.computationType
    var middle = element(.convert, target, [wide])
    if from.isFloatingPoint, type.isInteger {
      let (lowest, highest) = (ScalarBits(-.infinity, as: type), ScalarBits(.infinity, as: type))
      middle = element(.binary(.maximum), target, [middle, constant(lowest, target, x.shape)])
      middle = element(.binary(.minimum), target, [middle, constant(highest, target, x.shape)])
    }
    return element(.convert, type, [middle])
  }

  /// Indices as integers that the kernels read; those too large for int64 stay too large for any axis.
  private mutating func index(_ x: StridedView) -> StridedView {
    let type = values[x.root].type
    if type == .int32 || type == .int64 { return x }
    guard type == .uint64, !x.shape.contains(0) else { return converted(x, to: .int64) }
    let largest = constant(ScalarBits(integer: .max, as: .int64), type, x.shape)
    return converted(element(.binary(.minimum), type, [x, largest]), to: .int64)
  }

  /// Numbers rounded down to multiples of a power of two.
  private mutating func floored(_ x: StridedView, to step: Double) -> StridedView {
    let type = values[x.root].type
    let steps = element(.binary(.multiply), type, [x, constant(1 / step, type, x.shape)])
    let whole = element(.unary(.floor), type, [steps])
    return element(.binary(.multiply), type, [whole, constant(step, type, x.shape)])
  }
}
