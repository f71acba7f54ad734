import DescentGraph
import DescentTensor

/// How data flows between the layers of a network that ran: from the inputs through layers, and through operations
/// between them that join several branches or use a parameter.
struct LayerFlow {
  /// What a box stands for.
  enum Subject {
    case input(Node)
    /// A layer, by the place of its report.
    case layer(Int)
    /// An operation that no layer made.
    case operation(Node, parameters: [String])
  }

  /// Where data is computed.
  struct Box {
    var subject: Subject
    /// The boxes that its data comes from, in the order of use.
    var sources: [Int] = []
  }

  /// What a node between layers passes on.
  private enum Source: Hashable {
    case box(Int)
    case parameter(String)
  }

  /// In the order in which they were computed, each behind its sources.
  private(set) var boxes: [Box] = []
  /// The report of the layer that made a node, for each node; nil between layers.
  private(set) var owners: [Int?]

  private let nodes: [Node]
  private let reports: [LayerTrace.Report]
  private let parameters: [ObjectIdentifier: String]
  private let isInput: (Node) -> Bool
  private var positions: [ObjectIdentifier: Int] = [:]
  private var sources: [Source?]
  private var inputs: [ObjectIdentifier: Int] = [:]

  /// The flow through some nodes.
  ///
  /// - Parameters:
  ///   - nodes: What was made, in order.
  ///   - reports: The layers that ran, in order.
  ///   - parameters: The paths of the network's parameters and states.
  ///   - isInput: Whether a node that was there before is data to follow.
  init(
    _ nodes: [Node], _ reports: [LayerTrace.Report], parameters: [ObjectIdentifier: String],
    isInput: @escaping (Node) -> Bool
  ) {
    (self.nodes, self.reports, self.parameters, self.isInput) = (nodes, reports, parameters, isInput)
    (owners, sources) = (Array(repeating: nil, count: nodes.count), Array(repeating: nil, count: nodes.count))
    for (position, node) in nodes.enumerated() { positions[ObjectIdentifier(node)] = position }
    var next = 0
    for (index, report) in reports.enumerated() {
      for position in next..<max(report.nodes.lowerBound, next) { passOn(position) }
      follow(index)
      next = max(report.nodes.upperBound, next)
    }
    for position in next..<nodes.count { passOn(position) }
  }

  /// The flow of a dry run.
  init(_ run: DryRun) {
    let names = run.tensors.map { (ObjectIdentifier($0.node), $0.name ?? "") }
    self.init(run.nodes, run.reports, parameters: Dictionary(names) { first, _ in first }) { node in
      node.shape.rank > 0 && node.shape[0] == run.batchSize
    }
  }

  // MARK: Between layers

  /// Where the data of an operand comes from.
  private mutating func source(of node: Node) -> Source? {
    if let position = positions[ObjectIdentifier(node)] { return sources[position] }
    if let path = parameters[ObjectIdentifier(node)] { return .parameter(path) }
    guard isInput(node) else { return nil }
    let box = inputs[ObjectIdentifier(node)] ?? boxes.count
    if box == boxes.count { boxes.append(Box(subject: .input(node))) }
    inputs[ObjectIdentifier(node)] = box
    return .box(box)
  }

  /// A node between layers passes on what it gets from one place, and is a box where several meet.
  private mutating func passOn(_ position: Int) {
    var found: [Source] = []
    for operand in nodes[position].operands {
      if let source = source(of: operand), !found.contains(source) { found.append(source) }
    }
    guard found.count > 1 else { return sources[position] = found.first }
    var (from, paths) = ([Int](), [String]())
    for source in found {
      switch source {
      case .box(let box): from.append(box)
      case .parameter(let path): paths.append(path)
      }
    }
    sources[position] = .box(boxes.count)
    boxes.append(Box(subject: .operation(nodes[position], parameters: paths), sources: from))
  }

  // MARK: Layers

  /// Gives a layer its nodes; what it was computed from in its range stands between layers.
  private mutating func follow(_ index: Int) {
    let report = reports[index]
    guard let output = positions[ObjectIdentifier(report.output)] else { return }
    let own = report.isExact ? Set(report.nodes) : ownNodes(of: report, output)
    for position in report.nodes where !own.contains(position) { passOn(position) }
    var from: [Int] = []
    for position in report.nodes where own.contains(position) {
      owners[position] = index
      for operand in nodes[position].operands where !isOwn(operand, own) && !report.held.contains(.init(operand)) {
        if case .box(let source) = source(of: operand), !from.contains(source) { from.append(source) }
      }
    }
    for position in own { sources[position] = .box(boxes.count) }
    boxes.append(Box(subject: .layer(index), sources: from))
  }

  private func isOwn(_ node: Node, _ own: Set<Int>) -> Bool {
    positions[ObjectIdentifier(node)].map(own.contains) ?? false
  }

  /// The nodes of a range that a layer made: what its output depends on, from the one node on through which all data
  /// goes.
  ///
  /// A layer reports at its end and has one input, so where several branches come into its range, they were joined
  /// before it began.
  private mutating func ownNodes(of report: LayerTrace.Report, _ output: Int) -> Set<Int> {
    let needed = ancestors(of: output, in: report.nodes)
    var (lastUses, carriers, from) = ([Int](), [Int: Int](), Set<Source>())
    for position in needed {
      for operand in nodes[position].operands where !report.held.contains(ObjectIdentifier(operand)) {
        if let place = positions[ObjectIdentifier(operand)], report.nodes.contains(place) {
          guard carriers[place] != nil else { continue }
          carriers[place] = position
        } else {
          guard let source = source(of: operand) else { continue }
          from.insert(source)
          lastUses.append(position)
        }
        carriers[position] = carriers[position] ?? position
      }
    }
    guard from.count > 1, var reach = lastUses.max() else { return Set(needed) }
    for position in needed where carriers[position] != nil {
      if reach <= position, position < output { return Set(needed.filter { $0 > position }) }
      reach = max(reach, carriers[position] ?? 0)
    }
    return Set(needed)
  }

  /// What a node depends on in a range, itself included, in order.
  private func ancestors(of last: Int, in range: Range<Int>) -> [Int] {
    var isNeeded: Set<Int> = [last]
    for position in range.reversed() where isNeeded.contains(position) {
      for operand in nodes[position].operands {
        if let place = positions[ObjectIdentifier(operand)], range.contains(place) { isNeeded.insert(place) }
      }
    }
    return isNeeded.sorted()
  }
}
