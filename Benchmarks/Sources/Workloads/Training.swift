// Training steps, epochs, and single predictions.

import Descent

extension Workload {
  /// One training step of a network on made-up data: forward, backward, Adam.
  private static func steps(
    _ name: String, _ network: @escaping () -> Sequential, batches: [(suffix: String, size: Int)],
    inputs: @escaping (Int) -> Tensor, targets: @escaping (Int) -> Tensor
  ) -> [Workload] {
    batches.map { suffix, size in
      Workload(name: name + suffix, variants: ["compiled", "loop"]) { variant, _ in
        let model = withRandomSeed(1) { network() }
        let (x, y) = (inputs(size), targets(size))
        try evaluate(x, y)
        return variant == "loop" ? loop(model, x, y) : compiled(model, x, y)
      }
    }
  }

  private static func compiled(_ model: Sequential, _ x: Tensor, _ y: Tensor) -> () throws -> Void {
    let step = CompiledStep(model, optimizer: Adam(learningRate: 1e-3), random: RandomGenerator(seed: 1)) {
      softmaxCrossEntropy($0($2, $1), $3)
    }
    return { _ = try step(x, y) }
  }

  private static func loop(_ model: Sequential, _ x: Tensor, _ y: Tensor) -> () throws -> Void {
    var (model, optimizer) = (model, Adam(learningRate: 1e-3))
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    return {
      let (loss, gradient) = valueWithGradient(at: model) { softmaxCrossEntropy($0(x, pass), y) }
      try optimizer.update(&model, along: consume gradient, evaluating: [loss])
      model.adoptState(from: pass)
    }
  }

  private static func classes(_ shape: [Int], _ count: Int) -> Tensor {
    let total = shape.reduce(1, *)
    return Tensor(scalars: (0..<total).map { $0 * 7 % count }, type: .int64).reshaped(to: shape)
  }

  static var training: [Workload] {
    steps(
      "mlp-step", Networks.perceptron, batches: [("", 128), ("-small", 32), ("-large", 512)],
      inputs: { .uniform([$0, 784]) }, targets: { classes([$0], 10) })
      + steps(
        "cnn-step", Networks.convolutional, batches: [("", 64), ("-small", 16), ("-large", 256)],
        inputs: { .uniform([$0, 28, 28, 1]) }, targets: { classes([$0], 10) })
      + steps(
        "gpt-step", Networks.transformer, batches: [("", 8), ("-small", 2), ("-large", 32)],
        inputs: { classes([$0, 128], 65) }, targets: { classes([$0, 128], 65) })
      + steps(
        "lstm-step", Networks.recurrent, batches: [("", 64), ("-small", 16), ("-large", 256)],
        inputs: { .normal([$0, 50, 64]) }, targets: { classes([$0], 10) })
      + steps(
        "resnet-step", Networks.residual, batches: [("", 32)], inputs: { .uniform([$0, 32, 32, 3]) },
        targets: { classes([$0], 10) })
  }

  // MARK: Epochs

  private static func images(_ folder: String?) throws -> Samples {
    guard let folder else { return try IDXFolder.fashionMNIST().samples(.train) }
    return try IDXFolder(path: folder).samples(.train)
  }

  /// A step of Adam on a batch of images.
  private static func batchStep(
    _ variant: String, _ model: Sequential, _ random: RandomGenerator
  ) -> (Samples) throws -> Void {
    func loss(_ model: Sequential, _ pass: ForwardPass, _ images: Tensor, _ labels: Tensor) -> Tensor {
      softmaxCrossEntropy(model(images.reshaped(to: [images.shape[0], 784]), pass), labels)
    }
    if variant == "compiled" {
      let step = CompiledStep(model, optimizer: Adam(learningRate: 1e-3), random: random, loss: loss)
      return { _ = try step($0.inputs, $0.targets) }
    }
    var (model, optimizer) = (model, Adam(learningRate: 1e-3))
    let pass = ForwardPass(trainingWith: random)
    return { batch in
      let gradient = gradient(at: model) { loss($0, pass, batch.inputs, batch.targets) }
      optimizer.update(&model, along: consume gradient)
    }
  }

  static var epochs: [Workload] {
    [
      Workload(name: "fashion-epoch", variants: ["compiled", "loop"]) { variant, folder in
        let samples = try images(folder)
        let random = RandomGenerator(seed: 1)
        let step = batchStep(variant, withRandomSeed(1) { Networks.perceptron() }, random)
        return { for batch in samples.shuffled(using: random).batches(of: 128) { try step(batch) } }
      },
      Workload(name: "fashion-fit", variants: ["fit"]) { _, folder in
        let samples = try images(folder)
        var model = Sequential {
          Flatten()
          Networks.perceptron()
        }
        var optimizer = Adam(learningRate: 1e-3)
        return {
          try model.fit(
            samples, epochs: 1, batchSize: 128, optimizer: &optimizer, loss: .softmaxCrossEntropy, seed: 1,
            progress: .silent)
        }
      },
    ]
  }

  // MARK: Latency

  private static func prediction(_ name: String, _ network: @escaping () -> Sequential, _ shape: Shape) -> Workload {
    Workload(name) {
      let (model, x) = (network(), Tensor.uniform(shape))
      try evaluate(model.tensors + [x])
      return { try evaluate(model(x, .inference)) }
    }
  }

  static var latencies: [Workload] {
    [
      prediction("mlp-latency", Networks.perceptron, [1, 784]),
      prediction("cnn-latency", Networks.convolutional, [1, 28, 28, 1]),
    ]
  }
}
