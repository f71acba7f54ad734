import Descent

/// The words with which a tensor program is refused; empty if it isn't.
func complaint(_ body: () throws -> Void) -> String {
  do {
    try checked(body)
    return ""
  } catch { return "\(error)" }
}

/// The gradient of a scalar function by central differences, for float64.
func numericalGradient(at x: Tensor, step: Double = 1e-5, of function: (Tensor) -> Tensor) -> [Double] {
  let values = x.scalars
  return values.indices.map { index in
    func shifted(_ change: Double) -> Double {
      var moved = values
      moved[index] += change
      return function(Tensor(scalars: moved, shape: x.shape, type: .float64)).scalar
    }
    return (shifted(step) - shifted(-step)) / (2 * step)
  }
}

/// The largest difference between two lists of numbers, infinite if they are not equally long.
func distance(_ first: [Double], _ second: [Double]) -> Double {
  guard first.count == second.count else { return .infinity }
  return zip(first, second).map { abs($0 - $1) }.max() ?? 0
}

/// The bits of all parameters, for comparisons that allow no difference.
func bits(of model: some Layer) -> [UInt32] {
  model.tensors.flatMap { $0.scalars(as: Float.self).map(\.bitPattern) }
}

/// The paths of all parameters.
func paths(of model: some Layer) -> [String] {
  var (model, paths) = (model, [String]())
  model.forEachTensor { _, path in paths.append(path) }
  return paths
}

/// Two noisy rings that a straight line can't separate: float32 inputs [count, 2], labels 0 and 1.
func rings(_ count: Int, seed: UInt64) -> Samples {
  withRandomSeed(seed) {
    let labels = Tensor(scalars: (0..<count).map { $0 % 2 })
    let angle = Tensor.uniform([count], in: 0..<6.283185)
    let radius = labels.converted(to: .float32) + Tensor.normal([count], mean: 1, standardDeviation: 0.1)
    return Samples(inputs: .stack([radius * cos(angle), radius * sin(angle)], axis: 1), targets: labels)
  }
}

/// Ends a training after some steps, in whatever epoch.
struct StopAfter: TrainingCallback {
  var steps: Int

  mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) {
    guard case .batchEnded = event else { return }
    steps -= 1
    if steps == 0 { session.stop("enough") }
  }
}
