// What single parts cost: `swift run -c release --package-path Benchmarks MicroBenchmarks --help`.

import Benchmark
import Descent

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

Benchmark.main()
