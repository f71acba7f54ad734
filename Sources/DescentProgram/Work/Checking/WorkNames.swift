import DescentCalculus
import DescentExplain
import DescentGraph
import DescentTensor

/// What the names of a work stand for, as tensors: definitions are computed when they are first asked for, and names of
/// one letter that nothing defines are free variables.
final class WorkNames {
  /// A name's expression.
  struct Definition {
    let definition: WorkDefinition
    let side: WorkSide
    /// Whether it is made of numbers alone, as data and parameters are.
    var isGiven: Bool
  }

  /// What numbers can be put in for, in the order in which they came up.
  private(set) var leaves: [Leaf] = []
  private(set) var definitions: [String: Definition] = [:]
  private let random: RandomGenerator
  private var tensors: [String: Tensor] = [:]
  private var pending: Set<String> = []
  /// Keeps nodes differentiable after they have been looked at.
  private let recorder = Recorder()

  /// A free variable, or a quantity that the work gives numbers for.
  struct Leaf {
    let name: String
    let tensor: Tensor
    let isGiven: Bool
  }

  static let limits = ProgramLimits(type: .float64, elementCount: 10_000)
  /// How many definitions may refer to one that stands further down, and that to another.
  private static let deepestReference = 50
  /// Graphs of more nodes are not checked.
  static let largestGraph = 5_000

  init(_ statements: [WorkStatement], random: RandomGenerator) {
    self.random = random
    for statement in statements {
      guard case .definition(let definition) = statement.kind, let side = statement.sides.first else { continue }
      definitions[definition.name] = Definition(definition: definition, side: side, isGiven: false)
    }
    let given = definitions.filter { isMadeOfNumbers($0.value.side) }.keys
    for name in given { definitions[name]?.isGiven = true }
  }

  /// Whether a side is numbers, lists of numbers, or calls and operations on such.
  func isMadeOfNumbers(_ side: WorkSide) -> Bool {
    side.names.allSatisfy { ProgramConstants.values[$0] != nil && definitions[$0] == nil }
  }

  // MARK: Values

  /// The tensor of a side.
  func tensor(of side: WorkSide) throws(ProgramFault) -> Tensor {
    do {
      return try Scope.current.record(with: recorder) {
        var names: [String: Tensor] = [:]
        for name in side.expression.distinctNames {
          if let mark = side.marks[name] {
            names[name] = try tensor(of: mark).named(name)
          } else if let tensor = try tensor(named: name) {
            names[name] = tensor
          } else {
            // A misspelt name is told the right one.
            names.merge(tensors) { own, _ in own }
          }
        }
        let evaluator = ProgramEvaluator(limits: Self.limits, names: names)
        let value = try evaluator.value(side.expression)
        let tensor = try evaluator.located(side.range) { try value.tensor(.float64).arithmetic(.float64) }
        try Self.limits.check(tensor, side.range)
        try check(tensor.node, side.range)
        return tensor
      }
    } catch let fault as ProgramFault { throw fault } catch { throw ProgramFault(side.range, "\(error)") }
  }

  private func check(_ node: Node, _ place: Range<Int>) throws(ProgramFault) {
    guard node.ancestors.count <= Self.largestGraph else {
      throw ProgramFault(place, "the expression is too large to be checked; split it up")
    }
  }

  /// The tensor of a name, nil for one that nothing defines.
  func tensor(named name: String) throws -> Tensor? {
    if let known = tensors[name] { return known }
    guard let definition = definitions[name] else { return free(name) }
    guard pending.insert(name).inserted else {
      throw ProgramFault(definition.side.range, "'\(name)' is defined by itself")
    }
    defer { pending.remove(name) }
    guard pending.count <= Self.deepestReference else {
      throw ProgramFault(
        definition.side.range,
        "more than \(Self.deepestReference) definitions wait for ones below them; write them in the order of use")
    }
    let value = try tensor(of: definition.side)
    let tensor = Scope.current.record(with: recorder) { value.named(name) }
    tensors[name] = tensor
    if definition.isGiven { leaves.append(Leaf(name: name, tensor: tensor, isGiven: true)) }
    return tensor
  }

