import DescentGraph

/// Compiles a graph to a plan, in passes that are functions of plain values.
///
/// 1. `Lowering`: instructions become *values* (contiguous arrays that something computes) which read each other
///    through *strided views*. Movement costs nothing here; powers turn into multiplications; equal values merge; what
///    strides can't say becomes a copy. `ReadingOrder` then gives element-wise values the order that they are read in.
/// 2. `Fusion`: values that share an iteration space become *units*, one row program each: element-wise functions,
///    reductions of rows with everything that reads them, sums of columns.
/// 3. `Epilogues`: programs that read a contraction's rows are run on strips of it, in one unit with it.
/// 4. `Schedule`: units in an order in which operands come first, and what gives memory back comes early.
/// 5. `RowProgramBuilder` and the kinds of `Step`: each unit becomes a step with its kernels resolved and its work cut
///    into items by shape.
/// 6. `MemoryPlacement`: temporary buffers share a slab by their lifetimes; results replace operands in place, those of
///    the run too where they are donated.
struct Compiler {
  private let lowering: Lowering
  private let units: [Fusion.Unit]
  /// How many of the units, the first ones, compute what stays the same in all runs of a loop.
  private let preparationCount: Int
  /// The values that have buffers of their own.
  private let stored: Set<Int>
  private var table: BufferTable
  private let granularity: Granularity
  private let graph: Graph

  private var values: [Value] { lowering.values }

  /// - Parameter constantInputs: The inputs that are the same in all runs, if the graph is the body of a loop.
  /// - Parameter keptInputs: The inputs that are taken in panels.
  init(
    _ graph: Graph, _ granularity: Granularity, constantInputs: Range<Int> = 0..<0, keptInputs: Set<Int> = []
  ) throws(TensorError) {
    (self.graph, self.granularity) = (graph, granularity)
    lowering = try Lowering(graph, granularity, constantInputs: constantInputs, keptInputs: keptInputs)
    (units, preparationCount) = lowering.preparation.ordered(
      Schedule.ordered(Epilogues.attached(to: Fusion.units(of: lowering), lowering), lowering), lowering)
    var stored = Set(lowering.outputs)
    for unit in units {
      for operand in unit.members.flatMap({ [lowering] in lowering.values[$0].operands }) {
        let isInside = unit.group != nil && unit.members.contains(operand.root)
        if !isInside { stored.insert(operand.root) }
      }
    }
    self.stored = stored
    table = BufferTable(lowering.values, stored: stored, argumentCount: lowering.scalarCount)
    for product in units.compactMap(\.product) where !stored.contains(product) { table.addStrips(of: product) }
  }

  /// The plan.
  func plan() throws(TensorError) -> CPUPlan {
    var compiler = self
    var steps: [Step] = []
    var replacements: [[MemoryPlacement.Replacement]] = []
    for unit in units {
      if let group = unit.group {
        let (step, pairs) = try compiler.programStep(group, of: unit)
        steps.append(step)
        replacements.append(pairs)
      } else {
        steps.append(try compiler.singleStep(unit.members[0]))
        replacements.append([])
      }
    }
    let lastFailing = Donations(units, lowering).canFail.lastIndex(of: true)
    let placement = MemoryPlacement(
      steps, preparationCount: preparationCount, replacements, compiler.table, lowering,
      firstSafeStep: lastFailing.map { $0 + 1 } ?? 0)
    let outputs = lowering.outputs.map { output in
      switch placement.places[compiler.table.number(of: output)] {
      case .input(let place): CPUPlan.Output.input(place)
      case .result(let place): CPUPlan.Output.result(place)
      case .scalars, .constants, .slab: preconditionFailure("an output without a buffer of its own")
      }
    }
    return CPUPlan(
      steps, preparationCount: preparationCount, placement, compiler.table, outputs: outputs,
      inputByteCounts: lowering.inputByteCounts, panels: lowering.keptPanels, variants: variants)
  }

  /// The plan's variants with inputs in panels; nil if no more inputs can be taken so.
  private var variants: PanelVariants? {
    if lowering.packableInputs.isEmpty || !lowering.keptPanels.isEmpty || lowering.preparation.isLoop { return nil }
    return PanelVariants(lowering.packableInputs) { [graph, granularity] kept throws(TensorError) in
      try Compiler(graph, granularity, keptInputs: kept).plan()
    }
  }

