import DescentGraph
import DescentNotation

/// Reads nodes as arrays of scalar expressions, one for each element in row-major order.
///
/// This is where tensors are spelt out: a contraction becomes sums of products, a movement becomes other places.
package struct ElementReader {
  /// Nodes with more elements are not spelt out.
  let limit: Int
  /// The elements of nodes that are not looked into: symbols of named quantities, numbers of data.
  let given: (Node) -> [Expression]?
  /// The numbers of a node that does not depend on symbols.
  let numbers: (Node) -> [Double]?
  private var read: [ObjectIdentifier: [Expression]?] = [:]
  /// The nodes are held, so that no other takes over an identity.
  private var held: [Node] = []
  private static let largestSize = 50_000

  package init(
    limit: Int, given: @escaping (Node) -> [Expression]?, numbers: @escaping (Node) -> [Double]? = { _ in nil }
  ) {
    self.limit = limit
    self.given = given
    self.numbers = numbers
  }

  /// The elements of a node, nil if it is too large or an operation in it has no form in scalars.
  package mutating func elements(of node: Node) -> [Expression]? {
    var waiting = [(node: node, isReady: false)]
    while let (next, isReady) = waiting.popLast() {
      let identity = ObjectIdentifier(next)
      if read[identity] != nil { continue }
      if isReady {
        let operands = next.operands.map { read[ObjectIdentifier($0)] ?? nil }
        finish(next, spelled(next, operands))
      } else if let known = given(next) {
        finish(next, known)
      } else {
        waiting.append((next, true))
        waiting += next.operands.reversed().map { ($0, false) }
      }
    }
    return read[ObjectIdentifier(node)] ?? nil
  }

  private mutating func finish(_ node: Node, _ elements: [Expression]?) {
    held.append(node)
    read[ObjectIdentifier(node)] = .some(elements)
  }

  private func spelled(_ node: Node, _ operands: [[Expression]?]) -> [Expression]? {
    guard node.shape.elementCount <= limit else { return nil }
    if case .fill(let bits) = node.operation {
      return repeatElement(.number(bits.double(as: node.scalarType)), count: node.shape.elementCount) + []
    }
    let known = operands.compactMap { $0 }
    guard known.count == operands.count,
      let elements = spelled(node, known) ?? numbers(node).map({ $0.map { .number($0) } })
    else { return nil }
    let size = elements.reduce(0) { $0 + min($1.size, ElementReader.largestSize) }
    return size <= ElementReader.largestSize && elements.allSatisfy { $0.depth < 500 } ? elements : nil
  }

  /// The elements from those of the operands, nil where the operation has no form in scalars.
  private func spelled(_ node: Node, _ x: [[Expression]]) -> [Expression]? {
    switch node.operation {
    case .identity(.stopGradient): return x[0].map { .function(node.operation, [$0]) }
    case .unary, .power, .binary, .compare, .select, .identity, .after:
      let count = node.shape.elementCount
      let elements = (0..<count).compactMap { place in Expression.applying(node.operation, to: x.map { $0[place] }) }
      return elements.count == count ? elements : nil
    case .convert: return node.operand(0).scalarType == .bool ? x[0].map { .bracket($0) } : x[0]
    case .iota(let axis): return node.shape.places.map { .number(Double($0[Int(axis)])) }
    case .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .windows, .overlap:
      return moved(node, x)
    case .gather(let axis), .scatterAdd(let axis): return indexed(node, x, axis: Int(axis))
    case .reduce(let reduction, let axes): return reduced(reduction, node.operand(0).shape, axes, x[0])
    case .contract(let axes): return contracted(node, axes, x[0], x[1])
    case .recurrence(let axis, let reverse): return recurrence(node.shape, Int(axis), reverse, x[0], x[1])
    case .cumulative(let extremum, let axis, let reverse):
      return cumulated(node.shape, Int(axis), reverse, x[0], extremum == .max ? .maximum : .minimum)
    case .input, .fill, .random, .invalid, .argument, .custom, .argSort, .call, .conditional, .scan, .whileLoop,
      .bundle, .part, .matrix, .solve:
      return nil
    }
  }
}

