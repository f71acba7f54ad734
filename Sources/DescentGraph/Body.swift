/// A closed program from arguments to results: what control operations apply.
///
/// It is kept in two forms that mean the same: as nodes on placeholders, which rules read and `emit` repeats on other
/// operands, and as the graph of these nodes, which engines compile. Two bodies are equal if their graphs are;
/// numbers are arguments of a run, as they are for graphs.
package final class Body: Sendable {
  /// What stands for the arguments.
  private let parameters: [Node]
  /// Everything else, operands before their users.
  private let nodes: [Node]
  /// The operands of each node: places among the parameters and then the nodes.
  private let wiring: [[Int]]
  private let resultPlaces: [Int]
  /// The inputs of the graph are the arguments, its outputs the results.
  package let graph: Graph
  /// The numbers of the graph's fills and of the bodies in it, in order: arguments of a run, like those of a graph.
  package let scalars: [ScalarBits]

  /// The shape and type of an argument or result.
  package struct Signature: Hashable, Sendable {
    package var shape: Shape
    package var scalarType: ScalarType

    package init(_ shape: Shape, _ scalarType: ScalarType) {
      self.shape = shape
      self.scalarType = scalarType
    }

    package init(_ node: Node) { self.init(node.shape, node.scalarType) }
  }

  package var arguments: [Signature] { parameters.map(Signature.init) }
  package var results: [Signature] {
    resultPlaces.map { Signature($0 < parameters.count ? parameters[$0] : nodes[$0 - parameters.count]) }
  }

  /// Copies of a layout's nodes on placeholders of its own, so that the body holds on to nothing else.
  private init(_ layout: Layout) {
    parameters = layout.arguments.map { Node(placeholder: $0.shape, $0.scalarType) }
    wiring = layout.wiring
    resultPlaces = layout.results
    var placed = parameters
    var graph = Graph()
    var scalars: [ScalarBits] = []
    for parameter in parameters { _ = graph.appendInput(parameter.shape, parameter.scalarType) }
    for (node, operands) in zip(layout.nodes, layout.wiring) {
      if case .fill(let bits) = node.operation { scalars.append(bits) }
      scalars += node.bodies.flatMap(\.scalars)
      placed.append(node.operandCount == 0 ? node : node.reapplied(to: operands.map { placed[$0] }))
      graph.append(node.operation, node.shape, node.scalarType, operands: operands, bodies: node.bodies)
    }
    graph.outputs = layout.results
    nodes = Array(placed[parameters.count...])
    self.graph = graph
    self.scalars = scalars
  }

  /// The results for other arguments, as nodes of their own.
  package func emit(_ arguments: [Node]) -> [Node] {
    var placed = arguments
    placed.reserveCapacity(arguments.count + nodes.count)
    for (node, operands) in zip(nodes, wiring) {
      placed.append(operands.isEmpty ? node : node.reapplied(to: operands.map { placed[$0] }))
    }
    return resultPlaces.map { placed[$0] }
  }
}

// MARK: - Results for derivatives

extension Body {
  /// Whether each result is dear enough to compute that a derivative reads it where it can.
  package var isResultExpensive: [Bool] {
    resultPlaces.map { $0 >= parameters.count && nodes[$0 - parameters.count].isKeptByLoops }
  }

  /// A body that puts out as well what it computes at great expense of one of the first `count` arguments.
  ///
  /// - Parameter first: The first results, which don't count as put out.
  func puttingOutExpensive(dependingOnFirst count: Int, besidesResultsAfter first: Int) -> Body {
    var depends = parameters.indices.map { $0 < count }
    for operands in wiring { depends.append(operands.contains { depends[$0] }) }
    let isPutOut = Set(resultPlaces.dropFirst(first))
    let added = nodes.indices.map { parameters.count + $0 }.filter { place in
      depends[place] && nodes[place - parameters.count].isKeptByLoops && !isPutOut.contains(place)
    }
    if added.isEmpty { return self }
    var layout = Layout(self)
    layout.results += added
    return Scope.current.withoutRecording { Body(layout) }
  }
}