  // MARK: Row programs

  private mutating func programStep(
    _ group: FusionGroup, of unit: Fusion.Unit
  ) throws(TensorError) -> (Step, [MemoryPlacement.Replacement]) {
    let written = group.members.filter { stored.contains($0) && unit.stored.contains($0) }
    let strips = unit.product.flatMap(strips)
    var builder = RowProgramBuilder(
      group, values, stored: Set(written), buffers: table, strips: strips?.rows(columns: group.columns))
    let program = try builder.build()
    let firstTemporary = table.buffers.count
    table = builder.buffers
    let notes = Array(firstTemporary..<table.buffers.count)
    let outside = group.members.flatMap { values[$0].operands }.filter { group.roles[$0.root] == nil }
    let sources = Set(outside.map(\.root)).filter { !values[$0].isScalar && $0 != unit.product }.sorted()
    var summary = StepSummary(
      kind: "row program", operations: group.members.map { values[$0].name },
      space: "\(program.rows) x \(program.columns)")
    summary.bytesRead = sources.reduce(0) { $0 + values[$1].byteCount }
    summary.bytesWritten = written.reduce(0) { $0 + values[$1].byteCount }
    summary.flops = group.members.reduce(0) { $0 + max(values[$1].count, values[$1].operands[0].count) }
    let step = RowProgramStep(
      program, reads: sources.map { table.number(of: $0) } + notes,
      writes: written.map { table.number(of: $0) } + notes, summary: summary)
    guard let product = unit.product, let strips else { return (step, program.replacements) }
    // Other strips still need the operands.
    let operands = values[product].operands.map(\.root)
    return (
      try epilogueStep(product, strips, step), program.replacements.filter { !operands.contains($0.source) }
    )
  }

  // MARK: Products

  private func strips(of product: Int) -> ProductStrips? {
    guard case .contract(let shape) = values[product].kind, let element = MatrixProduct.Element(values[product].type)
    else { return nil }
    return ProductStrips(shape, element, granularity)
  }

  private func batchProduct(
    _ number: Int, _ shape: ContractionShape
  ) throws(TensorError) -> (batch: BatchProduct, operands: [Int], summary: StepSummary) {
    let value = values[number]
    guard let element = MatrixProduct.Element(value.type) else {
      throw TensorError(.scalarTypeMismatch, "contract", "there is no product of \(value.type) matrices")
    }
    var summary = summary(value)
    summary.flops = 2 * value.count * shape.depthCount
    summary.space = "\(shape.batchCount) x (\(shape.rowCount) x \(shape.depthCount) x \(shape.columnCount))"
    let places = value.operands.map(place)
    return (
      BatchProduct(shape, element, left: places[0], right: places[1]), places.map(\.buffer), summary
    )
  }

  private func epilogueStep(
    _ number: Int, _ strips: ProductStrips, _ program: RowProgramStep
  ) throws(TensorError) -> Step {
    guard case .contract(let shape) = values[number].kind else { preconditionFailure("only contractions have strips") }
    var (batch, operands, summary) = try batchProduct(number, shape)
    let isStored = stored.contains(number)
    summary.kind = "contract + row program"
    summary.operations = program.summary.operations
    summary.bytesRead += program.summary.bytesRead
    summary.bytesWritten = program.summary.bytesWritten + (isStored ? values[number].byteCount : 0)
    summary.flops += program.summary.flops
    return EpilogueStep(
      batch, strips, program, product: (table.number(of: number), isStored), reads: operands, summary: summary)
  }

  // MARK: Other steps

  private func place(_ view: StridedView) -> MemoryPlace {
    MemoryPlace(buffer: table.number(of: view.root), offset: view.offset * values[view.root].type.byteCount)
  }

  private func summary(_ value: Value) -> StepSummary {
    var summary = StepSummary(kind: value.name, operations: [value.name], space: "\(value.shape)")
    summary.bytesRead = value.operands.reduce(0) { $0 + $1.count * values[$1.root].type.byteCount }
    summary.bytesWritten = value.byteCount
    return summary
  }

