/// A size in the layout's own directions: along the arrows, and across them.
struct Extent: Hashable, Sendable {
  var along = 0.0
  var across = 0.0
}

/// A graph of boxes that wants places.
///
/// The layout follows Sugiyama, Tagawa and Toda (1981): nodes go into layers, long edges get a bend in each layer they
/// pass, layers are ordered so that few edges cross, then everything is aligned with its neighbours.
struct GraphLayout {
  struct Edge {
    var from: Int
    var to: Int
    /// The size of what stands on the edge.
    var label: Extent?
  }

  var nodes: [Extent]
  var edges: [Edge]
  /// Of each node.
  var groupOfNode: [Int?]
  /// The least size of each group's frame.
  var groups: [Extent]
  var spacing: Spacing
}

/// The distances between boxes.
struct Spacing {
  /// Between layers, if edges have no labels.
  var layers = 56.0
  /// Between neighbours in a layer.
  var nodes = 22.0
  /// Between a bend and its neighbours.
  var bends = 14.0
  /// Between the ends of edges at one side of a node, at most.
  var ports = 16.0
  /// Between parts that no edge connects.
  var parts = 36.0
  /// From a group's frame to its nodes: before and behind them.
  var frameAlong = (before: 16.0, after: 16.0)
  var frameAcross = (before: 16.0, after: 16.0)
}

/// Where everything goes; x runs along the arrows, y across them.
struct PlacedGraph {
  /// Of each node.
  var nodes: [Rectangle]
  /// Of each edge, from its beginning to its end: places through which it runs along the layout's direction.
  var routes: [[Point]]
  /// Of each edge that has one.
  var labels: [Rectangle?]
  /// Of each group.
  var frames: [Rectangle?]
  var size = Extent()
}

extension GraphLayout {
  /// Places for all nodes and edges; parts that nothing connects stand beside each other.
  func placed() -> PlacedGraph {
    var result = PlacedGraph(
      nodes: nodes.map { Rectangle(x: 0, y: 0, width: $0.along, height: $0.across) },
      routes: Array(repeating: [], count: edges.count), labels: Array(repeating: nil, count: edges.count),
      frames: Array(repeating: nil, count: groups.count))
    let parts = connectedParts.map { ($0, $0.layout.placedPart()) }
    for ((part, placed), offset) in zip(parts, shelves(parts.map(\.1.size), size: &result.size)) {
      for (place, node) in part.nodes.enumerated() { result.nodes[node] = placed.nodes[place].moved(by: offset) }
      for (place, group) in part.groups.enumerated() { result.frames[group] = placed.frames[place]?.moved(by: offset) }
      for (place, edge) in part.edges.enumerated() {
        result.routes[edge] = placed.routes[place].map { Point($0.x + offset.x, $0.y + offset.y) }
        result.labels[edge] = placed.labels[place]?.moved(by: offset)
      }
    }
    return result
  }

  private func placedPart() -> PlacedGraph {
    var graph = LayeredGraph(self)
    graph.order()
    graph.spreadPorts()
    return graph.routed(across: Alignment(graph).positions())
  }

  /// Places for boxes in rows of about the same length, and the size of them all.
  private func shelves(_ sizes: [Extent], size: inout Extent) -> [Point] {
    let area = sizes.reduce(0) { $0 + ($1.along + spacing.parts) * ($1.across + spacing.parts) }
    let limit = max(sizes.reduce(0) { max($0, $1.along) }, (area * 1.6).squareRoot())
    var (corner, height) = (Point(0, 0), 0.0)
    return sizes.map { box in
      if corner.x > 0 && corner.x + box.along > limit {
        corner = Point(0, corner.y + height + spacing.parts)
        height = 0
      }
      defer { corner.x += box.along + spacing.parts }
      height = max(height, box.across)
      size = Extent(along: max(size.along, corner.x + box.along), across: max(size.across, corner.y + height))
      return corner
    }
  }
}