extension Shape {
  /// The index of every element, in row-major order.
  var places: [[Int]] { (0..<elementCount).map(index) }

  /// Where an element stands in row-major order.
  func position(_ place: [Int]) -> Int { zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 } }
}

// MARK: - Movement

extension ElementReader {
  private func moved(_ node: Node, _ x: [[Expression]]) -> [Expression]? {
    let inner = node.operandCount > 0 ? node.operand(0).shape : Shape()
    let places = node.shape.places
    switch node.operation {
    case .reshape: return x[0]
    case .broadcast(let axes):
      return places.map { place in x[0][inner.position(place.indices.filter { !axes.contains($0) }.map { place[$0] })] }
    case .transpose(let axes):
      return places.map { place in x[0][inner.position((0..<inner.rank).map { place[axes.inverse[$0]] })] }
    case .slice(let window): return places.map { x[0][inner.position(window.places($0))] }
    case .place(let window):
      return accumulated(in: node.shape, zip(inner.places, x[0]).map { (window.places($0), $1) })
    case .concatenate(let axis): return joined(node, Int(axis), x)
    case .windows(let windows): return places.map { x[0][inner.position(windows.source($0))] }
    case .overlap(let windows):
      return accumulated(in: node.shape, zip(inner.places, x[0]).map { (windows.source($0), $1) })
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .gather, .scatterAdd, .contract, .custom, .recurrence, .cumulative, .argSort, .call,
      .conditional, .scan, .whileLoop, .bundle, .part, .after, .matrix, .solve:
      return nil
    }
  }

  /// Zeros with elements added at their places.
  private func accumulated(in shape: Shape, _ parts: [([Int], Expression)]) -> [Expression] {
    var terms = [[Expression]](repeating: [], count: shape.elementCount)
    for (place, element) in parts { terms[shape.position(place)].append(element) }
    return terms.map { .sum($0) }
  }

  private func joined(_ node: Node, _ axis: Int, _ x: [[Expression]]) -> [Expression] {
    var pieces: [([Int], Expression)] = []
    var start = 0
    for (operand, elements) in zip(node.operands, x) {
      for (place, element) in zip(operand.shape.places, elements) {
        var place = place
        place[axis] += start
        pieces.append((place, element))
      }
      start += operand.shape[axis]
    }
    return accumulated(in: node.shape, pieces)
  }

  /// Gathering and scattering at places that are known numbers.
  private func indexed(_ node: Node, _ x: [[Expression]], axis: Int) -> [Expression]? {
    let indices = node.operand(1)
    guard let numbers = x[1].asNumbers ?? self.numbers(indices) else { return nil }
    let rank = indices.shape.rank
    func source(_ place: [Int]) -> [Int]? {
      let index = numbers[indices.shape.position(Array(place[axis..<axis + rank]))]
      return Int(exactly: index).map { Array(place[..<axis]) + [$0] + Array(place[(axis + rank)...]) }
    }
    if case .gather = node.operation {
      let inner = node.operand(0).shape
      let sources = node.shape.places.compactMap(source)
      guard sources.count == node.shape.elementCount, sources.allSatisfy({ inner.contains($0) }) else { return nil }
      return sources.map { x[0][inner.position($0)] }
    }
    let targets = node.operand(0).shape.places.compactMap(source)
    guard targets.count == x[0].count, targets.allSatisfy({ node.shape.contains($0) }) else { return nil }
    return accumulated(in: node.shape, Array(zip(targets, x[0])))
  }
}

extension Shape {
  fileprivate func contains(_ place: [Int]) -> Bool { zip(place, dimensions).allSatisfy { 0 <= $0 && $0 < $1 } }
}

extension [Expression] {
  /// The numbers, if all are.
  var asNumbers: [Double]? {
    let numbers = compactMap { $0.number?.value }
    return numbers.count == count ? numbers : nil
  }
}

extension Window {
  fileprivate func places(_ place: [Int]) -> [Int] {
    place.enumerated().map { Int(starts[$0]) + $1 * Int(strides[$0]) }
  }
}

