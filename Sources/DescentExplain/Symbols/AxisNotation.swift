import DescentGraph
import DescentNotation

// How axes, windows and contractions are written.

extension AxisSet {
  /// `axis 1`, `axes 0, 2`.
  var words: String { (count == 1 ? "axis " : "axes ") + array.map(String.init).joined(separator: ", ") }
}

extension Window {
  /// The range of each axis of `outer` that `inner` elements take: `:` for all, `1..<4`, `4...0 by −2`.
  func words(_ inner: Shape, in outer: Shape) -> String {
    (0..<outer.rank).map { axis in
      let (start, step, count) = (Int(starts[axis]), Int(strides[axis]), inner[axis])
      if start == 0, step == 1, count == outer[axis] { return ":" }
      if count == 1 { return "\(start)" }
      if step == 1 || count == 0 { return "\(start)..<\(start + count)" }
      return "\(start)...\(start + (count - 1) * step) by \(step < 0 ? "−" : "")\(abs(step))"
    }.joined(separator: ", ")
  }
}

extension Windows {
  /// The sizes from the first axis on, with what is unusual about them.
  var words: String {
    func list(_ value: KeyPath<Axis, Int32>) -> String { "\(axes.map { $0[keyPath: value] })" }
    let strides = axes.contains { $0.stride != 1 } ? ", strides \(list(\.stride))" : ""
    let dilations = axes.contains { $0.dilation != 1 } ? ", dilations \(list(\.dilation))" : ""
    return "of \(list(\.size)) from axis \(firstAxis)\(strides)\(dilations)"
  }
}

extension Contraction {
  /// `Σₖ aᵢₖ·bₖⱼ`: the axes of the result are i, j, … in order, those that are summed have the letters after them.
  func formula(_ left: Formula, _ leftRank: Int, _ right: Formula, _ rightRank: Int) -> Formula {
    var leftLetters = [String](repeating: "", count: leftRank)
    var rightLetters = [String](repeating: "", count: rightRank)
    var letters = Contraction.letters[...]
    for (x, y) in zip(leftBatch, rightBatch) {
      leftLetters[x] = letters.removeFirst()
      rightLetters[y] = leftLetters[x]
    }
    for axis in leftFree(rank: leftRank) { leftLetters[axis] = letters.removeFirst() }
    for axis in rightFree(rank: rightRank) { rightLetters[axis] = letters.removeFirst() }
    var summed: [String] = []
    for (x, y) in zip(leftContracting, rightContracting) {
      leftLetters[x] = letters.removeFirst()
      rightLetters[y] = leftLetters[x]
      summed.append(leftLetters[x])
    }
    let product = Formula.product([left.element(leftLetters), right.element(rightLetters)], .dots)
    return summed.isEmpty ? product : .indexedSum(summed, product)
  }

  /// The letters of the result's axes.
  static func resultLetters(rank: Int) -> [String] { Array(letters.prefix(rank)) }

  /// Two operands of eight axes each have at most sixteen letters.
  private static let letters = [
    "i", "j", "k", "l", "m", "n", "p", "s", "t", "u", "v", "a", "e", "h", "o", "r",
  ]
}

extension Formula {
  /// The element at running indices.
  func element(_ letters: [String]) -> Formula {
    let indices = letters.map { Name.Index.letter($0) }
    if indices.isEmpty { return self }
    if case .name(var name) = self, name.indices.isEmpty {
      name.indices = indices
      return .name(name)
    }
    return .element(of: self, indices)
  }
}
