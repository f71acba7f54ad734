/// Coordinates across the layers: items stand as straight behind their neighbours as the distances allow.
///
/// Each step takes one layer and moves its items to the mean of their neighbours, in the sense of least squares under the
/// constraint of order and distance; the answer is an isotonic regression (Barlow and others 1972).
struct Alignment {
  private let graph: LayeredGraph
  /// Of each layer: how far each item is from the first at least.
  private var distances: [[Double]] = []
  /// The middle of each item.
  private var position: [Double]
  /// The borders of each group, from the outermost of its items.
  private var frames: [(opening: Double, closing: Double)]

  /// The neighbours that a sweep looks at.
  private enum Side { case before, after, both }

  init(_ graph: LayeredGraph) {
    self.graph = graph
    position = Array(repeating: 0, count: graph.items.count)
    frames = Array(repeating: (0, 0), count: graph.layout.groups.count)
    distances = graph.layers.map { layer in
      var sum = 0.0
      return layer.indices.map { index in
        if index > 0 { sum += distance(layer[index - 1], layer[index]) }
        return sum
      }
    }
  }

  /// The middle of each item.
  func positions() -> [Double] {
    var solver = self
    solver.pack()
    for _ in 0..<8 {
      solver.sweep(.before)
      solver.sweep(.after)
    }
    for _ in 0..<4 { solver.sweep(.both) }
    solver.position = solver.separated()
    // Last, what has one operand stands straight behind it, and what has none straight before its only use.
    for _ in 0..<3 { solver.settle(.before) }
    solver.settle(.after) { $0.before.isEmpty }
    return solver.position
  }

  /// A start: every layer packed around 0.
  private mutating func pack() {
    for (layer, ends) in zip(graph.layers, distances) {
      for (item, end) in zip(layer, ends) { position[item] = end - (ends.last ?? 0) / 2 }
    }
  }

  private mutating func sweep(_ side: Side) {
    updateFrames()
    for number in side == .after ? graph.layers.indices.reversed() : Array(graph.layers.indices) {
      let (layer, offsets) = (graph.layers[number], distances[number])
      let wishes = zip(layer, offsets).map { item, offset in
        let wish = self.wish(of: item, side)
        return (place: wish.place - offset, weight: wish.weight)
      }
      for (index, value) in isotonicRegression(wishes).enumerated() { position[layer[index]] = value + offsets[index] }
    }
  }

  /// Moves items to where they want to be as far as their neighbours in the layer, which stay, and the frames allow.
  private mutating func settle(_ side: Side, where moves: (LayeredGraph.Item) -> Bool = { _ in true }) {
    for (layer, offsets) in zip(graph.layers, distances) {
      for (index, item) in layer.enumerated() where !graph.items[item].isBorder && moves(graph.items[item]) {
        var place = wish(of: item, side).place
        if index + 1 < layer.count {
          place = min(place, position[layer[index + 1]] - (offsets[index + 1] - offsets[index]))
        }
        if index > 0 { place = max(place, position[layer[index - 1]] + (offsets[index] - offsets[index - 1])) }
        position[item] = place
      }
    }
  }

  private mutating func updateFrames() {
    frames = frames.map { _ in (.infinity, -.infinity) }
    let insets = graph.layout.spacing.frameAcross
    for (index, item) in graph.items.enumerated() where !item.isBorder {
      guard let group = item.group else { continue }
      frames[group].opening = min(frames[group].opening, position[index] - item.extent.across / 2 - insets.before)
      frames[group].closing = max(frames[group].closing, position[index] + item.extent.across / 2 + insets.after)
    }
  }

  /// Where an item would stand if it were alone, and how much it insists; one without neighbours at a side looks at the
  /// other.
  private func wish(of index: Int, _ side: Side) -> (place: Double, weight: Double) {
    if graph.items[index].isBorder, let group = graph.items[index].group {
      return (graph.items[index].role == .opening ? frames[group].opening : frames[group].closing, 30)
    }
    let (hasBefore, hasAfter) = (!graph.items[index].before.isEmpty, !graph.items[index].after.isEmpty)
    var (sum, weight) = (0.0, 0.0)
    if side != .after || !hasAfter {
      for link in graph.items[index].before {
        let link = graph.links[link]
        sum += link.weight * (position[link.lower] + link.lowerOffset - link.upperOffset)
        weight += link.weight
      }
    }
    if side != .before || !hasBefore {
      for link in graph.items[index].after {
        let link = graph.links[link]
        sum += link.weight * (position[link.upper] + link.upperOffset - link.lowerOffset)
        weight += link.weight
      }
    }
    return weight == 0 ? (position[index], 0.05) : (sum / weight, weight)
  }

  /// The least distance between the middles of two neighbours.
  private func distance(_ first: Int, _ second: Int) -> Double {
    let (a, b, spacing) = (graph.items[first], graph.items[second], graph.layout.spacing)
    let boxes = (a.extent.across + b.extent.across) / 2
    if a.role == .opening && b.role == .closing { return spacing.frameAcross.before + spacing.frameAcross.after }
    if a.role == .opening { return boxes + spacing.frameAcross.before }
    if b.role == .closing { return boxes + spacing.frameAcross.after }
    return boxes + (a.isOfEdge || b.isOfEdge ? spacing.bends : spacing.nodes)
  }

  /// Positions that keep all distances exactly, with straight frames.
  ///
  /// Everything is pushed down as far as needed, and once more up; the mean of two solutions is a solution.
  private func separated() -> [Double] {
    let constraints = Constraints(graph, distance: distance)
    let down = constraints.pushed(position, sign: 1)
    let up = constraints.pushed(position, sign: -1)
    return zip(down, up).map { ($0 + $1) / 2 }
  }
}

/// Weighted isotonic regression: the non-decreasing numbers closest to the wishes, by pooling adjacent violators.
func isotonicRegression(_ wishes: [(place: Double, weight: Double)]) -> [Double] {
  var pools: [(place: Double, weight: Double, count: Int)] = []
  for wish in wishes {
    var pool = (place: wish.place, weight: wish.weight, count: 1)
    while let last = pools.last, last.place > pool.place {
      let weight = last.weight + pool.weight
      pool = ((last.place * last.weight + pool.place * pool.weight) / weight, weight, last.count + pool.count)
      pools.removeLast()
    }
    pools.append(pool)
  }
  return pools.flatMap { Array(repeating: $0.place, count: $0.count) }
}
