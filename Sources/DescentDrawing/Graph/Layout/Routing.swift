extension LayeredGraph {
  /// The places of everything, once the middles across the layers are known.
  func routed(across positions: [Double]) -> PlacedGraph {
    let bands = self.bands(across: positions)
    var placed = PlacedGraph(
      nodes: [], routes: [], labels: Array(repeating: nil, count: layout.edges.count),
      frames: frames(bands, positions))
    let boxes = items.indices.map { item in
      let (extent, band) = (items[item].extent, bands[items[item].layer])
      return Rectangle(
        x: (band.lowerBound + band.upperBound - extent.along) / 2, y: positions[item] - extent.across / 2,
        width: extent.along, height: extent.across)
    }
    placed.nodes = Array(boxes.prefix(layout.nodes.count))
    for (item, box) in zip(items, boxes) {
      if case .label(let edge) = item.role { placed.labels[edge] = box }
    }
    placed.routes = chains.map { chain in
      let route = self.route(chain.links, boxes, bands)
      return chain.isReversed ? route.reversed() : route
    }
    placed.moveToOrigin()
    return placed
  }

  /// Where each layer begins and ends; layers keep a distance at which their links aren't too steep.
  private func bands(across positions: [Double]) -> [ClosedRange<Double>] {
    let insets = layout.spacing.frameAlong
    let gap = layout.edges.contains { $0.label != nil } ? layout.spacing.layers * 0.4 : layout.spacing.layers
    var steps = Array(repeating: 0.0, count: layers.count + 1)
    for link in links {
      let step = abs(positions[link.lower] + link.lowerOffset - positions[link.upper] - link.upperOffset)
      steps[items[link.upper].layer] = max(steps[items[link.upper].layer], step)
    }
    var end = 0.0
    return layers.indices.map { layer in
      var start = layer == 0 ? 0 : end + min(max(gap, steps[layer] * 0.35), 2.5 * layout.spacing.layers)
      if layer > 0 && spans.contains(where: { $0.upperBound == layer - 1 }) { start += insets.after }
      if spans.contains(where: { $0.lowerBound == layer }) { start += insets.before }
      end = start + (layers[layer].map { items[$0].extent.along }.max() ?? 0)
      return start...end
    }
  }

  private func frames(_ bands: [ClosedRange<Double>], _ positions: [Double]) -> [Rectangle?] {
    let insets = layout.spacing.frameAlong
    return layout.groups.indices.map { group in
      let layer = layers[spans[group].lowerBound]
      func border(_ role: Role) -> Double? {
        layer.first { items[$0].group == group && items[$0].role == role }.map { positions[$0] }
      }
      guard let opening = border(.opening), let closing = border(.closing) else { return nil }
      let start = bands[spans[group].lowerBound].lowerBound - insets.before
      let end = bands[spans[group].upperBound].upperBound + insets.after
      return Rectangle(x: start, y: opening, width: end - start, height: closing - opening)
    }
  }

  /// From border to border: straight through each layer on the way, so that a line bends between layers only.
  private func route(_ chain: Range<Int>, _ boxes: [Rectangle], _ bands: [ClosedRange<Double>]) -> [Point] {
    var points: [Point] = []
    for link in links[chain] {
      let (lower, upper) = (boxes[link.lower], boxes[link.upper])
      // A bend is as long as its layer, a node as its box.
      let leaves = isNode(link.lower) ? lower.maxX : bands[items[link.lower].layer].upperBound
      let arrives = isNode(link.upper) ? upper.x : bands[items[link.upper].layer].lowerBound
      points.append(Point(leaves, lower.middle.y + link.lowerOffset))
      points.append(Point(arrives, upper.middle.y + link.upperOffset))
    }
    return points
  }

  private func isNode(_ item: Int) -> Bool { item < layout.nodes.count }
}

extension PlacedGraph {
  /// Moves everything so that it begins at 0, and measures it.
  fileprivate mutating func moveToOrigin() {
    let boxes = nodes + frames.compactMap { $0 } + labels.compactMap { $0 }
    let points = routes.joined()
    let corner = Point(
      min(boxes.map(\.x).min() ?? 0, points.map(\.x).min() ?? .infinity),
      min(boxes.map(\.y).min() ?? 0, points.map(\.y).min() ?? .infinity))
    let end = Point(
      max(boxes.map(\.maxX).max() ?? 0, points.map(\.x).max() ?? -.infinity),
      max(boxes.map(\.maxY).max() ?? 0, points.map(\.y).max() ?? -.infinity))
    let offset = Point(-corner.x, -corner.y)
    nodes = nodes.map { $0.moved(by: offset) }
    frames = frames.map { $0?.moved(by: offset) }
    labels = labels.map { $0?.moved(by: offset) }
    routes = routes.map { $0.map { Point($0.x + offset.x, $0.y + offset.y) } }
    size = Extent(along: end.x - corner.x, across: end.y - corner.y)
  }
}
