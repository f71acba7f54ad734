import Descent
import Testing

@Suite struct RecurrentTests {
  @Test func runsGoOnWhereOthersEnded() {
    let layer = LSTM(3, features: 2, layers: 2, output: .sequence, type: .float64, using: RandomGenerator(seed: 1))
    let x = Tensor.normal([2, 6, 2], type: .float64, using: RandomGenerator(seed: 2))
    let (all, last, _) = layer.run(x, .inference)
    let (first, _, state) = layer.run(x[.all, ..<4], .inference)
    let (second, end, _) = layer.run(x[.all, 4...], from: state, .inference)
    #expect(distance(all.scalars, Tensor.concatenate([first, second], axis: 1).scalars) < 1e-14)
    #expect(distance(last.scalars, end.scalars) < 1e-14)
  }

  @Test func theGraphDoesNotGrowWithTime() throws {
    let layer = GRU(3, features: 2)
    let plans = try [5, 50].map { try layer(.zeros([2, $0, 2])).planDescription().split(separator: "\n").count }
    #expect(plans[0] == plans[1])
  }

  @Test func masksAndStatesAreChecked() {
    let layer = GRU(3, features: 2)
    let x = Tensor.zeros([2, 5, 2])
    #expect(
      complaint { _ = layer.run(x, mask: .ones([2, 4], type: .bool), .inference) }
        .contains("the mask is bool [2, 4]; it must be bool [2, 5], batch and time"))
    #expect(
      complaint { _ = layer.run(x, from: [[.zeros([2, 4])]], .inference) }
        .contains("it needs 1 tensors of shape [2, 3] for each of 1 cells"))
  }

  @Test func dropoutActsBetweenLayersWhileTraining() {
    let layer = SimpleRNN(4, features: 2, layers: 2, dropout: 0.5, using: RandomGenerator(seed: 1))
    let x = Tensor.normal([2, 5, 2], using: RandomGenerator(seed: 2))
    func trained(_ seed: UInt64) -> [Double] {
      layer(x, ForwardPass(trainingWith: RandomGenerator(seed: seed))).scalars
    }
    #expect(trained(1) == trained(1))
    #expect(trained(1) != trained(2))
    #expect(layer(x).scalars == layer(x).scalars)
  }
}

@Suite struct AttentionTests {
  private let random = RandomGenerator(seed: 4)

