import DescentExplain
import DescentGraph
import DescentTensor

/// Compares a side of a work with the one before it.
struct WorkComparison {
  /// What came out.
  enum Outcome {
    /// Equal everywhere; the remarks say what is unusual.
    case equal(remarks: [String])
    /// Equal for the given numbers, of which some stand in the places of names.
    case equalWithNumbers(of: [String], remarks: [String])
    /// Not equal.
    case different(Difference)
    /// Neither side has a value where the other has one.
    case incomparable(String)
  }

  /// Where and how two sides differ.
  struct Difference {
    var left: [Double]
    var right: [Double]
    var point: WorkPoint
    /// Points at which both have a value.
    var points: [WorkPoint]
    /// What is known about the shapes, or about where the sides are equal.
    var hint: String?
  }

  let text: WorkText
  let names: WorkNames
  let random: RandomGenerator
  private static let pointCount = 6
  private static let drawCount = 30

  func compare(_ left: WorkSide, _ right: WorkSide) throws(ProgramFault) -> Outcome {
    let (x, y) = (try names.tensor(of: left), try names.tensor(of: right))
    let shapes = WorkShapes(x, y, isNumber: names.isMadeOfNumbers(right))
    let points = WorkPoints(names.leaves, under: [x.node, y.node], random: random)
    let tolerances = right.expression.roundingTolerances(in: text)
    let movable = movable(points, [x.node, y.node])
    let samples = samples(points, movable, shapes)
    guard let first = samples.first else {
      return .incomparable("no numbers were found for which both sides have a value")
    }
    let isRounded = points.leaves.isEmpty || movable.isEmpty
    let unequal = samples.first { !areClose($0.left, $0.right, tolerances: isRounded ? tolerances : nil) }
    if let hint = shapes.mismatch {
      return .different(difference(unequal ?? first, samples, hint))
    }
    guard let unequal else {
      let isExact = samples.allSatisfy { areClose($0.left, $0.right) }
      return .equal(remarks: shapes.remarks + (isExact ? [] : ["rounded"]))
    }
    if !movable.isEmpty, let outcome = withNumbers(x, y, left, right, points, tolerances, shapes) { return outcome }
    let isEqualWithGiven =
      !movable.isEmpty
      && sample(points.point(hasSigns: false, moving: []), shapes.nodes)
        .map { areClose($0.left, $0.right, tolerances: tolerances) } ?? false
    let hint = isEqualWithGiven ? "this holds for the given numbers only" : signHint(samples)
    return .different(difference(unequal, samples, hint))
  }

  // MARK: Points

  private typealias Sample = (left: [Double], right: [Double], point: WorkPoint)

  /// The given quantities whose numbers can change without making the work meaningless: not indices and the like.
  private func movable(_ points: WorkPoints, _ nodes: [Node]) -> [WorkNames.Leaf] {
    points.given.filter { leaf in
      leaf.tensor.scalarType == .float64 && points.point(hasSigns: false, moving: [leaf]).values(of: nodes) != nil
    }
  }

  /// Values of both sides where both are finite: first for positive variables, then for any.
  private func samples(_ points: WorkPoints, _ moved: [WorkNames.Leaf], _ shapes: WorkShapes) -> [Sample] {
    var samples: [Sample] = []
    let isFixed = moved.isEmpty && points.leaves.allSatisfy(\.isGiven)
    let wanted = isFixed ? 1 : Self.pointCount
    for draw in 0..<Self.drawCount where samples.count < wanted {
      let hasSigns = samples.count >= wanted / 2 || draw > Self.drawCount / 2
      let point = points.point(hasSigns: hasSigns, moving: moved)
      if let sample = sample(point, shapes.nodes) { samples.append(sample) }
      if isFixed { break }
    }
    return samples
  }

  private func sample(_ point: WorkPoint, _ nodes: [Node]) -> Sample? {
    guard let values = point.values(of: nodes), values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    return (values[0], values[1], point)
  }

  private func difference(_ sample: Sample, _ samples: [Sample], _ hint: String?) -> Difference {
    Difference(
      left: sample.left, right: sample.right, point: sample.point, points: samples.map(\.point), hint: hint)
  }

  /// Sides that agree for positive variables only.
  private func signHint(_ samples: [Sample]) -> String? {
    func isPositive(_ sample: Sample) -> Bool { sample.point.shown.allSatisfy { $0.numbers.allSatisfy { $0 > 0 } } }
    let (positive, others) = (samples.filter(isPositive), samples.filter { !isPositive($0) })
    guard positive.count > 2, !others.isEmpty, positive.allSatisfy({ areClose($0.left, $0.right) }) else { return nil }
    return "this holds for positive numbers only"
  }

  // MARK: Numbers in the places of names

  /// Whether the right side is the left one with given numbers put in for the names that it does not mention.
  private func withNumbers(
    _ x: Tensor, _ y: Tensor, _ left: WorkSide, _ right: WorkSide, _ points: WorkPoints, _ tolerances: [Double]?,
    _ shapes: WorkShapes
  ) -> Outcome? {
    let mentioned = right.names
    for putsIn in [putsInResults, putsInGiven] {
      var samples: [Sample] = []
      for draw in 0..<8 {
        let point = putsIn(mentioned, points, draw > 3)
        if let sample = sample(point, shapes.nodes) { samples.append(sample) }
      }
      let areEqual = samples.allSatisfy { areClose($0.left, $0.right, tolerances: tolerances) }
      guard areEqual, !samples.isEmpty else { continue }
      let isExact = samples.allSatisfy { areClose($0.left, $0.right) }
      return .equalWithNumbers(
        of: quantities(under: x, besides: mentioned), remarks: shapes.remarks + (isExact ? [] : ["rounded"]))
    }
    return nil
  }