extension Windows {
  /// The element under a place of a window, from the window's index: the places are one axis behind the positions.
  fileprivate func source(_ index: [Int]) -> [Int] {
    let axes = axes
    let sizes = Shape(axes.map { Int($0.size) })
    let within = sizes.index(of: index[axisRange.upperBound])
    var place = index
    place.remove(at: axisRange.upperBound)
    for (number, axis) in zip(axisRange, axes.indices) {
      place[number] = index[number] * Int(axes[axis].stride) + within[axis] * Int(axes[axis].dilation)
    }
    return place
  }
}

// MARK: - Along axes

extension ElementReader {
  private func reduced(_ reduction: Reduction, _ shape: Shape, _ axes: AxisSet, _ x: [Expression]) -> [Expression]? {
    let result = shape.removing(axes)
    var groups = [[Expression]](repeating: [], count: result.elementCount)
    for (place, element) in zip(shape.places, x) {
      groups[result.position(place.indices.filter { !axes.contains($0) }.map { place[$0] })].append(element)
    }
    return switch reduction {
    case .sum: groups.map { .sum($0) }
    case .product: groups.map { .product($0) }
    case .max: groups.allSatisfy { !$0.isEmpty } ? groups.map { extreme(.maximum, $0) } : nil
    case .min: groups.allSatisfy { !$0.isEmpty } ? groups.map { extreme(.minimum, $0) } : nil
    }
  }

  private func extreme(_ function: Binary, _ x: [Expression]) -> Expression {
    x.dropFirst().reduce(x[0]) { .function(.binary(function), [$0, $1]) }
  }

  private func contracted(_ node: Node, _ axes: Contraction, _ x: [Expression], _ y: [Expression]) -> [Expression] {
    let (left, right) = (node.operand(0).shape, node.operand(1).shape)
    let (leftFree, rightFree) = (axes.leftFree(rank: left.rank), axes.rightFree(rank: right.rank))
    let inner = Shape(axes.leftContracting.map { left[$0] })
    return node.shape.places.map { place in
      .sum(
        inner.places.map { summed in
          var (a, b) = ([Int](repeating: 0, count: left.rank), [Int](repeating: 0, count: right.rank))
          for (number, pair) in zip(axes.leftBatch, axes.rightBatch).enumerated() {
            (a[pair.0], b[pair.1]) = (place[number], place[number])
          }
          for (number, axis) in leftFree.enumerated() { a[axis] = place[axes.leftBatch.count + number] }
          for (number, axis) in rightFree.enumerated() {
            b[axis] = place[axes.leftBatch.count + leftFree.count + number]
          }
          for (number, pair) in zip(axes.leftContracting, axes.rightContracting).enumerated() {
            (a[pair.0], b[pair.1]) = (summed[number], summed[number])
          }
          return x[left.position(a)] * y[right.position(b)]
        })
    }
  }

  /// yᵢ = aᵢ·yᵢ₋₁ + bᵢ.
  private func recurrence(
    _ shape: Shape, _ axis: Int, _ reverse: Bool, _ a: [Expression], _ b: [Expression]
  ) -> [Expression] {
    scanned(shape, axis, reverse, b) { place, previous in a[place] * previous + b[place] }
  }

  private func cumulated(
    _ shape: Shape, _ axis: Int, _ reverse: Bool, _ x: [Expression], _ function: Binary
  ) -> [Expression] {
    scanned(shape, axis, reverse, x) { place, previous in .function(.binary(function), [previous, x[place]]) }
  }

  private func scanned(
    _ shape: Shape, _ axis: Int, _ reverse: Bool, _ first: [Expression], _ next: (Int, Expression) -> Expression
  ) -> [Expression] {
    var y = first
    let order = shape.places.enumerated().sorted { first, second in
      reverse ? first.element[axis] > second.element[axis] : first.element[axis] < second.element[axis]
    }
    for (position, place) in order where place[axis] != (reverse ? shape[axis] - 1 : 0) {
      y[position] = next(position, y[position + (reverse ? 1 : -1) * shape.strides[axis]])
    }
    return y
  }
}
