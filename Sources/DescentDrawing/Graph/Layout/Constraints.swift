/// Least distances between items, where the borders of a group are the same in all of its layers.
struct Constraints {
  /// Of each item: its variable.
  private let variable: [Int]
  private let count: Int
  private let distances: [(first: Int, second: Int, distance: Double)]

  init(_ graph: LayeredGraph, distance: (Int, Int) -> Double) {
    let groupCount = graph.layout.groups.count
    let variable = graph.items.enumerated().map { index, item in
      guard item.isBorder, let group = item.group else { return index }
      return graph.items.count + group + (item.role == .closing ? groupCount : 0)
    }
    self.variable = variable
    count = graph.items.count + 2 * groupCount
    var distances = graph.layers.flatMap { layer in
      zip(layer, layer.dropFirst()).map { (variable[$0], variable[$1], distance($0, $1)) }
    }
    for (group, extent) in graph.layout.groups.enumerated() {
      distances.append((graph.items.count + group, graph.items.count + groupCount + group, extent.across))
    }
    self.distances = distances
  }

  /// The positions after moving each variable as far as those before it demand: towards +∞ for sign 1, and towards −∞,
  /// seen from the other end, for −1.
  func pushed(_ position: [Double], sign: Double) -> [Double] {
    var place = Array(repeating: -Double.infinity, count: count)
    for (variable, position) in zip(variable, position) { place[variable] = max(place[variable], sign * position) }
    var (following, waiting) = (Array(repeating: [(Int, Double)](), count: count), Array(repeating: 0, count: count))
    for (first, second, distance) in distances {
      let (from, to) = sign > 0 ? (first, second) : (second, first)
      following[from].append((to, distance))
      waiting[to] += 1
    }
    var ready = (0..<count).filter { waiting[$0] == 0 }
    while let next = ready.popLast() {
      for (other, distance) in following[next] {
        place[other] = max(place[other], place[next] + distance)
        waiting[other] -= 1
        if waiting[other] == 0 { ready.append(other) }
      }
    }
    return variable.map { sign * place[$0] }
  }
}
