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
    ///
    /// A layer that changes nothing in inference, such as dropout, stands for what it was given from then on.
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
    let batch = Tensor.zeros(Shape([dryRunSize] + inputShape.dimensions), type: type)
    return summarized(batchSize: dryRunSize) { model, pass in model(batch, pass).shape }
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
    summarized(batchSize: batchSize) { model, pass in
      dryRun(model, pass)
      return nil
    }
  }

  fileprivate func summarized(batchSize: Int, _ dryRun: (Self, ForwardPass) -> Shape?) -> Summary {
    var model = self
    model.build { model, pass in _ = dryRun(model, pass) }
    // Fresh names tell parameters apart that started as copies, and let errors say where they are.
    model.forEachTensor(.any) { tensor, path in tensor = tensor.named(path) }
    let (trace, recorder) = (LayerTrace(), Recorder())
    let shape = Scope.current.record(with: recorder) { dryRun(model, ForwardPass(tracing: trace)) }
    var rows = SummaryRows(trace: trace, nodes: recorder.nodes, batchSize: max(batchSize, 1))
    rows.append(model, path: [], isFrozen: false, outputShape: shape)
    rows.connect()
    let all = model.namedTensors().map(\.tensor)
    let count = all.reduce(0) { $0 + $1.elementCount }
    let trainable = model.tensors.reduce(0) { $0 + $1.elementCount }
    return Summary(
      rows: rows.rows, parameterCount: trainable, heldCount: count - trainable,
      parameterBytes: all.reduce(0) { $0 + $1.elementCount * $1.scalarType.byteCount }, batchSize: batchSize)
  }
}

extension Summary: CustomStringConvertible {
  /// The table, and a line about what holds for all of it.
  public var description: String {
    let header = ["layer", "type", "output", "parameters", "multiply-adds", "memory"]
    let lines = rows.map { row in
      [
        row.path, row.isFrozen ? "\(row.type) (frozen)" : row.type, shown(row.outputShape),
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

  private func shown(_ shape: Shape?) -> String {
    guard let shape else { return "–" }
    let sizes = shape.dimensions.enumerated().map { $0 == 0 && $1 == batchSize ? "n" : "\($1)" }
    return "[" + sizes.joined(separator: ", ") + "]"
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