  /// A free variable: names of one letter, and Greek ones.
  private func free(_ name: String) -> Tensor? {
    guard ProgramConstants.values[name] == nil, ProgramFunction.named(name) == nil,
      name.isVariableName || Vocabulary.wholeWords.contains(name)
    else { return nil }
    let value = Tensor.uniform([], in: 0.3..<1.8, type: .float64, using: random)
    let node = Node.numbers(value.scalars, [])
    node.note = .name(name)
    let tensor = Tensor(node)
    tensors[name] = tensor
    leaves.append(Leaf(name: name, tensor: tensor, isGiven: false))
    return tensor
  }

  // MARK: Derivatives

  /// What a mark stands for.
  func tensor(of mark: WorkMark) throws -> Tensor {
    let parts = try parts(of: mark)
    var tensor = parts.target
    for variable in parts.variables {
      tensor = try derivative(of: tensor, by: variable, holding: parts.held, mark.range)
      try check(tensor.node, mark.range)
    }
    return try applied(tensor, mark)
  }

  /// What a mark differentiates, by what, and what it holds constant.
  func parts(of mark: WorkMark) throws -> (target: Tensor, variables: [Tensor], held: [Tensor]) {
    let target = try target(of: mark)
    switch mark.variables {
    case .named(let names):
      let variables = try names.map { name in try variable(name, mark.range) }
      return (target, variables, mark.isPartial ? try held(mark, names) : [])
    case .only(let times):
      guard times > 0 else { return (target, [], []) }
      let variable = try self.variable(try onlyVariable(of: mark, target), mark.range)
      return (target, [Tensor](repeating: variable, count: times), [])
    }
  }

  private func target(of mark: WorkMark) throws -> Tensor {
    switch mark.target {
    case .side(let side): return try tensor(of: side)
    case .name(let name):
      guard definitions[name] != nil || ProgramConstants.values[name] == nil, let tensor = try tensor(named: name)
      else {
        throw ProgramFault(mark.range, "'\(name)' is not defined; write \(name) = … before it is differentiated")
      }
      // The derivative of a variable by itself is 1; of one that nothing defines by another, unknown.
      if case .named(let variables) = mark.variables, definitions[name] == nil, variables != [name] {
        throw ProgramFault(mark.range, "'\(name)' is not defined; write \(name) = … before it is differentiated")
      }
      return tensor
    }
  }

  private func variable(_ name: String, _ place: Range<Int>) throws -> Tensor {
    guard let tensor = try tensor(named: name) else {
      throw ProgramFault(place, "'\(name)' is no variable that can be differentiated by")
    }
    return tensor
  }

  /// What f' differentiates by: the parameter of f(x), or the only variable in it.
  func onlyVariable(of mark: WorkMark, _ target: Tensor) throws -> String {
    if case .name(let name) = mark.target, let parameters = definitions[name]?.definition.parameters,
      parameters.count == 1
    {
      return parameters[0]
    }
    let ancestors = Set(target.node.ancestors.map { ObjectIdentifier($0) })
    let names = leaves.filter { ancestors.contains(ObjectIdentifier($0.tensor.node)) }.map(\.name)
    guard names.count == 1 else {
      let what = names.isEmpty ? "no variable" : "the variables \(names.joined(separator: ", "))"
      throw ProgramFault(mark.range, "a prime needs one variable, and there is \(what); write df/dx for it")
    }
    return names[0]
  }

  /// What ∂f/∂x holds constant where f mentions x: the other names in the definition of f.
  ///
  /// Where x stands only in what these names are made of, ∂f/∂x is the derivative through them.
  private func held(_ mark: WorkMark, _ variables: [String]) throws -> [Tensor] {
    guard case .name(let name) = mark.target, let definition = definitions[name] else { return [] }
    let names = definition.side.names
    guard variables.allSatisfy(names.contains) else { return [] }
    return try names.subtracting(variables).sorted().filter { definitions[$0] != nil }.compactMap {
      try tensor(named: $0)
    }
  }

