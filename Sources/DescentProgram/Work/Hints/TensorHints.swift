import DescentCalculus
import DescentExplain
import DescentGraph
import DescentTensor

/// Looks for the mistake in a line about tensors: transposed, in the wrong order, off by a factor, not summed, or with
/// one rule left out.
struct TensorHints {
  let names: WorkNames
  /// The side that the wrong one should equal, and that one, as tensors.
  let left: Tensor
  let right: Tensor
  /// The derivative that the left side is, if it is one.
  let mark: WorkMark?
  let points: [WorkPoint]

  /// A tensor that the right side would be with a mistake, and that mistake.
  private struct Candidate {
    let tensor: Tensor
    let hint: WorkHint

    init(_ tensor: Tensor, _ rule: String?, _ text: String) {
      (self.tensor, hint) = (tensor, WorkHint(rule: rule, text: text))
    }
  }

  func hint() -> WorkHint? {
    var candidates = transposed() + productCandidates() + sums()
    if let found = first(of: candidates) { return found }
    if let found = ratioHint() { return found }
    candidates = stepCandidates() + differences()
    return first(of: candidates) ?? elementHint()
  }

  /// The elements that differ, if they are few.
  private func elementHint() -> WorkHint? {
    guard left.shape == right.shape, left.rank > 0, let values = points.first?.values(of: [left.node, right.node])
    else {
      return nil
    }
    let places = values[0].indices.filter { !areClose([values[0][$0]], [values[1][$0]]) }
    guard !places.isEmpty, places.count <= 3, places.count < values[0].count else { return nil }
    let complaints = places.map { place in
      let index = left.shape.index(of: place).map(String.init).joined(separator: ", ")
      let (correct, wrong) = (WorkNumbers.text(values[0][place]), WorkNumbers.text(values[1][place]))
      return "element [\(index)] is \(wrong) and must be \(correct)"
    }
    return WorkHint(rule: nil, text: complaints.joined(separator: "; "))
  }

  /// The first candidate that the right side equals, and the left side does not, at all points.
  private func first(of candidates: [Candidate]) -> WorkHint? {
    let fitting = candidates.filter { $0.tensor.shape == right.shape && !$0.tensor.node.isInvalid }
    guard !fitting.isEmpty else { return nil }
    let nodes = [left.node, right.node] + fitting.map(\.tensor.node)
    let found = points.map { $0.values(of: nodes) }
    return fitting.indices.first { place in
      let isSame = found.allSatisfy { values in values.map { areClose($0[1], $0[place + 2]) } ?? false }
      let isCorrect =
        left.shape == right.shape && found.allSatisfy { $0.map { areClose($0[0], $0[place + 2]) } ?? true }
      return isSame && !isCorrect
    }.map { fitting[$0].hint }
  }

  /// A tensor made by a piece of program, nil if it makes none.
  private func made(_ body: () -> Tensor) -> Tensor? { try? checked(body) }

  // MARK: Arrangement

  private func transposed() -> [Candidate] {
    guard left.rank == 2, let tensor = made({ left.transposed() }) else { return [] }
    return [
      Candidate(
        tensor, "transposition", "this is the transpose of what it must be; a gradient has the shape of what it is by")
    ]
  }

  /// Tensors whose sum along some axes is right, and means in the place of sums.
  private func sums() -> [Candidate] {
    guard right.rank <= 3, right.rank > 0 else { return [] }
    var found: WorkHint?
    for mask in 1..<(1 << right.rank) {
      let axes = (0..<right.rank).filter { mask >> $0 & 1 == 1 }
      for keeps in [true, false] {
        guard let sum = made({ right.sum(axes: axes, keepingAxes: keeps) }), sum.shape == left.shape else { continue }
        let values = points.map { $0.values(of: [left.node, sum.node]) }
        guard values.allSatisfy({ $0.map { areClose($0[0], $0[1]) } ?? false }) else { continue }
        let along = axes.map(String.init).joined(separator: " and ")
        found = WorkHint(
          rule: "what is repeated adds up",
          text: "the sum along axis \(along) is missing: what is added to every row gets the sum over the rows "
            + "(the batch)")
      }
    }
    return found.map { [Candidate(right, $0.rule, $0.text)] } ?? []
  }

  // MARK: Factors

  /// A constant factor between the sides.
  private func ratioHint() -> WorkHint? {
    guard left.shape == right.shape else { return nil }
    var ratio: Double?
    for point in points {
      guard let values = point.values(of: [left.node, right.node]) else { return nil }
      for (correct, wrong) in zip(values[0], values[1]) {
        if abs(correct) < 1e-12, abs(wrong) < 1e-12 { continue }
        guard correct != 0, ratio == nil || areClose([wrong / correct], [ratio!]) else { return nil }
        ratio = wrong / correct
      }
    }
    guard let ratio, ratio != 0, ratio.isFinite, !areClose([ratio], [1]) else { return nil }
    if areClose([ratio], [-1]) { return WorkHint(rule: "sign", text: "the sign is wrong") }
    // A single number at a single point is a multiple of any other.
    guard left.elementCount > 1 || points.count > 1 else { return nil }
    if areClose([ratio], [0.5]), !isCount(2), hasSquare {
      return WorkHint(rule: "power rule", text: "the factor 2 is missing: the exponent of a square comes down")
    }
    for (factor, words) in [(ratio, "too large by the factor"), (1 / ratio, "too small by the factor")] {
      let count = factor.rounded()
      guard count > 1, count < 1e6, areClose([factor], [count]) else { continue }
      let hint = isCount(Int(count)) ? ": a mean is the sum divided by the number of elements" : ""
      return WorkHint(
        rule: hint.isEmpty ? nil : "mean", text: "this is \(words) \(WorkNumbers.text(count))\(hint)")
    }
    return WorkHint(rule: nil, text: "this is \(WorkNumbers.text(ratio)) times what it must be")
  }

