import DescentGraph

/// One number of the values that move.
struct ParameterElement: Hashable, Sendable {
  /// Which of the values.
  let parameter: Int
  /// Its place in the row-major elements of that value.
  let place: Int
  /// `w[0,1]`, counted from 0, or the name alone for a single number.
  let label: String
}

extension GradientDescent {
  /// The elements that are known at each step.
  var elements: [ParameterElement] {
    names.indices.flatMap { index -> [ParameterElement] in
      guard case .elements(let scalars) = steps[0].parameters[index] else { return [] }
      return scalars.indices.map { element(of: index, at: $0) }
    }
  }

  private func element(of parameter: Int, at place: Int) -> ParameterElement {
    var (rest, indices) = (place, [Int]())
    for size in shapes[parameter].reversed() {
      indices.insert(rest % size, at: 0)
      rest /= size
    }
    let label =
      indices.isEmpty ? names[parameter] : "\(names[parameter])[\(indices.map(String.init).joined(separator: ","))]"
    return ParameterElement(parameter: parameter, place: place, label: label)
  }

  /// An element at a step.
  subscript(element: ParameterElement, at step: Int) -> Double {
    switch steps[step].parameters[element.parameter] {
    case .elements(let scalars): scalars[element.place]
    case .norm: .nan
    }
  }

  // MARK: Reading

  /// The elements that a text names: `w[0,0],b[-1,0]`.
  func elements(in text: String) throws(TensorError) -> [ParameterElement] {
    var (parts, depth) = ([""], 0)
    for character in text where !character.isWhitespace {
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
    }
    var found: [ParameterElement] = []
    for part in parts { found.append(try element(named: part)) }
    guard found.count == 2 else {
      throw .descend("a picture has two elements, such as 'w[0,0],b[1,0]'; '\(text.prefix(80))' names \(found.count)")
    }
    guard found[0] != found[1] else { throw .descend("\(found[0].label) is named twice") }
    return found
  }

  private func element(named text: String) throws(TensorError) -> ParameterElement {
    let name = String(text.prefix { $0 != "[" })
    guard let parameter = names.firstIndex(of: name) else {
      throw .descend("'\(name)' is none of the values that move: \(names.joined(separator: ", "))")
    }
    let shape = shapes[parameter]
    let count = shape.reduce(1, *)
    guard count <= Self.mostElementsKept else {
      throw .descend(
        "'\(name)' has \(count) elements; the path is kept for values of at most \(Self.mostElementsKept)")
    }
    let indices = try indices(String(text.dropFirst(name.count)), of: name, shape)
    return element(of: parameter, at: zip(shape, indices).reduce(0) { $0 * $1.0 + $1.1 })
  }

  private func indices(_ text: String, of name: String, _ shape: [Int]) throws(TensorError) -> [Int] {
    let inner = text.dropFirst().dropLast()
    let parts = text.isEmpty ? [] : inner.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard text.isEmpty || (text.hasPrefix("[") && text.hasSuffix("]")), parts.count == shape.count,
      !parts.contains(nil)
    else {
      let example = shape.isEmpty ? name : "\(name)[\(shape.map { _ in "0" }.joined(separator: ","))]"
      throw .descend(
        "'\(name)' has shape \(shape); name one of its elements as in \(example), not '\(name)\(text.prefix(40))'")
    }
    var indices: [Int] = []
    for (axis, index) in parts.compactMap(\.self).enumerated() {
      guard (-shape[axis]..<shape[axis]).contains(index) else {
        throw TensorError(
          .indexOutOfBounds, "descend",
          "\(name)\(text): index \(index) is outside of axis \(axis), whose indices are 0 to \(shape[axis] - 1)")
      }
      indices.append(index < 0 ? index + shape[axis] : index)
    }
    return indices
  }
}
