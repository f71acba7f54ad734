/// A graph in layers, whose links join neighbouring layers only.
///
/// An edge that passes layers has an item in each of them. If edges have labels, there is a layer between any two layers
/// of nodes, where the labels stand. A group has an opening and a closing item in every layer from its first to its last.
struct LayeredGraph {
  enum Role: Hashable {
    case node(Int)
    case bend
    case label(edge: Int)
    case opening
    case closing
  }

  struct Item {
    var role: Role
    var layer: Int
    var extent = Extent()
    var group: Int?
    /// The links to the layers before and after.
    var before: [Int] = []
    var after: [Int] = []

    var isBorder: Bool { role == .opening || role == .closing }

    /// Whether it belongs to an edge.
    var isOfEdge: Bool {
      switch role {
      case .bend, .label: true
      case .node, .opening, .closing: false
      }
    }
  }

  /// A piece of an edge, between neighbouring layers.
  struct Link {
    var lower: Int
    var upper: Int
    /// How much it wants to be straight.
    var weight: Double
    /// Where it ends, from the middle of the item.
    var lowerOffset = 0.0
    var upperOffset = 0.0
  }

  let layout: GraphLayout
  private(set) var items: [Item] = []
  private(set) var links: [Link] = []
  /// The items of each layer, in order.
  var layers: [[Int]] = []
  /// The first and last layer of each group.
  private(set) var spans: [ClosedRange<Int>] = []
  /// Of each edge, its links from the lowest layer to the highest, and whether it points the other way.
  private(set) var chains: [(links: Range<Int>, isReversed: Bool)] = []

  init(_ layout: GraphLayout) {
    self.layout = layout
    let layering = Layering(nodeCount: layout.nodes.count, edges: layout.edges.map { ($0.from, $0.to) })
    let stride = layout.edges.contains { $0.label != nil } ? 2 : 1
    let nodeLayers = layering.layers.map { $0 * stride }
    layers = Array(repeating: [], count: (nodeLayers.max() ?? -1) + 1)
    for (node, extent) in layout.nodes.enumerated() {
      add(Item(role: .node(node), layer: nodeLayers[node], extent: extent, group: layout.groupOfNode[node]))
    }
    for (edge, isReversed) in layering.isReversed.enumerated() { addChain(of: edge, isReversed: isReversed) }
    for group in layout.groups.indices { addBorders(of: group) }
  }

  @discardableResult private mutating func add(_ item: Item) -> Int {
    items.append(item)
    layers[item.layer].append(items.count - 1)
    return items.count - 1
  }

  private mutating func addChain(of edge: Int, isReversed: Bool) {
    let ends = layout.edges[edge]
    let (lower, upper) = isReversed ? (ends.to, ends.from) : (ends.from, ends.to)
    let first = links.count
    let common = items[lower].group == items[upper].group ? items[lower].group : nil
    let (low, high) = (items[lower].layer, items[upper].layer)
    // The layers between those of nodes have odd numbers; the label stands in the middle one.
    let labelLayer = (low + high) / 2 - ((low + high) / 2).isMultiple(of: 2).asInt
    var previous = lower
    for layer in (low + 1)..<high {
      var item = Item(role: .bend, layer: layer, group: common)
      if let label = ends.label, layer == labelLayer { (item.role, item.extent) = (.label(edge: edge), label) }
      let next = add(item)
      link(previous, next)
      previous = next
    }
    link(previous, upper)
    chains.append((first..<links.count, isReversed))
  }

  /// Long edges are more eager to be straight than short ones (Gansner and others 1993).
  private mutating func link(_ lower: Int, _ upper: Int) {
    func isNode(_ item: Int) -> Bool { if case .node = items[item].role { true } else { false } }
    let weight = isNode(lower) && isNode(upper) ? 1.0 : isNode(lower) || isNode(upper) ? 2 : 8
    items[lower].after.append(links.count)
    items[upper].before.append(links.count)
    links.append(Link(lower: lower, upper: upper, weight: weight))
  }

  private mutating func addBorders(of group: Int) {
    let nodes = layout.groupOfNode.indices.filter { layout.groupOfNode[$0] == group }
    let nodeLayers = nodes.map { items[$0].layer }
    spans.append((nodeLayers.min() ?? 0)...(nodeLayers.max() ?? 0))
    for layer in spans[group] {
      add(Item(role: .opening, layer: layer, group: group))
      add(Item(role: .closing, layer: layer, group: group))
    }
  }

  /// Spreads the ends of links along the sides of nodes, in the order of the items that they come from or lead to.
  mutating func spreadPorts() {
    var place = Array(repeating: 0, count: items.count)
    for layer in layers { for (index, item) in layer.enumerated() { place[item] = index } }
    for (index, item) in items.enumerated() {
      guard case .node = item.role else { continue }
      for (place, offset) in ports(item.before.sorted { place[links[$0].lower] < place[links[$1].lower] }, of: index) {
        links[place].upperOffset = offset
      }
      for (place, offset) in ports(item.after.sorted { place[links[$0].upper] < place[links[$1].upper] }, of: index) {
        links[place].lowerOffset = offset
      }
    }
  }

  private func ports(_ links: [Int], of item: Int) -> [(link: Int, offset: Double)] {
    let step = min(layout.spacing.ports, items[item].extent.across * 0.8 / Double(max(links.count, 1)))
    return links.enumerated().map { ($0.element, (Double($0.offset) - Double(links.count - 1) / 2) * step) }
  }
}

extension Bool {
  fileprivate var asInt: Int { self ? 1 : 0 }
}
