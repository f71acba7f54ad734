import DescentGraph
import DescentTensor

/// A network built and run without computing anything, so that its layers can be listed and drawn.
struct DryRun {
  /// The layers in the order of declaration.
  let places: [LayerPlace]
  /// What the layers reported, in the order in which they ended.
  let reports: [LayerTrace.Report]
  /// What was made.
  let nodes: [Node]
  /// The network's parameters and states, under their paths.
  let tensors: [Tensor]
  /// The number of trainable numbers.
  let parameterCount: Int
  /// The number of samples.
  let batchSize: Int

  /// Builds a copy of a network and runs it.
  init<Model: TensorStructure>(
    of network: Model, batchSize: Int, _ dryRun: (_ model: Model, _ pass: ForwardPass) -> Void
  ) {
    self.init(of: network, batchSize: batchSize) { model, pass -> Shape? in
      dryRun(model, pass)
      return nil
    }
  }

  /// Builds a copy of a network with one input and runs it.
  init(of network: some Layer, inputShape: Shape, type: ScalarType) {
    let batch = Tensor.zeros(Shape([dryRunSize] + inputShape.dimensions), type: type)
    self.init(of: network, batchSize: dryRunSize) { model, pass -> Shape? in model(batch, pass).shape }
  }

  /// What the run returns is the shape of the network's output, if it has one.
  private init<Model: TensorStructure>(
    of network: Model, batchSize: Int, _ dryRun: (Model, ForwardPass) -> Shape?
  ) {
    var model = network
    model.build { model, pass in _ = dryRun(model, pass) }
    // Fresh names tell parameters apart that started as copies, and let errors say where they are.
    model.forEachTensor(.any) { tensor, path in tensor = tensor.named(path) }
    let (trace, recorder) = (LayerTrace(), Recorder())
    let shape = Scope.current.record(with: recorder) { dryRun(model, ForwardPass(tracing: trace)) }
    (nodes, reports) = (recorder.nodes, trace.all)
    places = LayerPlaces.list(model, trace, nodes, batchSize: max(batchSize, 1), outputShape: shape)
    (tensors, self.batchSize) = (model.namedTensors().map(\.tensor), batchSize)
    parameterCount = model.tensors.reduce(0) { $0 + $1.elementCount }
  }
}