extension Node {
  /// Whether a step of a loop keeps the value for the derivative: products and the like, but not what bodies in the
  /// body put out, so that a checkpoint or a loop in a loop computes its steps again.
  fileprivate var isKeptByLoops: Bool {
    if case .part = operation { false } else { operation.isExpensive }
  }
}

extension Body: Hashable {
  package static func == (left: Body, right: Body) -> Bool {
    left === right || left.graph == right.graph
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(graph) }
}

// MARK: - Tracing

extension Body {
  /// Finds out what `count` functions of the same arguments do, by calling each once with placeholders.
  ///
  /// The bodies consist of the nodes that the functions make. What they read from outside is captured, and is a further
  /// argument of every body, in the order of `captures`; numbers that are known anyway are part of the body.
  ///
  /// - Parameter hoists: Whether what does not depend on the placeholders stays outside even if a function made it, as
  ///   is right for what would be computed again and again.
  package static func trace(
    _ arguments: [Signature], count: Int, hoists: Bool,
    _ function: (_ index: Int, _ arguments: [Node]) throws -> [Node]
  ) rethrows -> (bodies: [Body], captures: [Node]) {
    try trace(arguments, count: count, hoists: hoists, isGiven: { _ in false }, function)
  }

  private static func trace(
    _ arguments: [Signature], count: Int, hoists: Bool, isGiven: (Node) -> Bool,
    _ function: (_ index: Int, _ arguments: [Node]) throws -> [Node]
  ) rethrows -> (bodies: [Body], captures: [Node]) {
    var captures = Captures()
    var layouts: [Layout] = []
    for index in 0..<count {
      let parameters = arguments.map { Node(placeholder: $0.shape, $0.scalarType) }
      let recorder = Recorder()
      let results = try Scope.current.withPlaceholders {
        try Scope.current.record(with: recorder) { try function(index, parameters) }
      }
      layouts.append(
        GraphLock.withLock { Layout(parameters, recorder.nodes, results, hoists: hoists, isGiven, &captures) })
    }
    let captured = captures.nodes.map(Signature.init)
    let bodies = Scope.current.withoutRecording {
      layouts.map { Body($0.adding(captured, after: arguments.count)) }
    }
    return (bodies, captures.nodes)
  }

  /// Traces one function; see `trace(_:count:hoists:_:)` for several.
  package static func trace(
    _ arguments: [Signature], hoists: Bool, _ function: ([Node]) throws -> [Node]
  ) rethrows -> (body: Body, captures: [Node]) {
    try trace(arguments, hoists: hoists, isGiven: { _ in false }, function)
  }

  /// Traces one function, some of whose nodes have values that are known elsewhere.
  ///
  /// - Parameter isGiven: Whether a node that the function made is captured, as if it came from outside, instead of
  ///   being a part of the body. It is asked once the function has returned.
  package static func trace(
    _ arguments: [Signature], hoists: Bool, isGiven: (Node) -> Bool, _ function: ([Node]) throws -> [Node]
  ) rethrows -> (body: Body, captures: [Node]) {
    let traced = try trace(arguments, count: 1, hoists: hoists, isGiven: isGiven) { _, arguments in
      try function(arguments)
    }
    return (traced.bodies[0], traced.captures)
  }

  /// The values from outside that bodies read, each once.
  private struct Captures {
    var nodes: [Node] = []
    private var places: [ObjectIdentifier: Int] = [:]

    /// The place of a node among the captures.
    mutating func place(of node: Node) -> Int {
      if let place = places[ObjectIdentifier(node)] { return place }
      places[ObjectIdentifier(node)] = nodes.count
      nodes.append(node)
      return nodes.count - 1
    }
  }

  /// The nodes of a body in order, with their operands' places: arguments first, then nodes.
  ///
  /// Until the number of captures is known, capture k has the place −1 − k.
  private struct Layout {
    var arguments: [Signature]
    var nodes: [Node] = []
    var wiring: [[Int]] = []
    var results: [Int] = []

