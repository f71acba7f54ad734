import DescentGraph

/// A graph as values and views: movement resolved, axes of size 1 dropped, equal values merged.
struct Lowering {
  private(set) var values: [Value] = []
  /// For each output of the graph, the value whose buffer holds it.
  private(set) var outputs: [Int] = []
  private var numbers: [Value: Int] = [:]
  /// The bytes of each input of the plan: those of the graph, then the panels.
  var inputByteCounts: [Int] { graphInputByteCounts + keptPanels.map(\.byteCount) }
  private var graphInputByteCounts: [Int] = []
  private let graphInputCount: Int
  /// The inputs of the graph that are taken in panels.
  private let keptInputs: Set<Int>
  /// What follows the inputs of the graph.
  private(set) var keptPanels: [KeptPanels] = []
  /// The other inputs that could be taken in panels.
  private(set) var packableInputs: Set<Int> = []
  /// How many numbers a run takes, in the order of instructions; bodies take theirs as well.
  private(set) var scalarCount = 0

  let granularity: Granularity

  /// The inputs of the graph whose memory results may take.
  let donatedInputs: Set<Int>

  /// Which values stay the same in all runs of a loop's body.
  private(set) var preparation: Preparation

  init(
    _ graph: Graph, _ granularity: Granularity, constantInputs: Range<Int> = 0..<0, keptInputs: Set<Int> = []
  ) throws(TensorError) {
    (self.granularity, self.keptInputs) = (granularity, keptInputs)
    graphInputCount = graph.instructions.count { $0.operation == .input }
    donatedInputs = Set(graph.donatedInputs)
    preparation = Preparation(constantInputs: constantInputs)
    for view in try lower(graph) { outputs.append(owned(view).root) }
    markNeeded()
    values = ReadingOrder(values, readers: readers, outputs: outputs).values
  }

  /// The values of a graph's outputs; those of a body, if its arguments are given.
  mutating func lower(_ graph: Graph, _ arguments: BodyArguments? = nil) throws(TensorError) -> [StridedView] {
    var (arguments, results) = (arguments, ControlResults(graph))
    var views: [StridedView] = []
    for index in graph.instructions.indices {
      let item = graph.instructions[index]
      let operands = graph.operands(of: index)
      let (_, overflow) = item.shape.elementCount.multipliedReportingOverflow(by: 16)
      if overflow {
        throw TensorError(.resource, item.operation.name, "a tensor of shape \(item.shape) does not fit in memory")
      }
      if let view = try lowerControl(graph, index, operands.map { views[$0] }, &arguments, &results) {
        views.append(view)
      } else {
        let operandShapes = operands.map { graph.instructions[$0].shape }
        views.append(try lowerInComputationType(item, operands.map { views[$0] }, operandShapes))
      }
    }
    return graph.outputs.map { views[$0] }
  }

  /// Whether each value is an output or leads to one.
  private(set) var isNeeded: [Bool] = []
  /// The needed values that read each value, in order.
  private(set) var readers: [[Int]] = []

  private mutating func markNeeded() {
    isNeeded = [Bool](repeating: false, count: values.count)
    readers = [[Int]](repeating: [], count: values.count)
    for output in outputs { isNeeded[output] = true }
    for number in values.indices.reversed() where isNeeded[number] {
      for operand in values[number].operands { isNeeded[operand.root] = true }
    }
    for number in values.indices where isNeeded[number] {
      for root in Set(values[number].operands.map(\.root)) { readers[root].append(number) }
    }
  }

  // MARK: The operations

