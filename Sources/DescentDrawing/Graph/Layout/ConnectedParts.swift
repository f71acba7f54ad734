/// A part of a graph that edges and groups connect, with the indices its nodes, edges and groups have in the whole.
struct ConnectedPart {
  var nodes: [Int] = []
  var edges: [Int] = []
  var groups: [Int] = []
  var layout: GraphLayout

  /// Gives the groups of this part's nodes the numbers 0, 1, ….
  fileprivate mutating func renumberGroups(of all: [Extent]) {
    groups = Set(layout.groupOfNode.compactMap { $0 }).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($0.element, $0.offset) })
    layout.groups = groups.map { all[$0] }
    layout.groupOfNode = layout.groupOfNode.map { $0.flatMap { numbers[$0] } }
  }
}

extension GraphLayout {
  /// The parts, in the order of their first nodes.
  var connectedParts: [ConnectedPart] {
    let roots = self.roots
    var (partOfRoot, placeInPart): ([Int: Int], [Int]) = ([:], [])
    var parts: [ConnectedPart] = []
    for (node, root) in roots.enumerated() {
      let part = partOfRoot[root] ?? parts.count
      if part == parts.count {
        partOfRoot[root] = part
        let empty = GraphLayout(nodes: [], edges: [], groupOfNode: [], groups: [], spacing: spacing)
        parts.append(ConnectedPart(layout: empty))
      }
      placeInPart.append(parts[part].nodes.count)
      parts[part].nodes.append(node)
      parts[part].layout.nodes.append(nodes[node])
      parts[part].layout.groupOfNode.append(groupOfNode[node])
    }
    for (index, edge) in edges.enumerated() {
      guard let part = partOfRoot[roots[edge.from]] else { continue }
      parts[part].edges.append(index)
      let (from, to) = (placeInPart[edge.from], placeInPart[edge.to])
      parts[part].layout.edges.append(Edge(from: from, to: to, label: edge.label))
    }
    for part in parts.indices { parts[part].renumberGroups(of: groups) }
    return parts
  }

  /// Of each node, what is the same for all nodes of its part.
  private var roots: [Int] {
    var sets = DisjointSets(count: nodes.count + groups.count)
    for edge in edges { sets.unite(edge.from, edge.to) }
    for (node, group) in groupOfNode.enumerated() { if let group { sets.unite(node, nodes.count + group) } }
    return nodes.indices.map { sets.root(of: $0) }
  }
}

/// Sets of numbers that are united two by two.
private struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func root(of element: Int) -> Int {
    var element = element
    while parents[element] != element {
      parents[element] = parents[parents[element]]
      element = parents[element]
    }
    return element
  }

  mutating func unite(_ first: Int, _ second: Int) { parents[root(of: first)] = root(of: second) }
}