    /// What a body consists of.
    init(_ body: Body) {
      (arguments, nodes, wiring, results) = (body.arguments, body.nodes, body.wiring, body.resultPlaces)
    }

    /// Lays out those of the recorded nodes that the results need.
    ///
    /// The lock is held.
    init(
      _ parameters: [Node], _ recorded: [Node], _ results: [Node], hoists: Bool, _ isGiven: (Node) -> Bool,
      _ captures: inout Captures
    ) {
      arguments = parameters.map(Signature.init)
      var numbering = Numbering()
      for node in parameters + recorded { numbering.number(node) }
      let isInside = Layout.inside(parameters, recorded, results, hoists: hoists, isGiven, numbering)
      var places: [Int?] = parameters.indices.map { $0 } + recorded.map { _ in nil }
      func place(of node: Node) -> Int {
        let number = numbering.position(of: node)
        if let number, let place = places[number] { return place }
        if !node.isFill { return -1 - captures.place(of: node) }
        defer { if let number { places[number] = parameters.count + nodes.count - 1 } }
        return append(node, [])
      }
      for (index, node) in recorded.enumerated() where isInside[parameters.count + index] {
        let operands = (0..<node.operandCount).map { place(of: node.operand($0)) }
        places[parameters.count + index] = append(node, operands)
      }
      self.results = results.map(place)
    }

    /// Adds a node and returns its place.
    private mutating func append(_ node: Node, _ operands: [Int]) -> Int {
      nodes.append(node)
      wiring.append(operands)
      return arguments.count + nodes.count - 1
    }

    /// Which parameters and recorded nodes are in the body: what results need, and, if the rest is hoisted, what
    /// depends on a parameter or is known.
    private static func inside(
      _ parameters: [Node], _ recorded: [Node], _ results: [Node], hoists: Bool, _ isGiven: (Node) -> Bool,
      _ numbering: Numbering
    ) -> [Bool] {
      let isGiven = recorded.map(isGiven)
      func operands(_ place: Int, _ node: Node) -> [Int] {
        node.storage != nil || isGiven[place - parameters.count]
          ? [] : (0..<node.operandCount).compactMap { numbering.position(of: node.operand($0)) }
      }
      var depends = parameters.map { _ in true } + recorded.map { _ in false }
      var isKnown = depends
      for (place, node) in zip(parameters.count..., recorded) {
        let operands = operands(place, node)
        depends[place] = isGiven[place - parameters.count] || operands.contains { depends[$0] }
        isKnown[place] =
          node.operation.repeatsNumber && operands.count == node.operandCount
          && operands.allSatisfy { isKnown[$0] }
      }
      var isNeeded = depends.map { _ in false }
      for result in results { if let place = numbering.position(of: result) { isNeeded[place] = true } }
      for (place, node) in zip(parameters.count..., recorded).reversed() where isNeeded[place] {
        if node.storage != nil || isGiven[place - parameters.count] || hoists && !depends[place] && !isKnown[place] {
          isNeeded[place] = false
        } else {
          for operand in operands(place, node) { isNeeded[operand] = true }
        }
      }
      return isNeeded
    }

    /// The same with the captures as arguments behind the first ones.
    func adding(_ captures: [Signature], after count: Int) -> Layout {
      func place(_ old: Int) -> Int { old < 0 ? count - 1 - old : old < count ? old : old + captures.count }
      var layout = self
      layout.arguments += captures
      layout.wiring = wiring.map { $0.map(place) }
      layout.results = results.map(place)
      return layout
    }
  }
}

extension Operation {
  /// Whether it makes nothing but one number, or the places of an axis, again and again, if that is what it is given.
  fileprivate var repeatsNumber: Bool {
    switch self {
    case .fill, .iota, .broadcast, .reshape: true
    case .input, .invalid, .random, .unary, .power, .convert, .identity, .binary, .compare, .select, .reduce, .argument,
      .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence, .cumulative,
      .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap, .matrix,
      .solve:
      false
    }
  }
}
