import DescentGraph

/// A control operation for the engine: what it applies, and where its wanted results lie.
struct ControlProgram: Hashable {
  enum Form: Hashable {
    case conditional
    case scan(ScanForm)
    case whileLoop(carries: Int)
  }

  /// A result and its place in the packed value.
  struct Part: Hashable {
    var index: Int
    var signature: Body.Signature
    var byteOffset: Int

    var byteCount: Int { signature.shape.elementCount * signature.scalarType.byteCount }
  }

  var form: Form
  var bodies: [Body]
  /// The results of the last body, by number, that are computed: those that a loop goes on from and those that are
  /// wanted.
  var outputs: [Int]
  /// Where the bodies' numbers begin among those of the run.
  var firstScalar = 0
  var parts: [Part] = []
  /// The bytes of all parts, each of which begins like an array of its own.
  var byteCount = 0

  init(_ form: Form, _ bodies: [Body], _ signatures: [Body.Signature], wanted: [Int]) {
    (self.form, self.bodies) = (form, bodies)
    outputs =
      switch form {
      case .conditional: wanted
      case .whileLoop(let carries): Array(0..<carries)
      case .scan(let scan):
        (0..<Int(scan.carries)) + wanted.compactMap { $0 < 2 * Int(scan.carries) ? nil : $0 - Int(scan.carries) }
      }
    for index in wanted where signatures[index].shape.elementCount > 0 {
      let part = Part(index: index, signature: signatures[index], byteOffset: byteCount)
      parts.append(part)
      byteCount += (part.byteCount + 63) / 64 * 64
    }
  }

  /// The name of the operation in reports.
  var name: String {
    switch form {
    case .conditional: "conditional"
    case .scan: "scan"
    case .whileLoop: "whileLoop"
    }
  }
}

/// The values that take the place of a body's inputs where it is lowered into another graph.
struct BodyArguments {
  var inputs: ArraySlice<StridedView>
}

/// The results of a graph's control operations.
struct ControlResults {
  /// Which results of each instruction are read.
  let read: [Int: Set<Int>]
  /// The results by instruction and number.
  var views: [Int: [Int: StridedView]] = [:]

  init(_ graph: Graph) {
    var read: [Int: Set<Int>] = [:]
    for (index, item) in graph.instructions.enumerated() {
      if case .part(let part) = item.operation { read[graph.operands(of: index)[0], default: []].insert(Int(part)) }
    }
    self.read = read
  }

  mutating func set(_ instruction: Int, _ results: [StridedView]) {
    views[instruction] = Dictionary(uniqueKeysWithValues: zip(results.indices, results))
  }
}

extension Lowering {
  /// The value of an instruction that has to do with control or stands for an argument of a body; nil for others.
  ///
  /// An instruction with several results has none itself.
  mutating func lowerControl(
    _ graph: Graph, _ index: Int, _ operands: [StridedView], _ arguments: inout BodyArguments?,
    _ results: inout ControlResults
  ) throws(TensorError) -> StridedView? {
    let item = graph.instructions[index]
    let bodies = graph.bodies[index] ?? []
    let form: ControlProgram.Form
    switch item.operation {
    case .part(let part): return results.views[graph.operands(of: index)[0]]?[Int(part)]
    case .input: return arguments?.inputs.removeFirst()
    case .scan(let scan): form = .scan(scan)
    case .whileLoop(let carries): form = .whileLoop(carries: Int(carries))
    case .conditional: form = .conditional
    case .call:
      results.set(index, try lower(bodies[0].graph, BodyArguments(inputs: operands[...])))
      return constant(0, .bool, [])
    case .bundle:
      results.set(index, operands)
      return constant(0, .bool, [])
    case .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select, .reduce,
      .argument, .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract,
      .custom,
      .recurrence, .cumulative, .argSort, .after, .windows, .overlap, .matrix, .solve:
      return nil
    }
    let (parts, wanted) = (item.operation.parts(bodies), results.read[index, default: []].sorted())
    var program = ControlProgram(form, bodies, parts, wanted: wanted)
    let count = bodies.reduce(0) { $0 + $1.scalars.count }
    if count > 0 { program.firstScalar = takeScalars(count) }
    results.views[index] = control(program, operands)
    for empty in wanted where parts[empty].shape.elementCount == 0 {
      results.views[index]?[empty] = constant(0, parts[empty].scalarType, Axes(parts[empty].shape).shape)
    }
    return constant(0, .bool, [])
  }

  /// The wanted results of a program, as parts of one packed value.
  private mutating func control(_ program: ControlProgram, _ operands: [StridedView]) -> [Int: StridedView] {
    // Results of the packed value's type are views of it.
    let types = program.parts.map(\.signature.scalarType)
    let type = types.first { $0.isFloatingPoint } ?? types.first ?? .bool
    let inputs = operands.map { dense($0) }
    let packed = add(.control(program), [program.byteCount / type.byteCount], type, inputs)
    var views: [Int: StridedView] = [:]
    for part in program.parts {
      let shape = Axes(part.signature.shape).shape
      if part.signature.scalarType == type {
        var view = StridedView(whole: packed.root, shape)
        view.offset = part.byteOffset / type.byteCount
        views[part.index] = view
      } else {
        views[part.index] = add(.unpack(byteOffset: part.byteOffset), shape, part.signature.scalarType, [packed])
      }
    }
    return views
  }

  /// `x` as a value of its own that is made once `trigger` is there; what is given is only read under another number.
  mutating func after(_ x: StridedView, _ trigger: StridedView) -> StridedView {
    let (root, other) = (values[x.root], values[trigger.root])
    if case .input(let input, _) = root.kind {
      var again = x
      again.root = add(.input(input, use: trigger.root + 1), root.shape, root.type).root
      return again
    }
    if root.isScalar || other.isScalar { return x }
    return add(.after, x.shape, root.type, [dense(x), StridedView(whole: trigger.root, other.shape)])
  }
}
