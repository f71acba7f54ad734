/// A closed, ordered region of operations as a plain value: what passes transform and engines compile.
///
/// Instruction i reads the results of earlier instructions by their index. Two graphs are equal if they do the same
/// to inputs of the same shapes and types; the numbers of `fill` operations are not part of a graph but arguments of
/// a run (`scalars`), so that a learning rate that changes with every step does not ask for a new plan.
package struct Graph: Hashable, Sendable {
  /// One operation with its result's shape and type.
  package struct Instruction: Hashable, Sendable {
    package var operation: Operation
    package var shape: Shape
    package var scalarType: ScalarType
    /// Where the operands' indices stand in `Graph.operands`.
    var operandStart: Int32
    var operandCount: Int32
  }

  /// The operations, operands before their users.
  ///
  /// The `.input` ones count, in order, the run's inputs; the `.fill` ones, in order, its scalars, and hold zero bits
  /// here.
  package private(set) var instructions: [Instruction] = []
  private var operandIndices: [Int32] = []
  /// The instructions whose results a run returns.
  package var outputs: [Int] = []
  /// The inputs, by number, whose memory results may take: nobody needs them after the run.
  package var donatedInputs: [Int] = []
  /// The programs that control operations apply, by instruction.
  package private(set) var bodies: [Int: [Body]] = [:]
  private var structuralHash: UInt64 = 0x9E37_79B9_7F4A_7C15

  package init() {}

  /// Makes room for some instructions.
  mutating func reserveCapacity(_ count: Int) {
    instructions.reserveCapacity(count)
    operandIndices.reserveCapacity(2 * count)
  }

  /// Appends an instruction and returns its index.
  @discardableResult
  package mutating func append(
    _ operation: Operation, _ shape: Shape, _ type: ScalarType, operands: [Int], bodies: [Body] = []
  ) -> Int {
    let start = operandIndices.count
    for operand in operands { operandIndices.append(Int32(operand)) }
    if !bodies.isEmpty { add(bodies) }
    return finish(operation, shape, type, operandsFrom: start)
  }

  /// Gives the next instruction its bodies.
  private mutating func add(_ bodies: [Body]) {
    self.bodies[instructions.count] = bodies
    for body in bodies { mix(body.graph.structuralHash) }
  }

  /// Appends a node whose operands' numbers are their indices here.
  ///
  /// The lock is held.
  mutating func append(_ node: Node) -> Int {
    let start = operandIndices.count
    for index in 0..<node.operandCount { operandIndices.append(Int32(node.operand(index).number)) }
    if case .bodies(let bodies) = node.note { add(bodies) }
    return finish(node.operation, node.shape, node.scalarType, operandsFrom: start)
  }

  /// Appends a value from outside.
  package mutating func appendInput(_ shape: Shape, _ type: ScalarType) -> Int {
    finish(.input, shape, type, operandsFrom: operandIndices.count)
  }

  private mutating func finish(_ operation: Operation, _ shape: Shape, _ type: ScalarType, operandsFrom start: Int)
    -> Int
  {
    let stored: Operation = if case .fill = operation { .fill(ScalarBits()) } else { operation }
    instructions.append(
      Instruction(
        operation: stored, shape: shape, scalarType: type, operandStart: Int32(start),
        operandCount: Int32(operandIndices.count - start)))
    mix(stored.structuralHash ^ UInt64(type.rawValue) << 56)
    for axis in 0..<(shape.rank + 1) / 2 { mix(shape.sizes.word(axis)) }
    for index in start..<operandIndices.count { mix(UInt64(operandIndices[index])) }
    return instructions.count - 1
  }

  private mutating func mix(_ word: UInt64) {
    structuralHash = (structuralHash ^ word) &* 0xFF51_AFD7_ED55_8CCD
    structuralHash ^= structuralHash >> 32
  }

  /// The operands of an instruction.
  package func operands(of instruction: Int) -> [Int] {
    let item = instructions[instruction]
    return (0..<Int(item.operandCount)).map { Int(operandIndices[Int(item.operandStart) + $0]) }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(structuralHash)
    hasher.combine(outputs.count)
    hasher.combine(donatedInputs.count)
  }

  package static func == (left: Graph, right: Graph) -> Bool {
    left.structuralHash == right.structuralHash && left.operandIndices == right.operandIndices
      && left.outputs == right.outputs && left.donatedInputs == right.donatedInputs
      && left.instructions == right.instructions && left.bodies == right.bodies
  }
}

