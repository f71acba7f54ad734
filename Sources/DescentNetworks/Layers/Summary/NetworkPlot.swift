import DescentDrawing
import DescentGraph
import DescentTensor

/// A picture of a network: a box for each layer, and arrows along which data flows.
///
/// A box says what the layer is, where it stands, the shape of its output and how many parameters it has; a layer that
/// runs twice has two boxes. Between layers stand the operations that join branches, such as the sum of a residual
/// connection, and those that use a parameter of no layer. A frame surrounds the layers of one part of the network: a
/// block, a ``Residual``, a ``Sequential`` inside another. Frames do not nest: the outermost is drawn.
///
/// ```swift
/// try network.plot(inputShape: [28, 28, 1]).svg.write(toFile: "network.svg", atomically: true, encoding: .utf8)
/// ```
public struct NetworkPlot: Sendable {
  private let picture: GraphPicture

  /// The picture as an SVG document that needs nothing from outside; it follows the reader's light or dark mode.
  public var svg: String { picture.svg }

  /// The graph in the language of Graphviz, whose `dot` draws it.
  public var dot: String { picture.dot }
}

extension Layer {
  /// A picture of the layers for inputs of a shape, found by building the graph of a batch without computing it.
  ///
  /// Sizes that were left open are inferred; the network itself stays as it is.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of one sample.
  ///   - type: The scalar type of the inputs.
  public func plot(inputShape: Shape, type: ScalarType = .float32) -> NetworkPlot {
    NetworkPlot(DryRun(of: self, inputShape: inputShape, type: type), title: typeName)
  }
}

extension TensorStructure {
  /// A picture of the layers of a model with several inputs.
  ///
  /// ```swift
  /// let (image, question) = (Tensor.zeros([1, 28, 28, 1]).named("image"), Tensor.zeros([1, 12]).named("question"))
  /// print(model.plot(batchSize: 1) { model, pass in _ = model(image, question, pass) }.dot)
  /// ```
  ///
  /// What is made before the dry run and has the size of the batch in front is drawn as an input, under its name.
  ///
  /// - Parameters:
  ///   - batchSize: How many samples the dry run has.
  ///   - dryRun: Calls the model it is given, with the pass it is given, on inputs of the shapes to come.
  public func plot(batchSize: Int, _ dryRun: (_ model: Self, _ pass: ForwardPass) -> Void) -> NetworkPlot {
    NetworkPlot(DryRun(of: self, batchSize: batchSize, dryRun), title: "\(Self.self)")
  }
}

extension NetworkPlot {
  init(_ run: DryRun, title: String) {
    let boxes = LayerFlow(run).boxes
    let places = boxes.map { $0.place(in: run) }
    let frames = boxes.frames(places)
    let used = Set(boxes.flatMap(\.sources))
    let nodes = boxes.indices.map { index in
      boxes[index].drawn(
        index, places[index], run, isResult: !used.contains(index) && !boxes[index].sources.isEmpty,
        in: frames[index]?.path)
    }
    let edges = boxes.enumerated().flatMap { index, box in
      box.sources.map { GraphPicture.Edge(from: "\($0)", to: "\(index)") }
    }
    let groups = Set(frames.compactMap { $0 }).map { GraphPicture.Group($0.path, title: "\($0.path) \($0.type)") }
    let layers = boxes.count { if case .layer = $0.subject { true } else { false } }
    picture = GraphPicture(
      title: title, summary: "A network of \(layers) layers with \(grouped(run.parameterCount)) trained parameters.",
      nodes: nodes, edges: edges, groups: groups.sorted { $0.id < $1.id }, direction: .topToBottom)
  }
}

extension LayerFlow.Box {
  /// The layer's place in the network; nil for what is no layer.
  fileprivate func place(in run: DryRun) -> LayerPlace? {
    guard case .layer(let index) = subject else { return nil }
    return run.places.place(of: run.reports[index], among: run.reports)
  }

  fileprivate func drawn(
    _ index: Int, _ place: LayerPlace?, _ run: DryRun, isResult: Bool, in group: String?
  ) -> GraphPicture.Node {
    var (title, details, output) = ("", [String](), run.nodes.first)
    switch subject {
    case .input(let node): (title, output) = (node.name ?? "input", node)
    case .operation(let node, let parameters):
      (title, details, output) = (node.word, parameters.map { "with \($0)" }, node)
    case .layer(let index):
      (title, output) = (place?.row.title ?? run.reports[index].type, run.reports[index].output)
      if let path = place?.row.path, !path.isEmpty { details = [path] }
    }
    if let output { details.append("\(output.shape.written(batchSize: run.batchSize)) \(output.scalarType)") }
    if let count = place?.row.parameterCount, count > 0 { details.append("\(grouped(count)) parameters") }
    let kind: GraphPicture.Kind = sources.isEmpty ? .input : isResult ? .result : .operation
    return .init("\(index)", title: title, details: details, kind: kind, group: group)
  }
}

extension [LayerFlow.Box] {
  /// The frame of each box: that of the layer, if it surrounds others too; an operation, or a layer whose place is not
  /// known, stands in the frame of what it was computed from last, if its other sources stand there or lead there, as
  /// those of a shortcut do.
  fileprivate func frames(_ places: [LayerPlace?]) -> [LayerPlace.Frame?] {
    var frames = places.map { $0?.frame }
    for (index, box) in enumerated() {
      guard places[index] == nil, let last = box.sources.max(), let frame = frames[last] else { continue }
      let inside = ancestors(of: last)
      if box.sources.allSatisfy({ $0 == last || frames[$0] == frame || inside.contains($0) }) { frames[index] = frame }
    }
    let counts = Dictionary(frames.compactMap { $0.map { ($0, 1) } }, uniquingKeysWith: +)
    return frames.map { frame in frame.flatMap { counts[$0, default: 0] > 1 ? $0 : nil } }
  }

  /// What a box depends on.
  private func ancestors(of last: Int) -> Set<Int> {
    var found: Set<Int> = [last]
    for index in (0...last).reversed() where found.contains(index) { found.formUnion(self[index].sources) }
    return found
  }
}
