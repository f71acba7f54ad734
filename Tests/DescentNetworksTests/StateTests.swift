import Descent
import Testing

private func network() -> Sequential {
  withRandomSeed(5) {
    Sequential {
      Dense(2, 8, hasBias: false)
      BatchNorm(momentum: 0.5).named("norm")
      Activation.relu
      Dense(8, 2)
    }
  }
}

@Suite struct StateTests {
  @Test func fittingMovesRunningStatisticsAndCopiesStay() throws {
    let samples = rings(120, seed: 2)
    var model = network()
    let copy = model
    try model.fit(
      samples, epochs: 5, optimizer: Adam(learningRate: 0.02), loss: .softmaxCrossEntropy, seed: 4, progress: .silent)
    let mean = model[path: "norm.runningMean"]
    #expect(mean.scalars.contains { $0 != 0 })
    #expect(copy.built(inputShape: [2])[path: "norm.runningMean"].scalars.allSatisfy { $0 == 0 })
    // The statistics of all samples in inference are near those of the batches.
    let hidden = matmul(samples.inputs, model[path: "0.weight"])
    #expect(distance(mean.scalars, hidden.mean(axes: 0).scalars) < 0.3)
  }

  @Test func theLoopByHandGivesTheSameBits() throws {
    let samples = rings(96, seed: 2)
    var fitted = network(), model = network()
    try fitted.fit(
      samples, epochs: 3, optimizer: Adam(learningRate: 0.01), loss: .softmaxCrossEntropy, seed: 4, progress: .silent)
    model.build(inputShape: [2])
    var optimizer = Adam(learningRate: 0.01)
    let random = RandomGenerator(seed: 4), pass = ForwardPass(trainingWith: random)
    for _ in 0..<3 {
      for batch in samples.shuffled(using: random).batches(of: 32) {
        let gradient = gradient(at: model) { softmaxCrossEntropy($0(batch.inputs, pass), batch.targets) }
        optimizer.update(&model, along: gradient)
        model.adoptState(from: pass)
      }
    }
    #expect(bits(of: fitted) == bits(of: model))
    let states = [fitted, model].map { $0.namedTensors(.held).map { $0.tensor.scalars } }
    #expect(states[0] == states[1])
  }

  @Test func inferenceLeavesStatisticsAlone() {
    let layer = BatchNorm(channels: 3)
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    var model = layer
    _ = model(.ones([4, 3]))
    model.adoptState(from: pass)
    #expect(model.runningMean.scalars == [0, 0, 0])
    _ = model(.ones([4, 3]), pass)
    #expect(model.runningMean.scalars == [0, 0, 0])
    model.adoptState(from: pass)
    #expect(distance(model.runningMean.scalars, [0.1, 0.1, 0.1]) < 1e-6)
    #expect(layer.runningMean.scalars == [0, 0, 0])
  }

  @Test func aLayerUsedTwiceMovesTwice() {
    var layer = BatchNorm(channels: 1, momentum: 0.5)
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    _ = layer([[2], [2]], pass)
    _ = layer([[6], [6]], pass)
    layer.adoptState(from: pass)
    // Half of half of 2, and half of 6.
    #expect(layer.runningMean.scalars == [3.5])
  }

  @Test func copiedLayersAreToldApartOrRefused() {
    let layer = BatchNorm(channels: 2, momentum: 0)
    var twins = Sequential {
      layer
      layer
    }
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    _ = twins([[1, 2], [3, 8]], pass)
    #expect(complaint { twins.adoptState(from: pass) }.contains("'1.runningMean' is a copy of '0.runningMean'"))
    twins.build(inputShape: [2])
    let second = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    _ = twins([[1, 2], [3, 8]], second)
    twins.adoptState(from: second)
    #expect(twins[path: "0.runningMean"].scalars == [2, 5])
    #expect(distance(twins[path: "1.runningMean"].scalars, [0, 0]) < 1e-6)
  }

  @Test func statesAreNoParameters() {
    let layer = BatchNorm(channels: 4)
    #expect(paths(of: layer) == ["scale", "shift"])
    #expect(layer.namedTensors(.held).map(\.path) == ["runningMean", "runningVariance"])
    #expect(layer.namedTensors().map(\.path) == ["scale", "shift", "runningMean", "runningVariance"])
    #expect(layer.parameterCount == 8)
  }

  @Test func outsideOfTrainingNothingIsRemembered() {
    let state = Tensor.zeros([2])
    ForwardPass.inference.setState(state, to: [1, 2])
    #expect(ForwardPass.inference.state(state).scalars == [0, 0])
  }

  @Test func statesThatDoNotFitAreRefused() {
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    #expect(
      complaint { pass.setState(.zeros([2]), to: .zeros([3])) }
        .contains("setState: the state is float32 [2], the new value float32 [3]"))
  }

  @Test func checkpointsKeepStatistics() {
    let x = Tensor.normal([6, 3], type: .float64, using: RandomGenerator(seed: 2))
    func trained(_ isCheckpointed: Bool) -> (gradient: [[Double]], state: [[Double]]) {
      var layer = BatchNorm(channels: 3, type: .float64)
      let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
      let gradient = gradient(at: layer) { layer in
        sin(isCheckpointed ? checkpoint { layer(x, pass) } : layer(x, pass)).sum()
      }
      layer.adoptState(from: pass)
      return (gradient.tensors.map(\.scalars), layer.namedTensors(.held).map { $0.tensor.scalars })
    }
    #expect(trained(true) == trained(false))
  }

  @Test func trainingInsideALoopIsRefused() {
    let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
    let layer = BatchNorm(channels: 2)
    let words = complaint {
      _ = scan(Tensor.zeros([3, 2]), count: 2) { x, _ in layer(x + 1, pass) }
    }
    #expect(words.contains("can't be trained inside a loop"))
  }
}

@Suite struct FrozenTests {
  @Test func frozenLayersStayAsTheyAre() throws {
    let samples = rings(120, seed: 2)
    let base = withRandomSeed(1) {
      Sequential {
        Dense(8, activation: .tanh)
        BatchNorm()
        Dropout(0.5)
      }
    }.built(inputShape: [2])
    var model = withRandomSeed(2) {
      Sequential {
        base.frozen()
        Dense(2)
      }
    }
    let history = try model.fit(
      samples, epochs: 20, optimizer: Adam(learningRate: 0.05), loss: .softmaxCrossEntropy, progress: .silent)
    #expect(paths(of: model) == ["1.weight", "1.bias"])
    #expect(
      model.namedTensors(.held).map(\.path)
        == [
          "0.layer.0.weight", "0.layer.0.bias", "0.layer.1.scale", "0.layer.1.shift", "0.layer.1.runningMean",
          "0.layer.1.runningVariance",
        ])
    let kept = try #require(model[0] as? Frozen<Sequential>).layer
    #expect(kept.namedTensors().map { $0.tensor.scalars } == base.namedTensors().map { $0.tensor.scalars })
    #expect(history.epochs.last!.training.loss < history.epochs[0].training.loss)
  }

  @Test func thawedLayersLearnAgain() {
    var layer = Dense(2, 2).frozen()
    #expect(layer.tensors.isEmpty)
    layer.isFrozen = false
    #expect(paths(of: layer) == ["layer.weight", "layer.bias"])
  }

  @Test func layersInsideAreBuilt() {
    let network = Sequential {
      Dense(3).frozen()
      Dense(2)
    }.built(inputShape: [4])
    #expect(network.namedTensors().map(\.tensor.shape) == [[4, 3], [3], [3, 2], [2]])
  }
}
