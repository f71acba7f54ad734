// What single parts cost: `swift run -c release --package-path Benchmarks MicroBenchmarks --help`.

import Benchmark
import Descent
import Dispatch

/// A chain of pending nodes of this length.
let chainLength = 1000
let seed = Tensor([1.0, 2.0])

benchmark("nodes: make and free 1000") {
  var x = seed
  for _ in 0..<chainLength { x = x + seed }
}

benchmark("nodes: gradient through 1000") {
  _ = gradient(at: seed) { x in
    var y = x
    for _ in 0..<chainLength { y = y * x }
    return y.sum()
  }
}

benchmark("evaluate: one addition, plan cached") {
  do { try evaluate(seed + seed) } catch { print(error) }
}

for size in [64, 256, 1024] {
  let (a, b) = (Tensor.normal([size, size]), Tensor.normal([size, size]))
  try evaluate(a, b)
  for type in [ScalarType.float32, .float64, .bfloat16, .float16] {
    let (left, right) = (a.converted(to: type), b.converted(to: type))
    try evaluate(left, right)
    benchmark("product \(size), \(type)") {
      do { try evaluate(left • right) } catch { print(error) }
    }
  }
}

for type in [ScalarType.float32, .float64, .bfloat16, .float16] {
  let x = Tensor.normal([1 << 20]).converted(to: type)
  try evaluate(x)
  benchmark("exp of 1M, \(type)") { do { try evaluate(exp(x)) } catch { print(error) } }
  benchmark("sum of 1M, \(type)") { do { try evaluate(x.sum()) } catch { print(error) } }
}

/// A network and its optimiser, trained on one batch.
final class Training: @unchecked Sendable {
  private var network: Sequential
  private var optimizer = Adam(learningRate: 1e-3)
  private let (x, y): (Tensor, Tensor)

  init(seed: UInt64) throws {
    network = withRandomSeed(seed) {
      Sequential {
        Dense(256, 256, activation: .relu)
        Dense(256, 10)
      }
    }
    x = Tensor.normal([64, 256], using: RandomGenerator(seed: seed))
    y = Tensor(scalars: (0..<64).map { $0 % 10 }, type: .int64)
    try evaluate(x, y)
  }

  func step() {
    let gradient = gradient(at: network) { softmaxCrossEntropy($0(x), y) }
    optimizer.update(&network, along: consume gradient)
  }
}

// Two models at once should take no longer than one after the other.
let trainings = try [Training(seed: 1), Training(seed: 2)]
benchmark("two models: 20 steps each, in turns") {
  for training in trainings { for _ in 0..<20 { training.step() } }
}
benchmark("two models: 20 steps each, at once") {
  DispatchQueue.concurrentPerform(iterations: 2) { index in for _ in 0..<20 { trainings[index].step() } }
}

Benchmark.main()