  /// How each operation is computed: the one list of the engine.
  ///
  /// What computes has a type that is computed in.
  mutating func lower(
    _ item: Graph.Instruction, _ operands: [StridedView], _ operandShapes: [Shape]
  ) throws(TensorError) -> StridedView {
    let axes = Axes(item.shape)
    let (shape, type) = (axes.shape, item.scalarType)
    switch item.operation {
    case .input: return input(shape, type)
    case .fill: return fill(shape, type)
    case .invalid: throw TensorError(.invalidArgument, "evaluate", "the graph has a failed operation")
    case _ where shape.contains(0): return constant(0, type, shape)
    case .iota(let axis): return iota(axes, Int(axis), type)
    case .random(let distribution): return add(.random(distribution), shape, type, operands.map { dense($0) })
    case .unary(let function): return element(.unary(function), type, operands)
    case .power(let exponent): return power(operands[0], exponent, type)
    case .convert: return converted(operands[0], to: type)
    case .identity: return operands[0]
    case .binary(.hypot): return hypot(operands[0], operands[1], type)
    case .binary(.add): return sum(operands, type)
    case .binary(let function): return element(.binary(function.onBits(type)), type, operands)
    case .compare(let comparison): return element(.compare(comparison), type, operands)
    case .select: return element(.select, type, operands)
    case .reduce(let reduction, let set):
      return reduce(reduction, Axes(operandShapes[0]).kept(set.array), operands[0], type)
    case .argument(let extremum, let axis):
      return argument(extremum, Axes(operandShapes[0]).kept([Int(axis)]), operands[0])
    case .broadcast(let set): return operands[0].broadcast(to: shape, along: axes.kept(set.array))
    case .reshape: return reshape(operands[0], to: shape)
    case .transpose(let list): return operands[0].transposed(Axes(operandShapes[0]).kept(list.array))
    case .slice(let window): return slice(operands[0], operandShapes[0], window, item.shape)
    case .place(let window):
      return assemble(operands, [placed(operandShapes[0], window, item.shape)], shape, type, fillsGaps: true)
    case .concatenate(let axis): return concatenate(operands, operandShapes, Int(axis), item.shape, type)
    case .gather(let axis): return gather(operands, operandShapes, Int(axis), axes, type)
    case .scatterAdd(let axis): return scatterAdd(operands, operandShapes, Int(axis), item.shape, type)
    case .contract(let contraction): return contract(operands, operandShapes, contraction, shape, type)
    case .custom: return operands[0]
    case .recurrence(let axis, let reverse):
      return scan(.recurrence, operands, IndexedAxis(item.shape, Int(axis)), reverse, type)
    case .cumulative(let extremum, let axis, let reverse):
      return scan(.cumulative(extremum), operands, IndexedAxis(item.shape, Int(axis)), reverse, type)
    case .argSort(let axis, let isDescending):
      return argSort(operands[0], Axes(operandShapes[0]).kept([Int(axis)]), isDescending)
    case .after: return after(operands[0], operands[1])
    case .call, .conditional, .scan, .whileLoop, .bundle, .part: preconditionFailure("control is lowered by itself")
    case .windows(let windows): return self.windows(operands[0], windows, operandShapes[0], item.shape)
    case .overlap(let windows): return overlap(operands[0], operandShapes[0], windows, item.shape, type)
    case .matrix(let function): return matrices(.function(function), operands, operandShapes, shape, type)
    case .solve(let matrix): return matrices(.system(matrix), operands, operandShapes, shape, type)
    }
  }

  // MARK: Values

  /// The view of all of a value, which is added unless an equal one is there already.
  mutating func add(
    _ kind: Value.Kind, _ shape: [Int], _ type: ScalarType, _ operands: [StridedView] = []
  ) -> StridedView {
    let value = Value(kind: kind, shape: shape, type: type, operands: operands)
    if let number = numbers[value] { return StridedView(whole: number, shape) }
    numbers[value] = values.count
    values.append(value)
    preparation.add(value)
    return StridedView(whole: values.count - 1, shape)
  }

  mutating func element(
    _ function: ElementFunction, _ type: ScalarType, _ operands: [StridedView]
  ) -> StridedView {
    add(.element(function), operands[0].shape, type, operands)
  }

  mutating func constant(_ value: Double, _ type: ScalarType, _ shape: [Int]) -> StridedView {
    constant(ScalarBits(value, as: type), type, shape)
  }

  mutating func constant(_ bits: ScalarBits, _ type: ScalarType, _ shape: [Int]) -> StridedView {
    repeated(add(.constant(bits), [], type), shape)
  }

  func repeated(_ scalar: StridedView, _ shape: [Int]) -> StridedView {
    scalar.broadcast(to: shape, along: Array(shape.indices))
  }

  mutating func copy(_ view: StridedView) -> StridedView {
    let type = values[view.root].type
    return view.shape.contains(0) ? add(.empty, view.shape, type) : element(.copy, type, [view])
  }

  /// The elements one after the other in the buffer of some value.
  mutating func dense(_ view: StridedView) -> StridedView {
    view.isContiguous && !values[view.root].isScalar ? view : copy(view)
  }

  /// The elements as all of the buffer of some value.
  mutating func owned(_ view: StridedView) -> StridedView {
    let root = values[view.root]
    let isWhole = view.isContiguous && view.offset == 0 && view.count == root.count && !root.isScalar
    return isWhole ? view : copy(view)
  }

  private mutating func input(_ shape: [Int], _ type: ScalarType) -> StridedView {
    graphInputByteCounts.append(shape.reduce(type.byteCount, *))
    return add(.input(graphInputByteCounts.count - 1), shape, type)
  }

  /// Whether an input is to be taken in panels; if not, it is remembered that it could be.
  mutating func canKeepPanels(of input: Int) -> Bool {
    if keptInputs.contains(input) { return true }
    if !donatedInputs.contains(input) { packableInputs.insert(input) }
    return false
  }

  /// The input that panels are.
  mutating func keptPanels(_ panels: KeptPanels, _ count: Int) -> StridedView {
    let known = keptPanels.firstIndex { $0.input == panels.input && $0.key == panels.key }
    if known == nil { keptPanels.append(panels) }
    return add(.input(graphInputCount + (known ?? keptPanels.count - 1)), [count], panels.key.type)
  }

  private mutating func fill(_ shape: [Int], _ type: ScalarType) -> StridedView {
    repeated(add(.scalar(takeScalars(1)), [], type), shape)
  }