  @Test(arguments: [false, true])
  func theCacheGivesWhatTheWholeTextGives(isRotary: Bool) {
    let block = TransformerEncoderBlock(
      size: 4, heads: 2, hidden: 6, keyValueHeads: 1, isCausal: true, rotaryBase: isRotary ? 100 : nil, type: .float64,
      using: random)
    let x = Tensor.normal([2, 6, 4], type: .float64, using: random)
    let whole = block(x)
    var cache = KeyValueCache(capacity: 8)
    let parts = [0..<3, 3..<4, 4..<6].map { block(x[.all, $0], cache: &cache, .inference) }
    #expect(distance(whole.scalars, Tensor.concatenate(parts, axis: 1).scalars) < 1e-13)
    #expect(cache.count == 6)
    #expect(
      complaint { _ = block(x, cache: &cache, .inference) }.contains("6 places and 6 more are beyond the capacity of 8")
    )
    #expect(
      complaint { _ = block(x[..<1, ..<1], cache: &cache, .inference) }.contains("start a new cache for another batch"))
  }

  @Test func decodersUseTheCacheToo() {
    var block = TransformerDecoderBlock(size: 4, heads: 2, hidden: 6, type: .float64, using: random)
    let (x, memory) = (
      Tensor.normal([2, 3, 4], type: .float64, using: random), Tensor.normal([2, 5, 7], type: .float64, using: random)
    )
    block.build { block, pass in _ = block(x, memory: memory, pass) }
    let whole = block(x, memory: memory, .inference)
    var cache = KeyValueCache(capacity: 3)
    let parts = (0..<3).map { block(x[.all, $0..<$0 + 1], memory: memory, cache: &cache, .inference) }
    #expect(distance(whole.scalars, Tensor.concatenate(parts, axis: 1).scalars) < 1e-13)
  }

  @Test func whoMayAttendToNothingGetsZeros() {
    let x = Tensor.normal([1, 1, 2, 3], using: random)
    let mask: Tensor = [[true, false], [false, false]]
    let (y, pullback) = vjp(at: x) { scaledDotProductAttention($0, $0, $0, mask: mask) }
    #expect(distance(y[0, 0, 0].scalars, x[0, 0, 0].scalars) < 1e-6)
    #expect(y[0, 0, 1].scalars == [0, 0, 0])
    #expect(pullback(y.onesLike()).scalars.allSatisfy { $0.isFinite })
  }

  @Test func masksOfNumbersAreAdded() {
    let x = Tensor.normal([1, 2, 3, 4], type: .float64, using: random)
    let allowed = Tensor.ones([3, 3], type: .bool).lowerTriangle()
    let numbers = select(allowed, Tensor.zeros([3, 3], type: .float64), -Double.infinity)
    let causal = scaledDotProductAttention(x, x, x, isCausal: true)
    #expect(distance(causal.scalars, scaledDotProductAttention(x, x, x, mask: numbers).scalars) < 1e-14)
    #expect(distance(causal.scalars, scaledDotProductAttention(x, x, x, mask: allowed).scalars) < 1e-14)
  }

  /// Long causal attention skips what queries don't see; the same with a mask does not.
  @Test(arguments: [(512, 512), (513, 520), (600, 600), (300, 700), (700, 600)], [0, 1, 2, 3])
  func longContextsAreThoseOfAMask(places: (queries: Int, keys: Int), masks: Int) {
    let (queries, keys) = places
    // A query that sees nothing gives zeros, and numbers that are added can't say so.
    if queries > keys, masks == 3 { return }
    let q = Tensor.normal([1, 2, queries, 3], type: .float64, using: random)
    let kv = Tensor.normal([2, 1, 1, keys, 3], type: .float64, using: random)
    let seen = Tensor.ones([queries, keys], type: .bool).lowerTriangle(offset: keys - queries)
    let own = [
      nil, Tensor.uniform([1, 1, 1, keys], using: random) .> 0.2,
      Tensor.uniform([2, queries, 1], using: random) .> 0.1,
      Tensor.normal([queries, keys], type: .float64, using: random),
    ][masks]
    let joined = own.map { $0.scalarType == .bool ? seen .& $0 : select(seen, $0, -1e30) } ?? seen
    let weights = Tensor.normal(q.shape, type: .float64, using: random)
    func slopes(_ attention: (Tensor, Tensor, Tensor) -> Tensor) -> [Tensor] {
      let (value, (dq, dkv)) = valueWithGradient(at: q, kv) { (attention($0, $1[0], $1[1]) * weights).sum() }
      return [value, dq, dkv]
    }
    let causal = slopes { scaledDotProductAttention($0, $1, $2, mask: own, isCausal: true) }
    let masked = slopes { scaledDotProductAttention($0, $1, $2, mask: joined) }
    for (part, (one, other)) in zip(["value", "queries", "keys and values"], zip(causal, masked)) {
      let gap = distance(one.scalars, other.scalars)
      #expect(gap < 1e-11, "\(part), \(queries) queries, \(keys) keys, mask \(masks)")
    }
  }

  @Test func scoresOfLongContextsAreNotThereAtOnce() throws {
    let x = Tensor.normal([1, 2, 2048, 16], using: random)
    let plan = try scaledDotProductAttention(x, x, x, isCausal: true).planDescription()
    let words = plan.split(separator: " ")
    let bytes = words.firstIndex(of: "most").flatMap { Int(words[$0 + 1]) } ?? 0
    // Two heads, 256 queries, up to 2048 keys; all scores would be 33.6 MB.
    #expect(bytes > 0 && bytes < 2 * 2 * 256 * 2048 * 4, "\(bytes) bytes")
  }

  @Test func shapesThatDoNotFitAreNamed() {
    let x = Tensor.zeros([1, 4, 3, 2])
    #expect(
      complaint { _ = scaledDotProductAttention(x, .zeros([1, 3, 3, 2]), .zeros([1, 3, 3, 2])) }
        .contains("multiple of that of the keys' heads: query [1, 4, 3, 2]"))
    #expect(
      complaint { _ = scaledDotProductAttention(x, .zeros([1, 4, 3, 3]), x) }.contains("sizes of queries and keys"))
    let long = Tensor.zeros([1, 2, 600, 2])
    for (isCausal, shape) in [
      (true, [500, 600]), (true, [600, 500]), (false, [500, 600]), (true, [1, 1, 1, 600, 600]),
    ] {
      let words = complaint {
        _ = scaledDotProductAttention(long, long, long, mask: .zeros(Shape(shape)), isCausal: isCausal)
      }
      #expect(
        words.contains(
          "scaledDotProductAttention: the mask \(shape) does not broadcast to [batch, heads, queries, keys], which is "
            + "[1, 2, 600, 600]"), "\(words)")
    }
    let layer = MultiHeadAttention(size: 4, heads: 2)
    #expect(
      complaint { _ = layer(.zeros([2, 3, 4]), keyMask: .ones([2, 4], type: .bool), .inference) }
        .contains("the key mask is bool [2, 4]; it must be bool [2, 3], batch and keys"))
  }

  @Test func placesAreToldApart() {
    let positions = sinusoidalPositions(3, size: 4, type: .float64)
    #expect(distance(positions[0].scalars, [0, 1, 0, 1]) < 1e-15)
    #expect(distance(positions[2].scalars, [0.9092974268, -0.4161468365, 0.0199986667, 0.9998000067]) < 1e-9)
    // Turned products depend on the distance alone.
    let x = Tensor.normal([1, 6], type: .float64, using: random)
    let y = Tensor.normal([1, 6], type: .float64, using: random)
    func product(_ first: Int, _ second: Int) -> Double {
      (rotaryPositions(x, offset: first) * rotaryPositions(y, offset: second)).sum().scalar
    }
    #expect(abs(product(2, 5) - product(11, 14)) < 1e-12)
    #expect(abs(product(2, 5) - product(2, 6)) > 1e-6)
  }
}

