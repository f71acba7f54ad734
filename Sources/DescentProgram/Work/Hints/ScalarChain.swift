import DescentExplain
import DescentGraph
import DescentTensor

/// The derivative of a scalar computation by the chain rule, in numbers at several points, with a mistake put in where
/// wanted.
///
/// All partial derivatives come from the operations' rules; a mistake changes how one step combines them.
struct ScalarChain {
  let nodes: [Node]
  let target: Int
  let pointCount: Int
  /// The operation's form for each node.
  let forms: [ScalarForm]
  private let operands: [[Int]]
  private let depends: [Bool]
  /// For each node, a number for each point.
  private let values: [[Double]]
  /// For each node and operand, a number for each point.
  private let partials: [[[Double]]]
  private(set) var tangents: [[Double]] = []
  /// For functions of one variable, f and f′ at the inner derivative.
  private var atTangents: [(value: [Double], partial: [Double])?] = []

  private static let largestGraph = 400

  /// Nil if the computation is no chain of scalar operations, or has no value at a point.
  init?(_ target: Node, by variables: [Node], at points: [WorkPoint]) {
    nodes = target.ancestors
    guard nodes.count <= Self.largestGraph, !points.isEmpty, nodes.allSatisfy({ $0.shape.elementCount == 1 }) else {
      return nil
    }
    let places = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { (ObjectIdentifier($1), $0) })
    operands = nodes.map { $0.operands.map { places[ObjectIdentifier($0)]! } }
    self.target = nodes.count - 1
    pointCount = points.count
    let sources = Set(variables.map { ObjectIdentifier($0) })
    var depends = [Bool](repeating: false, count: nodes.count)
    for (place, node) in nodes.enumerated() {
      depends[place] = sources.contains(ObjectIdentifier(node)) || operands[place].contains { depends[$0] }
    }
    self.depends = depends
    forms = zip(nodes, operands).map { node, inputs in
      sources.contains(ObjectIdentifier(node)) ? .leaf : ScalarForm(node, inputs.map { depends[$0] })
    }
    guard let numbers = Self.numbers(nodes, operands, depends, points) else { return nil }
    (values, partials) = numbers
    tangents = derivatives(with: nil)
    atTangents = valuesAtTangents()
  }

  /// The values of all nodes, and of their partial derivatives, at each point.
  private static func numbers(
    _ nodes: [Node], _ operands: [[Int]], _ depends: [Bool], _ points: [WorkPoint]
  ) -> (values: [[Double]], partials: [[[Double]]])? {
    var wanted = nodes
    var places: [[Int?]] = []
    for (node, inputs) in zip(nodes, operands) {
      places.append(
        inputs.enumerated().map { number, input in
          guard depends[input], let partial = node.partial(by: number) else { return nil }
          wanted.append(partial)
          return wanted.count - 1
        })
    }
    var found = [[Double]](repeating: [], count: wanted.count)
    for point in points {
      guard let values = point.values(of: wanted) else { return nil }
      for (place, value) in values.enumerated() { found[place].append(value.first ?? .nan) }
    }
    let zeros = [Double](repeating: 0, count: points.count)
    return (Array(found.prefix(nodes.count)), places.map { $0.map { $0.map { found[$0] } ?? zeros } })
  }

  private func valuesAtTangents() -> [(value: [Double], partial: [Double])?] {
    var nodes: [Node] = []
    let places: [Int?] = self.nodes.indices.map { place in
      guard operands[place].count == 1, forms[place] != .leaf, forms[place] != .negation else { return nil }
      let inner = Node.numbers(tangents[operands[place][0]], [pointCount])
      let value = Node.applied(self.nodes[place].operation, to: [inner], [pointCount], .float64, nil)
      guard let partial = value.partial(by: 0) else { return nil }
      nodes += [value, partial]
      return nodes.count - 2
    }
    guard let found = WorkPoint().values(of: nodes) else { return places.map { _ in nil } }
    return places.map { $0.map { (found[$0], found[$0 + 1]) } }
  }

  // MARK: Derivatives

  /// Where a mistake is made.
  enum Place: Hashable {
    case node(Int)
    case everywhere
  }

  /// The derivative of every node; nil tells where the mistake does not apply.
  private func derivatives(with mistake: ((place: Place, mistake: ScalarMistake))?) -> [[Double]] {
    var tangents = [[Double]](repeating: [Double](repeating: 0, count: pointCount), count: nodes.count)
    for place in nodes.indices where depends[place] {
      for point in 0..<pointCount {
        guard forms[place] != .leaf else {
          tangents[place][point] = 1
          continue
        }
        let step = step(place, point, tangents)
        var tangent = step.tangent
        if let mistake, mistake.place == .everywhere || mistake.place == .node(place) {
          tangent = mistake.mistake.tangent(step) ?? tangent
        }
        tangents[place][point] = tangent
      }
    }
    return tangents
  }

  private func step(_ place: Int, _ point: Int, _ tangents: [[Double]]) -> ScalarStep {
    let inputs = operands[place].enumerated().map { number, input in
      ScalarStep.Operand(
        value: values[input][point], partial: partials[place][number][point], tangent: tangents[input][point],
        depends: depends[input])
    }
    let special = atTangents.isEmpty ? nil : atTangents[place]
    return ScalarStep(
      form: forms[place], result: values[place][point], operands: inputs,
      atTangent: special.map { ($0.value[point], $0.partial[point]) })
  }

  /// The target's derivative with a mistake at a place, nil if it makes no difference.
  func derivative(with mistake: ScalarMistake, at place: Place) -> [Double]? {
    if case .node(let node) = place {
      guard depends[node], forms[node] != .leaf, mistake.tangent(step(node, 0, tangents)) != nil else { return nil }
    }
    let found = derivatives(with: (place, mistake))[target]
    return areClose(found, tangents[target]) ? nil : found
  }

  /// The places where a mistake can be made, outermost first, then all of them together.
  var places: [Place] { nodes.indices.reversed().filter { forms[$0] != .leaf }.map { .node($0) } + [.everywhere] }

  /// The operands of a node with whether they depend on the variable.
  func operandNodes(_ place: Int) -> [(node: Node, depends: Bool)] {
    operands[place].map { (nodes[$0], depends[$0]) }
  }
}