  /// The place of the first of the next `count` numbers.
  mutating func takeScalars(_ count: Int) -> Int {
    defer { scalarCount += count }
    return scalarCount
  }

  private mutating func iota(_ axes: Axes, _ axis: Int, _ type: ScalarType) -> StridedView {
    guard let place = axes.kept([axis]).first else { return constant(0, type, axes.shape) }
    let counts = type == .bool || type.isForStoring ? .int64 : type
    let line = converted(add(.iota, [axes.shape[place]], counts), to: type)
    return line.broadcast(to: axes.shape, along: axes.shape.indices.filter { $0 != place })
  }

  // MARK: Functions and reductions

  private mutating func power(_ x: StridedView, _ exponent: Double, _ type: ScalarType) -> StridedView {
    if !type.isFloatingPoint { return product(x, Int(exactly: exponent) ?? 1 << 62, type) }
    guard abs(exponent) <= 8, 2 * exponent == (2 * exponent).rounded() else {
      return element(.binary(.power), type, [x, constant(exponent, type, x.shape)])
    }
    // xⁿ, or xⁿ·√x for an exponent of n + ½; below zero the reciprocal of that.
    let whole = Int(abs(exponent))
    var result = product(x, whole, type)
    if Double(whole) != abs(exponent) {
      let root = element(.unary(.sqrt), type, [x])
      result = whole == 0 ? root : element(.binary(.multiply), type, [result, root])
    }
    return exponent < 0 ? element(.unary(.reciprocal), type, [result]) : result
  }

  /// xⁿ for n ≥ 0 by squaring.
  ///
  /// From 2⁶² on, every larger n gives the same integer, 0 or 1.
  private mutating func product(_ x: StridedView, _ exponent: Int, _ type: ScalarType) -> StridedView {
    if exponent == 0 { return constant(1, type, x.shape) }
    if exponent == 1 { return x }
    let half = product(x, exponent / 2, type)
    let square = element(.square, type, [half])
    return exponent % 2 == 0 ? square : element(.binary(.multiply), type, [square, x])
  }

  /// m·√(1 + (n/m)²) with m = max(|x|, |y|), n = min(|x|, |y|): overflows only if the result does.
  ///
  /// The quotient is NaN for 0/0 and ∞/∞, where m is the result.
  private mutating func hypot(_ x: StridedView, _ y: StridedView, _ type: ScalarType) -> StridedView {
    let sizes = [x, y].map { element(.unary(.absolute), type, [$0]) }
    let largest = element(.binary(.maximum), type, sizes)
    let quotient = element(.binary(.divide), type, [element(.binary(.minimum), type, sizes), largest])
    let isNumber = element(.compare(.equal), .bool, [quotient, quotient])
    let ratio = element(.select, type, [isNumber, quotient, constant(0, type, x.shape)])
    let sum = element(.binary(.add), type, [element(.square, type, [ratio]), constant(1, type, x.shape)])
    return element(.binary(.multiply), type, [largest, element(.unary(.sqrt), type, [sum])])
  }

  private mutating func reduce(
    _ reduction: Reduction, _ axes: [Int], _ x: StridedView, _ type: ScalarType
  ) -> StridedView {
    let rest = x.shape.indices.filter { !axes.contains($0) }
    let shape = rest.map { x.shape[$0] }
    if axes.isEmpty { return x }
    if x.shape.contains(0) { return constant(reduction.identity(type), type, shape) }
    if rest.isEmpty { return add(.reduce(reduction, .all), [], type, [x]) }
    if axes.count == 1, x.axes[axes[0]].count > 1, let parts = shortParts(x, along: axes) {
      return combined(parts, reduction, type)
    }
    if axes[0] == rest.count { return add(.reduce(reduction, .trailing), shape, type, [x]) }
    if axes.last == axes.count - 1 { return add(.reduce(reduction, .leading), shape, type, [x]) }
    if let parts = shortParts(x, along: axes) { return combined(parts, reduction, type) }
    // One end first; axes in the middle are brought to the end.
    if axes.last == x.shape.count - 1 {
      let trailing = axes.filter { axis in (axis..<x.shape.count).allSatisfy(axes.contains) }
      let part = reduce(reduction, trailing, x, type)
      return reduce(reduction, axes.filter { !trailing.contains($0) }, part, type)
    }
    return add(.reduce(reduction, .trailing), shape, type, [x.transposed(rest + axes)])
  }

  private mutating func argument(_ extremum: Extremum, _ axes: [Int], _ x: StridedView) -> StridedView {
    let rest = x.shape.indices.filter { !axes.contains($0) }
    let shape = rest.map { x.shape[$0] }
    if axes.isEmpty { return constant(0, .int64, shape) }
    let rows = x.transposed(rest + axes)
    // A long row is read where it lies: no block of registers holds it.
    let isLong = x.shape[axes[0]] > granularity.longestRow
    return add(.argument(extremum), shape, .int64, [isLong ? dense(rows) : rows])
  }
}
