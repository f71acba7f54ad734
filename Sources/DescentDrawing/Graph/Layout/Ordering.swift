extension LayeredGraph {
  /// Orders the items of each layer so that few links cross, by sweeps that move every item to the mean place of its
  /// neighbours in the layer before; the best order of all sweeps stays.
  ///
  /// Items of a group stay together, and two groups have the same order in all layers that they share.
  mutating func order() {
    orderByDepth()
    var place = Array(repeating: 0.0, count: items.count)
    for layer in layers.indices { note(layer, in: &place) }
    var best: (crossings: Int, layers: [[Int]])?
    for sweep in 0..<14 {
      let ranks = groupRanks(place)
      let isForward = sweep.isMultiple(of: 2)
      for layer in isForward ? Array(layers.indices) : layers.indices.reversed() {
        let isFirst = layer == (isForward ? 0 : layers.count - 1)
        sort(layer, by: isFirst ? nil : isForward, groupRanks: ranks, &place)
      }
      let crossings = self.crossings
      if crossings < best?.crossings ?? .max { best = (crossings, layers) }
      if crossings == 0 && sweep > 0 { break }
    }
    if let best { layers = best.layers }
  }

  /// The order of a depth-first walk from the results to their operands, which keeps connected items together.
  private mutating func orderByDepth() {
    var isSeen = Array(repeating: false, count: items.count)
    var ordered = Array(repeating: [Int](), count: layers.count)
    let starts = items.indices.filter { items[$0].after.isEmpty } + Array(items.indices)
    for start in starts where !isSeen[start] {
      var stack = [start]
      isSeen[start] = true
      while let item = stack.popLast() {
        ordered[items[item].layer].append(item)
        for link in items[item].before.reversed() where !isSeen[links[link].lower] {
          isSeen[links[link].lower] = true
          stack.append(links[link].lower)
        }
      }
    }
    layers = ordered
  }

  /// Items that move as one: a whole group, or a single item.
  private struct Block {
    var group: Int?
    var items: [(item: Int, key: Double)]
    var key: Double
  }

  /// Orders a layer by the neighbours before (`true`), after (`false`), or only mends the order of groups (nil).
  private mutating func sort(_ layer: Int, by isForward: Bool?, groupRanks: [Double], _ place: inout [Double]) {
    var (blocks, blockOfGroup): ([Block], [Int: Int]) = ([], [:])
    for item in layers[layer] {
      let key = isForward.flatMap { meanPlace(of: item, before: $0, place) }
      let entry = (item, key ?? place[item])
      if let group = items[item].group, let block = blockOfGroup[group] {
        blocks[block].items.append(entry)
      } else {
        if let group = items[item].group { blockOfGroup[group] = blocks.count }
        blocks.append(Block(group: items[item].group, items: [entry], key: entry.1))
      }
    }
    for index in blocks.indices where blocks[index].group != nil { arrange(&blocks[index]) }
    blocks = stablySorted(blocks) { $0.key }
    let slots = blocks.indices.filter { blocks[$0].group != nil }
    let grouped = stablySorted(slots.map { blocks[$0] }) { groupRanks[$0.group ?? 0] }
    for (slot, block) in zip(slots, grouped) { blocks[slot] = block }
    layers[layer] = blocks.flatMap { $0.items.map(\.item) }
    note(layer, in: &place)
  }

  /// Where the items of a layer stand, as parts of its length.
  private func note(_ layer: Int, in place: inout [Double]) {
    for (index, item) in layers[layer].enumerated() {
      place[item] = (Double(index) + 0.5) / Double(layers[layer].count)
    }
  }

  /// Orders the items of a group between its borders; the group stands where its items want to be on average.
  private func arrange(_ block: inout Block) {
    let inner = stablySorted(block.items.filter { !items[$0.item].isBorder }) { $0.key }
    let keys = (inner.isEmpty ? block.items : inner).map(\.key)
    block.key = keys.reduce(0, +) / Double(max(keys.count, 1))
    func borders(_ role: Role) -> [(item: Int, key: Double)] { block.items.filter { items[$0.item].role == role } }
    block.items = borders(.opening) + inner + borders(.closing)
  }

  private func meanPlace(of item: Int, before isForward: Bool, _ place: [Double]) -> Double? {
    let neighbours = isForward ? items[item].before : items[item].after
    if neighbours.isEmpty { return nil }
    var sum = 0.0
    for link in neighbours { sum += place[isForward ? links[link].lower : links[link].upper] }
    return sum / Double(neighbours.count)
  }

  /// The mean place of each group's items.
  private func groupRanks(_ place: [Double]) -> [Double] {
    var sums = Array(repeating: (sum: 0.0, count: 0.0), count: layout.groups.count)
    for (index, item) in items.enumerated() {
      guard let group = item.group else { continue }
      sums[group].sum += place[index]
      sums[group].count += 1
    }
    return sums.map { $0.sum / max($0.count, 1) }
  }

  /// How many pairs of links cross.
  var crossings: Int {
    var place = Array(repeating: 0, count: items.count)
    for layer in layers { for (index, item) in layer.enumerated() { place[item] = index } }
    return layers.indices.dropLast().reduce(0) { $0 + crossings(after: $1, place) }
  }

  /// Counted with a tree of partial sums (Barth, Mutzel and Jünger 2004).
  private func crossings(after layer: Int, _ place: [Int]) -> Int {
    var tree = Array(repeating: 0, count: layers[layer + 1].count + 1)
    var (total, count) = (0, 0)
    for item in layers[layer] {
      let ends = items[item].after.map { place[links[$0].upper] }
      for end in ends {
        var (index, below) = (end + 1, 0)
        while index > 0 {
          below += tree[index]
          index &= index - 1
        }
        total += count - below
      }
      for end in ends {
        var index = end + 1
        while index < tree.count {
          tree[index] += 1
          index += index & -index
        }
        count += 1
      }
    }
    return total
  }
}

/// The elements in the order of their keys; equal ones keep their order.
private func stablySorted<Element>(_ elements: [Element], by key: (Element) -> Double) -> [Element] {
  let keyed = elements.enumerated().map { (key: key($0.element), index: $0.offset, element: $0.element) }
  return keyed.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.element)
}
