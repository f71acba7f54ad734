import DescentGraph
import DescentTensor

/// A table of a network's layers: path, type, shape of the output, parameters, multiply-adds and memory.
public struct Summary: Sendable {
  /// One layer.
  public struct Row: Sendable, Equatable {
    /// The names on the way to the layer, such as `encoder.0`.
    public let path: String
    /// The name of the layer's type.
    public let type: String
    /// The shape of its output for one batch; nil for a layer that did not run or does not tell.
    public let outputShape: Shape?
    /// The number of its parameters, trained or frozen; running statistics do not count.
    public let parameterCount: Int
    /// Whether its parameters are frozen.
    public let isFrozen: Bool
    /// How many multiplications with an addition it makes for one sample; products between layers count for the layer
    /// that follows.
    public let multiplyAdds: Int
    /// How many bytes its output takes for one sample.
    public let outputBytes: Int
    /// The paths of the rows whose outputs it reads, by way of whatever belongs to no row; none if it reads the input.
    public internal(set) var inputs: [String] = []
  }

  /// The layers that contain no others, layers that speak for those inside them, and parameters that belong to no
  /// layer, in the order of declaration.
  public let rows: [Row]
  /// The number of trainable parameters of the whole network.
  public let parameterCount: Int
  /// The number of frozen parameters, running statistics and other numbers that are not trained.
  public let heldCount: Int
  /// How many bytes parameters and states take.
  public let parameterBytes: Int
  /// The multiply-adds of all rows, for one sample.
  public var multiplyAdds: Int { rows.reduce(0) { $0 + $1.multiplyAdds } }
  /// The number of samples of the dry run; the table shows the first axis as n where it has this size.
  let batchSize: Int
}

extension Layer {
  /// A table of the layers for inputs of a shape, found by building the graph of a batch without computing it.
  ///
  /// ```swift
  /// print(network.summary(inputShape: [784]))
  /// ```
  ///
  /// Sizes that were left open are inferred; the network itself stays as it is.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of one sample.
  ///   - type: The scalar type of the inputs.
  public func summary(inputShape: Shape, type: ScalarType = .float32) -> Summary {
    Summary(DryRun(of: self, inputShape: inputShape, type: type))
  }
}

extension TensorStructure {
  /// A table of the layers of a model with several inputs.
  ///
  /// ```swift
  /// print(model.summary(batchSize: 1) { model, pass in _ = model(image, question, pass) })
  /// ```
  ///
  /// - Parameters:
  ///   - batchSize: How many samples the dry run has.
  ///   - dryRun: Calls the model it is given, with the pass it is given, on inputs of the shapes to come.
  public func summary(batchSize: Int, _ dryRun: (_ model: Self, _ pass: ForwardPass) -> Void) -> Summary {
    Summary(DryRun(of: self, batchSize: batchSize, dryRun))
  }
}

extension Summary {
  init(_ run: DryRun) {
    rows = run.rows
    let count = run.tensors.reduce(0) { $0 + $1.elementCount }
    (parameterCount, heldCount, batchSize) = (run.parameterCount, count - run.parameterCount, run.batchSize)
    parameterBytes = run.tensors.reduce(0) { $0 + $1.elementCount * $1.scalarType.byteCount }
  }
}

extension Summary: CustomStringConvertible {
  /// The table, and a line about what holds for all of it.
  public var description: String {
    let header = ["layer", "type", "output", "parameters", "multiply-adds", "memory"]
    let lines = rows.map { row in
      [
        row.path, row.title, row.outputShape?.written(batchSize: batchSize) ?? "–",
        grouped(row.parameterCount), grouped(row.multiplyAdds), bytes(row.outputBytes),
      ]
    }
    let all = rows.reduce(0) { $0 + $1.parameterCount }
    let memory = rows.reduce(0) { $0 + $1.outputBytes }
    let total = ["total", "", "", grouped(all), grouped(multiplyAdds), bytes(memory)]
    let table = TextTable(header: header, rows: lines, footer: total, rightAligned: [3, 4, 5]).description
    let held = heldCount == 0 ? "" : ", \(grouped(parameterCount)) trained, \(grouped(heldCount)) not"
    return "\(table)\nparameters: \(bytes(parameterBytes))\(held); multiply-adds and memory of outputs: for one sample"
  }

  /// A number of bytes in units of a thousand.
  private func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(count), 0)
    while value >= 999.95, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    let tenths = Int((value * 10).rounded())
    return unit == 0 ? "\(count) B" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}

extension Summary.Row {
  /// The type, with a remark if the layer is frozen.
  var title: String { isFrozen ? "\(type) (frozen)" : type }
}

extension Shape {
  /// The shape with n for the size of the batch.
  func written(batchSize: Int) -> String {
    let sizes = dimensions.enumerated().map { $0 == 0 && $1 == batchSize ? "n" : "\($1)" }
    return "[" + sizes.joined(separator: ", ") + "]"
  }
}