extension Graph: CustomStringConvertible {
  /// One line for each instruction: `%3 = add(%1, %2) float32 [2, 3]`.
  package var description: String {
    var lines = instructions.indices.map { index in
      let item = instructions[index]
      let operands = operands(of: index).map { "%\($0)" }.joined(separator: ", ")
      let bodies = bodies[index].map { $0.map { " {\n\($0.graph)\n}" }.joined() } ?? ""
      return "%\(index) = \(item.operation.name)(\(operands)) \(item.scalarType) \(item.shape)\(bodies)"
    }
    lines.append("return " + outputs.map { "%\($0)" }.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }
}

extension Operation {
  /// A word that differs between different operations, quick to compute.
  var structuralHash: UInt64 {
    func word(_ tag: UInt64, _ payload: UInt64 = 0) -> UInt64 { (payload &* 0x9E37_79B9_7F4A_7C15) ^ tag }
    func fold(_ tag: UInt64, _ window: Window) -> UInt64 {
      (0..<4).reduce(tag) { word($0 &* 31 &+ window.starts.word($1), window.strides.word($1)) }
    }
    return switch self {
    case .input: word(1)
    case .fill: word(2)
    case .iota(let axis): word(3, UInt64(axis))
    case .random(let distribution): word(4, UInt64(distribution.rawValue))
    case .invalid: word(5)
    case .unary(let function): word(6, UInt64(function.rawValue))
    case .power(let exponent): word(7, exponent.bitPattern)
    case .convert: word(8)
    case .identity(let identity): word(9, UInt64(identity.rawValue))
    case .binary(let function): word(10, UInt64(function.rawValue))
    case .compare(let comparison): word(11, UInt64(comparison.rawValue))
    case .select: word(12)
    case .reduce(let reduction, let axes): word(13, UInt64(reduction.rawValue) << 8 | UInt64(axes.bits))
    case .argument(let extremum, let axis): word(14, UInt64(extremum.rawValue) << 8 | UInt64(axis))
    case .broadcast(let axes): word(15, UInt64(axes.bits))
    case .reshape: word(16)
    case .transpose(let axes): word(17, axes.bits)
    case .slice(let window): fold(18, window)
    case .place(let window): fold(19, window)
    case .concatenate(let axis): word(20, UInt64(axis))
    case .gather(let axis): word(21, UInt64(axis))
    case .scatterAdd(let axis): word(22, UInt64(axis))
    case .contract(let axes):
      word(
        word(word(23, axes.leftBatch.bits), axes.rightBatch.bits),
        word(axes.leftContracting.bits, axes.rightContracting.bits))
    case .custom: word(26)
    case .recurrence(let axis, let reverse): word(24, UInt64(axis) << 1 | (reverse ? 1 : 0))
    case .cumulative(let extremum, let axis, let reverse):
      word(25, UInt64(extremum.rawValue) << 8 | UInt64(axis) << 1 | (reverse ? 1 : 0))
    case .argSort(let axis, let isDescending): word(27, UInt64(axis) << 1 | (isDescending ? 1 : 0))
    case .call: word(40)
    case .conditional: word(41)
    case .scan(let form):
      word(
        word(42, UInt64(form.carries) << 16 | UInt64(form.sequences)),
        UInt64(form.length) << 1 | (form.isReversed ? 1 : 0))
    case .whileLoop(let carries): word(43, UInt64(carries))
    case .bundle: word(44)
    case .part(let index): word(45, UInt64(index))
    case .after: word(46)
    case .windows(let windows): windows.folded(into: 28, by: word)
    case .overlap(let windows): windows.folded(into: 29, by: word)
    case .matrix(let function): word(30, UInt64(function.rawValue))
    case .solve(let matrix): word(31, matrix.code)
    }
  }
}