/// A small training of each family: the loss falls, and falls the same way every time.
@Suite struct FamilyTrainingTests {
  private static let networks: [String: @Sendable () -> Sequential] = [
    "convolution": {
      Sequential {
        Reshape(4, 4, 1)
        Conv2D(6, kernel: 3, padding: .same, hasBias: false)
        BatchNorm()
        Activation.relu
        MaxPool2D(window: 2)
        Flatten()
        Dense(2)
      }
    },
    "recurrent": {
      Sequential {
        Reshape(8, 2)
        GRU(8)
        Dense(2)
      }
    },
    "lstm": {
      Sequential {
        Reshape(8, 2)
        LSTM(6, isBidirectional: true)
        Dense(2)
      }
    },
    "transformer": {
      Sequential {
        Reshape(8, 2)
        Dense(8)
        SinusoidalPositions()
        TransformerEncoderBlock(size: 8, heads: 2, hidden: 16, dropout: 0.05)
        GlobalPool.average()
        Dense(2)
      }
    },
    "residual": {
      Sequential {
        Dense(12)
        Residual {
          LayerNorm()
          Dense(12, activation: .silu)
        }
        RMSNorm()
        Dense(2)
      }
    },
  ]

  @Test(arguments: networks.keys.sorted())
  func theLossFalls(name: String) throws {
    let random = RandomGenerator(seed: 7)
    let labels = Tensor(scalars: (0..<96).map { $0 % 2 })
    // Rising against falling lines under noise.
    let slopes = (labels.converted(to: .float32) * 2 - 1).expanded(axes: 1)
    let lines = slopes * Tensor.linspace(from: -1, to: 1, count: 16) + 0.7 * Tensor.normal([96, 16], using: random)
    let samples = Samples(inputs: lines, targets: labels)
    func trained() throws -> (Sequential, History) {
      var network = withRandomSeed(3) { Self.networks[name]!() }
      let history = try network.fit(
        samples, epochs: 6, batchSize: 32, optimizer: Adam(learningRate: 0.02), loss: .softmaxCrossEntropy,
        progress: .silent)
      return (network, history)
    }
    let (network, history) = try trained()
    #expect(history.epochs.last!.training.loss < 0.6 * history.epochs[0].training.loss, "\(name)")
    #expect(bits(of: network) == bits(of: try trained().0))
  }

  @Test func wordsAreLearned() throws {
    // Is there a 3 among the words?
    let random = RandomGenerator(seed: 9)
    let words = Tensor.uniform([128, 5], in: 1..<6, using: random).converted(to: .int64)
    let labels = (words .== 3).converted(to: .int64).max(axes: 1)
    var network = withRandomSeed(2) {
      Sequential {
        Embedding(6, 8, paddingIndex: 0)
        LearnedPositions(maximum: 5)
        Dense(8, activation: .relu)
        GlobalPool.max()
        Dense(2)
      }
    }
    let history = try network.fit(
      Samples(inputs: words, targets: labels), epochs: 12, batchSize: 32, optimizer: Adam(learningRate: 0.02),
      loss: .softmaxCrossEntropy, progress: .silent)
    #expect(history.epochs.last!.training.loss < 0.4 * history.epochs[0].training.loss)
  }
}
