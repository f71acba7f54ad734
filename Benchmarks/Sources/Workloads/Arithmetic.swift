// The lecture's gradient, products of matrices, functions of many elements.

import Descent

/// f = Σ(w·x + b)² of the lecture.
struct Lecture {
  let w = Variable([[1, -2], [2, 1]], name: "w")
  let b = Variable([[0], [-1]], name: "b")
  let x = Variable([[1], [2]], name: "x")

  func valueWithGradients() -> (Tensor, (Tensor, Tensor)) {
    valueWithGradient(at: w.value, b.value) { w, b in ((w • x + b) ** 2).sum() }
  }

  func tapeGradients() throws -> (Tensor, Tensor, Tensor) {
    let tape = GradientTape()
    let f = tape.record { ((w • x + b) ** 2).sum() }
    let (dw, db) = try tape.gradient(of: f, withRespectTo: w, b)
    return (f, dw, db)
  }
}

extension Workload {
  static var lecture: [Workload] {
    [
      Workload(name: "lecture-fresh", variants: ["tape", "function"]) { variant, _ in
        let lecture = Lecture()
        if variant == "tape" {
          return {
            let (f, dw, db) = try lecture.tapeGradients()
            try evaluate(f, dw, db)
          }
        }
        return {
          let (f, (dw, db)) = lecture.valueWithGradients()
          try evaluate(f, dw, db)
        }
      },
      Workload("lecture-compiled") {
        let (w, b, x): (Tensor, Tensor, Tensor) = ([[1, -2], [2, 1]], [[0], [-1]], [[1], [2]])
        let step = compile { (w: Tensor, b: Tensor, x: Tensor) in
          let (f, (dw, db)) = valueWithGradient(at: w, b) { w, b in ((w • x + b) ** 2).sum() }
          return (f, dw, db)
        }
        return { _ = try step(w, b, x) }
      },
    ]
  }

  // MARK: Products

  private static func product(
    _ name: String, _ left: Shape, _ right: Shape, _ function: @escaping (Tensor, Tensor) -> Tensor = matmul
  ) -> Workload {
    Workload(name) {
      let (a, b) = (Tensor.normal(left), Tensor.normal(right))
      try evaluate(a, b)
      return { try evaluate(function(a, b)) }
    }
  }

  static var products: [Workload] {
    [
      product("gemm-256", [256, 256], [256, 256]),
      product("gemm-1024", [1024, 1024], [1024, 1024]),
      product("gemm-2048", [2048, 2048], [2048, 2048]),
      product("gemm-tall", [65536, 64], [64, 64]),
      product("gemm-skinny", [1024, 4096], [4096, 16]),
      product("gemm-left-transposed", [1024, 1024], [1024, 1024]) { matmul($0.transposed(), $1) },
      product("gemm-right-transposed", [1024, 1024], [1024, 1024]) { matmul($0, $1.transposed()) },
      product("gemm-batched", [64, 128, 128], [64, 128, 128]),
      product("matrix-vector", [4096, 4096], [4096]),
    ]
  }

  // MARK: Element by element

  private static func function(_ name: String, _ function: @escaping (Tensor) -> Tensor) -> Workload {
    Workload(name) {
      let x = Tensor.normal([1 << 24])
      try evaluate(x)
      return { try evaluate(function(x)) }
    }
  }

  static var elementwise: [Workload] {
    [
      function("exp-16m") { exp($0) },
      function("gelu-16m") { gelu($0) },
      function("gelu-tanh-16m") { geluTanh($0) },
      function("tanh-chain-16m") { tanh(2 * $0 + 1) * $0 },
      function("sum-16m") { $0.sum() },
    ]
  }

  // MARK: Along rows

  private static func rows(_ name: String, _ function: @escaping (Tensor, Tensor, Tensor, Tensor) -> [Tensor])
    -> Workload
  {
    Workload(name) {
      let (x, t) = (Tensor.normal([8192, 1024]), Tensor.normal([8192, 1024]))
      let (scale, shift) = (Tensor.uniform([1024]), Tensor.uniform([1024]))
      try evaluate(x, t, scale, shift)
      return { try evaluate(function(x, t, scale, shift)) }
    }
  }

  private static func normalized(_ x: Tensor, _ scale: Tensor, _ shift: Tensor) -> Tensor {
    var norm = LayerNorm(shape: [1024])
    (norm.scale, norm.shift) = (scale, shift)
    return norm(x, .inference)
  }

  /// The gradient of Σ attention(q, k, v)·t, causal, over 4,096 tokens in heads of 64 features.
  static var attention: [Workload] {
    [128, 512, 2048].map { time in
      Workload("attention-\(time)") {
        let tensors = (1...4).map {
          Tensor.normal([1, 4096 / time, time, 64], using: RandomGenerator(seed: UInt64($0)))
        }
        try evaluate(tensors)
        return {
          let slopes = gradient(at: tensors[0], tensors[1], tensors[2]) {
            (scaledDotProductAttention($0, $1, $2, isCausal: true) * tensors[3]).sum()
          }
          try evaluate(slopes.0, slopes.1, slopes.2)
        }
      }
    }
  }

  static var normalizations: [Workload] {
    [
      rows("softmax-forward") { x, _, _, _ in [x.softmax()] },
      rows("softmax-backward") { x, t, _, _ in [gradient(at: x) { ($0.softmax() * t).sum() }] },
      rows("layernorm-forward") { x, _, scale, shift in [normalized(x, scale, shift)] },
      rows("layernorm-backward") { x, t, scale, shift in
        let slopes = gradient(at: x, scale, shift) { (normalized($0, $1, $2) * t).sum() }
        return [slopes.0, slopes.1, slopes.2]
      },
    ]
  }
}
