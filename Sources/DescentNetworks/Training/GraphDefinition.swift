import DescentGraph

// A model as TensorFlow's GraphDef, the form in which TensorBoard draws graphs.

extension Summary {
  /// The layers as nodes, named by their paths, and a node for the input.
  var graphDefinition: ProtocolBuffer {
    let names = nodeNames
    let places = Dictionary(zip(rows.map(\.path), names)) { first, _ in first }
    var (graph, input, versions) = (ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer())
    input.add(1, Summary.inputName)
    input.add(2, "Placeholder")
    graph.add(1, input)
    for (row, name) in zip(rows, names) {
      let inputs = row.inputs.compactMap { places[$0] }
      let isFirst = inputs.isEmpty && row.outputShape != nil
      graph.add(1, node(row, name, inputs: isFirst ? [Summary.inputName] : inputs))
    }
    // The version of the format that TensorFlow 1.0 wrote, which all readers know.
    versions.add(1, 21)
    graph.add(4, versions)
    return graph
  }

  private static let inputName = "input"

  /// A name for each row: its path with slashes, by which TensorBoard groups, and without what names can't have.
  private var nodeNames: [String] {
    var taken: Set = [Summary.inputName]
    return rows.map { row in
      var name = String(
        (row.path.isEmpty ? row.type : row.path).map { character in
          if character == "." { return "/" }
          return character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
        })
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
  }

  private func node(_ row: Row, _ name: String, inputs: [String]) -> ProtocolBuffer {
    var node = ProtocolBuffer()
    node.add(1, name)
    node.add(2, row.type)
    for input in inputs { node.add(3, input) }
    if let shape = row.outputShape { node.add(5, attribute("_output_shapes") { $0.add(1, list(shape)) }) }
    node.add(5, attribute("parameters") { $0.add(3, row.parameterCount) })
    node.add(5, attribute("multiply_adds") { $0.add(3, row.multiplyAdds) })
    node.add(5, attribute("frozen") { $0.add(5, row.isFrozen ? 1 : 0) })
    return node
  }

  private func attribute(_ name: String, _ value: (inout ProtocolBuffer) -> Void) -> ProtocolBuffer {
    var (entry, content) = (ProtocolBuffer(), ProtocolBuffer())
    value(&content)
    entry.add(1, name)
    entry.add(2, content)
    return entry
  }

  /// A list of one shape, in which −1 stands for the number of samples.
  private func list(_ shape: Shape) -> ProtocolBuffer {
    var (list, sizes) = (ProtocolBuffer(), ProtocolBuffer())
    for (axis, size) in shape.dimensions.enumerated() {
      var dimension = ProtocolBuffer()
      dimension.add(1, axis == 0 && size == batchSize ? -1 : size)
      sizes.add(2, dimension)
    }
    list.add(7, sizes)
    return list
  }
}