  /// A point at which the mentioned names have any values, and all others those that the given numbers make.
  private func putsInResults(_ mentioned: Set<String>, _ points: WorkPoints, _ hasSigns: Bool) -> WorkPoint {
    var point = points.point(hasSigns: hasSigns, moving: [])
    for (name, definition) in names.definitions.sorted(by: { $0.key < $1.key }) {
      guard let tensor = try? names.tensor(named: name), tensor.scalarType == .float64 else { continue }
      let leaf = WorkNames.Leaf(name: name, tensor: tensor, isGiven: true)
      if mentioned.contains(name) {
        point.set(leaf, to: points.moved(tensor))
      } else if !definition.isGiven {
        guard point.values(of: [tensor.node]) != nil else { continue }
        point.replacements[ObjectIdentifier(tensor.node)] = .numbers(tensor.scalars, tensor.shape)
      }
    }
    return point
  }

  /// A point at which the given numbers move that the mentioned names are made of, and with them all that depends on
  /// these.
  private func putsInGiven(_ mentioned: Set<String>, _ points: WorkPoints, _ hasSigns: Bool) -> WorkPoint {
    let used = mentioned.sorted().compactMap { names.definitions[$0] == nil ? nil : try? names.tensor(named: $0) }
    let ancestors = Set(used.flatMap(\.node.ancestors).map { ObjectIdentifier($0) })
    return points.point(
      hasSigns: hasSigns, moving: points.given.filter { ancestors.contains(ObjectIdentifier($0.tensor.node)) })
  }

  /// The nearest named quantities with numbers that a tensor is made of, without the ones that are mentioned.
  private func quantities(under tensor: Tensor, besides mentioned: Set<String>) -> [String] {
    var found: Set<String> = []
    var (seen, waiting) = (Set<ObjectIdentifier>(), tensor.name == nil ? [tensor.node] : tensor.node.operands)
    while let next = waiting.popLast() {
      guard seen.insert(ObjectIdentifier(next)).inserted else { continue }
      if let name = next.name, names.definitions[name] != nil {
        if !mentioned.contains(name) { found.insert(name) }
      } else {
        waiting += next.operands
      }
    }
    if found.isEmpty, let name = tensor.name { return [name] }
    return found.sorted()
  }
}

/// How the shapes of two sides go together.
struct WorkShapes {
  /// Both sides in the shape of the left one, row-major, where they can be compared.
  let nodes: [Node]
  /// What is unusual about shapes that go together.
  private(set) var remarks: [String] = []
  /// Why they can't be equal.
  private(set) var mismatch: String?

  init(_ left: Tensor, _ right: Tensor, isNumber: Bool) {
    let (x, y) = (left.shape, right.shape)
    var moved = right
    if x != y {
      let (wide, narrow) = (x.dimensions.filter { $0 != 1 }, y.dimensions.filter { $0 != 1 })
      if isNumber, y.rank == 0 {
        moved = Tensor.zeros(x, type: .float64) + right
        remarks.append("the number stands for a tensor of shape \(x)")
      } else if x.elementCount == 1 || y.elementCount == 1 || wide != narrow {
        mismatch = "the shape is \(y), and must be \(x)"
      } else if x.rank == y.rank {
        mismatch = "a row is no column: the shape is \(y), and must be \(x); transpose it"
      } else {
        moved = Tensor(Node.reshape(right.node, to: x))
        remarks.append("the shape is \(y), and that of the side before is \(x): the numbers are the same")
      }
      if x.elementCount == 1, y.elementCount == 1 {
        moved = Tensor(Node.reshape(right.node, to: x))
        mismatch = nil
        remarks.append("the shape is \(y), and that of the side before is \(x)")
      }
    }
    nodes = [left.node, moved.node]
  }
}

extension ProgramExpression {
  /// For a side of plain numbers, half a unit of the last decimal of each; nil for other sides.
  fileprivate func roundingTolerances(in text: WorkText) -> [Double]? {
    var tolerances: [Double] = []
    return appendTolerances(&tolerances, text) ? tolerances : nil
  }

  private func appendTolerances(_ tolerances: inout [Double], _ text: WorkText) -> Bool {
    switch kind {
    case .number:
      // A whole number is meant exactly.
      let decimals = text.text(range).split(separator: ".", omittingEmptySubsequences: false).dropFirst().first ?? ""
      let count = decimals.prefix { $0.isNumber }.count
      tolerances.append(count == 0 ? 0 : (0..<count).reduce(0.500_000_1) { unit, _ in unit / 10 })
      return true
    case .sign(_, let operand): return operand.appendTolerances(&tolerances, text)
    case .list(let entries): return entries.allSatisfy { $0.appendTolerances(&tolerances, text) }
    case .truth, .text, .none, .name, .operation, .call, .part: return false
    }
  }
}