  private func derivative(
    of target: Tensor, by variable: Tensor, holding held: [Tensor], _ place: Range<Int>
  ) throws -> Tensor {
    let (y, x) = (target.node, variable.node)
    let nodes = y.ancestors(stoppingAt: held.map(\.node))
    if y.shape.elementCount == 1 {
      let pulled = ReverseMode(nodes, sources: [x]).pullback(y.filled(1), of: y)
      return Tensor(pulled[0] ?? x.filled(0))
    }
    if x.shape.elementCount == 1 {
      let pushed = ForwardMode(nodes, sources: [x]).pushforward([x.filled(1)], to: [y])
      return Tensor(pushed[0] ?? y.filled(0))
    }
    guard y.shape.rank == 1, x.shape.rank == 1, y.shape.elementCount <= 64 else {
      throw ProgramFault(
        place,
        "the derivative of \(y.shape) by \(x.shape) has an entry for each pair of elements; differentiate a single "
          + "number, or vectors")
    }
    let mode = ReverseMode(nodes, sources: [x])
    let count = y.shape.elementCount
    let rows = (0..<count).map { row in
      let unit = Node.numbers((0..<count).map { $0 == row ? 1 : 0 }, y.shape)
      return Tensor(mode.pullback(unit, of: y)[0] ?? x.filled(0))
    }
    return .stack(rows)
  }

  /// The value of a function, or of its derivative, at the arguments of a mark.
  private func applied(_ tensor: Tensor, _ mark: WorkMark) throws -> Tensor {
    guard !mark.arguments.isEmpty else { return tensor }
    let names: [String]
    if case .name(let name) = mark.target, let parameters = definitions[name]?.definition.parameters,
      !parameters.isEmpty
    {
      names = parameters
    } else {
      names = [try onlyVariable(of: mark, target(of: mark))]
    }
    guard names.count == mark.arguments.count else {
      throw ProgramFault(mark.range, "expected \(names.count) arguments, found \(mark.arguments.count)")
    }
    var replacements: [ObjectIdentifier: Node] = [:]
    for (name, argument) in zip(names, mark.arguments) {
      let (variable, value) = (try variable(name, mark.range), try self.tensor(of: argument))
      guard variable.shape == value.shape else {
        throw ProgramFault(argument.range, "'\(name)' has shape \(variable.shape), and this has \(value.shape)")
      }
      replacements[ObjectIdentifier(variable.node)] = value.node
    }
    return Tensor(tensor.node.replaying(replacements))
  }
}

extension Node {
  /// Everything that this node depends on through nodes other than the given ones, and itself, operands first.
  func ancestors(stoppingAt held: [Node]) -> [Node] {
    guard !held.isEmpty else { return ancestors }
    let stops = Set(held.map { ObjectIdentifier($0) })
    var reached: Set<ObjectIdentifier> = []
    var waiting = [self]
    while let next = waiting.popLast() {
      guard !stops.contains(ObjectIdentifier(next)), reached.insert(ObjectIdentifier(next)).inserted else { continue }
      waiting += next.operands
    }
    return ancestors.filter { reached.contains(ObjectIdentifier($0)) }
  }

  /// The node computed again with other nodes in the places of some of its ancestors.
  func replaying(_ replacements: [ObjectIdentifier: Node]) -> Node {
    var made = replacements
    return replaying(&made)
  }

  /// The same for one of several nodes: `made` keeps what they share.
  func replaying(_ made: inout [ObjectIdentifier: Node]) -> Node {
    if made.isEmpty { return self }
    for node in ancestors where made[ObjectIdentifier(node)] == nil {
      let operands = node.operands.map { made[ObjectIdentifier($0)] ?? $0 }
      let isSame = zip(operands, node.operands).allSatisfy { $0 === $1 }
      made[ObjectIdentifier(node)] = isSame ? node : node.reapplied(to: operands)
    }
    return made[ObjectIdentifier(self)] ?? self
  }
}

extension ProgramExpression {
  /// Each name once.
  var distinctNames: [String] {
    var (seen, names) = (Set<String>(), [String]())
    forEachName { if seen.insert($0).inserted { names.append($0) } }
    return names
  }
}