  private func singleStep(_ number: Int) throws(TensorError) -> Step {
    let value = values[number]
    let result = MemoryPlace(buffer: table.number(of: number))
    let summary = summary(value)
    switch value.kind {
    case .iota: return IotaStep(value, result: result, summary: summary)
    case .random(let distribution) where distribution.hasConcentration:
      return RandomGammaStep(
        value, isLogarithm: distribution == .logGamma, key: place(value.operands[0]),
        hasPeriod: value.operands[0].count == 3, concentration: place(value.operands[1]), result: result,
        summary: summary)
    case .random(let distribution):
      guard let kernel = Kernels().random(distribution, value.type) else {
        throw TensorError(.scalarTypeMismatch, "random", "there are no random \(value.type) numbers")
      }
      return RandomStep(value, kernel, key: place(value.operands[0]), result: result, summary: summary)
    case .assemble(let places, let fillsGaps):
      return assembly(value, places, clearedBytes: fillsGaps ? value.byteCount : 0, result, summary)
    case .gather(let axis), .scatterAdd(let axis):
      let isGather = if case .gather = value.kind { true } else { false }
      return IndexStep(
        value, axis: axis, isGather: isGather, indexType: values[value.operands[1].root].type,
        source: place(value.operands[0]), indices: place(value.operands[1]), result: result, summary: summary)
    case .contract(let shape):
      let (batch, operands, summary) = try batchProduct(number, shape)
      return ContractionStep(batch, reads: operands, result: result, summary: summary)
    case .pack(let panels):
      guard let element = MatrixProduct.Element(value.type), let kernels = element.kernels else {
        preconditionFailure("only what products take is packed")
      }
      return PackStep(
        panels, element, kernels, source: place(value.operands[0]), result: result, summary: summary)
    case .scan(let scan, let axis, let isReversed):
      let (first, last) = (value.operands[0], value.operands[value.operands.count - 1])
      let number = table.scalarPlace(of: first.root).map(MemoryPlace.init)
      return ScanStep(
        scan, axis, isReversed: isReversed, value.type, number: number, factors: number ?? place(first),
        terms: place(last), result: result, summary: summary)
    case .argSort(let isDescending):
      return ArgSortStep(
        value, isDescending: isDescending, type: values[value.operands[0].root].type,
        source: place(value.operands[0]), result: result, summary: summary)
    case .control(let program):
      return try ControlStep(
        program, operands: value.operands.map(place), result: result, granularity: granularity, summary: summary)
    case .unpack(let offset):
      var source = place(value.operands[0])
      source.offset += offset
      return CopyStep(source, reads: [source.buffer], result: result, byteCount: value.byteCount, summary: summary)
    case .after:
      return CopyStep(
        place(value.operands[0]), reads: value.operands.map { table.number(of: $0.root) }, result: result,
        byteCount: value.byteCount, summary: summary)
    case .overlap(let grid):
      return OverlapStep(grid, value.type, source: place(value.operands[0]), result: result, summary: summary)
    case .matrices(let task):
      return MatrixStep(
        task, value.type, operands: value.operands.map(place), result: result, resultSize: value.count / task.count,
        summary: summary)
    case .input, .scalar, .constant, .empty, .element, .reduce, .argument:
      preconditionFailure("\(value.name) has no step of its own")
    }
  }

  private func assembly(
    _ value: Value, _ places: [StridedView], clearedBytes: Int, _ result: MemoryPlace, _ summary: StepSummary
  ) -> Step {
    let size = value.type.byteCount
    let pieces = zip(value.operands, places).map { source, target in
      let lengths = Set([source, target].compactMap { $0.dimensions.last?.size }).sorted()
      let columns =
        lengths.first { source.split(columns: $0) != nil && target.split(columns: $0) != nil } ?? source.count
      func access(_ view: StridedView, _ place: MemoryPlace) -> StridedAccess {
        let (rows, inner) = view.split(columns: columns) ?? ([], view.dimensions)
        return StridedAccess(
          buffer: place.buffer, offset: place.offset, rows: .init(rows, size: size), columns: .init(inner, size: size))
      }
      let sourcePlace = place(source)
      return AssemblyStep.Piece(
        source: access(source, sourcePlace), contiguousSource: source.isContiguous ? sourcePlace : nil,
        target: access(target, MemoryPlace(buffer: result.buffer, offset: target.offset * size)),
        rows: source.count / columns, columns: columns)
    }
    return AssemblyStep(
      pieces, elementSize: size, result: result, clearedBytes: clearedBytes,
      reads: value.operands.map { table.number(of: $0.root) }, summary: summary)
  }
}