  private var hasSquare: Bool {
    guard let mark, let target = try? names.parts(of: mark).target.node else { return false }
    return target.ancestors.contains { $0.operation == .power(2) }
  }

  /// Whether the target divides by a number of elements.
  private func isCount(_ count: Int) -> Bool {
    guard let mark, let target = try? names.parts(of: mark).target.node else { return false }
    return target.ancestors.contains { node in
      if case .reduce(.sum, let axes) = node.operation {
        return node.operand(0).shape.elementCount / max(1, node.shape.elementCount) == count && axes.count > 0
          && target.ancestors.contains { $0.isDivision(by: count) }
      }
      return false
    }
  }

  /// Tensors that differ from the right one by a quantity with a name.
  private func differences() -> [Candidate] {
    guard left.shape == right.shape else { return [] }
    var found: [Candidate] = []
    for name in names.definitions.keys.sorted() {
      guard let tensor = try? names.tensor(named: name), tensor.shape == left.shape else { continue }
      found.append(Candidate(left + tensor, nil, "a term −\(name) is missing, or \(name) is one too many"))
      found.append(Candidate(left - tensor, nil, "a term \(name) is missing"))
      found.append(Candidate(left * tensor, nil, "the factor \(name) does not belong there"))
      found.append(Candidate(left / tensor, nil, "the factor \(name) is missing"))
    }
    return found
  }

  // MARK: Steps

  /// Gradients in which one rule is broken at one place.
  private func stepCandidates() -> [Candidate] {
    guard let walk = gradientWalk() else { return [] }
    var found: [Candidate] = []
    for mistake in TensorMistake.all {
      for place in walk.places {
        guard found.count < 200, let node = walk.gradient(with: mistake, at: place) else { continue }
        found.append(Candidate(Tensor(node), mistake.rule, mistake.hint(walk.text(of: place))))
      }
    }
    return found
  }

  private func gradientWalk() -> GradientWalk? {
    guard let mark, mark.arguments.isEmpty, let parts = try? names.parts(of: mark), parts.variables.count == 1 else {
      return nil
    }
    return GradientWalk(of: parts.target.node, by: parts.variables[0].node)
  }

  // MARK: Products of matrices

  /// What the gradient by a factor of a matrix product is with its parts in another order, or not transposed.
  private func productCandidates() -> [Candidate] {
    guard let mark, let walk = gradientWalk(), left.rank <= 2 else { return [] }
    var found: [Candidate] = []
    for (product, place) in walk.products {
      guard let cotangent = walk.cotangent(of: product) else { continue }
      let other = product.operand(1 - place)
      let words = ProductWords(
        cotangent: cotangentName(walk, cotangent, mark), other: walk.text(of: other), isLeft: place == 0,
        hasVector: product.operands.contains { $0.shape.rank < 2 })
      for (order, text) in ProductOrder.all {
        guard let tensor = made({ order.product(Tensor(cotangent), Tensor(other), place == 0) }) else { continue }
        found.append(Candidate(tensor, "product rule for matrices", words.hint(text)))
      }
    }
    return found
  }

  /// The derivative by a named result that equals a cotangent, δ if there is none.
  private func cotangentName(_ walk: GradientWalk, _ cotangent: Node, _ mark: WorkMark) -> String {
    guard case .name(let target) = mark.target, let point = points.first else { return "δ" }
    for (name, definition) in names.definitions.sorted(by: { $0.key < $1.key }) where !definition.isGiven {
      guard let node = try? names.tensor(named: name)?.node, node.shape == cotangent.shape,
        let own = walk.cotangent(of: node), let values = point.values(of: [own, cotangent]),
        areClose(values[0], values[1])
      else { continue }
      let sign = mark.isPartial ? "∂" : "d"
      return "\(sign)\(target)/\(sign)\(name)"
    }
    return "δ"
  }
}

extension Node {
  /// Whether the node divides by a number, or multiplies by its reciprocal.
  fileprivate func isDivision(by count: Int) -> Bool {
    guard operation == .binary(.divide) || operation == .binary(.multiply) else { return false }
    return operands.contains { operand in
      guard case .fill(let bits) = operand.operation else { return false }
      let value = bits.double(as: operand.scalarType)
      return operation == .binary(.divide)
        ? value == Double(count) : areClose([value * Double(count)], [1])
    }
  }
}
