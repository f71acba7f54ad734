import DescentExplain

extension GradientDescent {
  /// The descent as JSON: `steps` with `step`, `loss`, `gradientNorm` and `parameters` by name as nested arrays, and
  /// `converged` and `stopped`.
  ///
  /// `stopped` is null if all steps were taken, else an object with `reason`, `step` and `message`. A value with more
  /// than ``mostElementsKept`` elements is an object with its `norm`. Numbers that JSON has no form for are the strings
  /// `NaN`, `Infinity` and `-Infinity`.
  public var json: String { JSONText.encode(JSONDescent(descent: self)) }
}

private struct JSONDescent: Encodable {
  let descent: GradientDescent

  enum Key: String, CodingKey {
    case converged, finalValues, rate, steps, stopped, target, withRespectTo
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(descent.isConverged, forKey: .converged)
    try container.encode(descent.rate, forKey: .rate)
    try container.encode(descent.target, forKey: .target)
    try container.encode(descent.names, forKey: .withRespectTo)
    let values = descent.finalValues.map { NestedNumbers(shape: $0.shape, scalars: $0.scalars) }
    try container.encode(Dictionary(uniqueKeysWithValues: zip(descent.names, values)), forKey: .finalValues)
    try container.encode(descent.steps.map { JSONStep($0, of: descent) }, forKey: .steps)
    // A null, so that programs need not ask whether the key is there.
    try container.encode(descent.stop.map(JSONStop.init), forKey: .stopped)
  }
}

private struct JSONStep: Encodable {
  let step: Int
  let loss, gradientNorm: Double
  let parameters: [String: JSONParameter]

  init(_ step: GradientDescent.Step, of descent: GradientDescent) {
    (self.step, loss, gradientNorm) = (step.number, step.loss, step.gradientNorm)
    let all = zip(descent.shapes, step.parameters).map { JSONParameter(shape: $0, parameter: $1) }
    parameters = Dictionary(uniqueKeysWithValues: zip(descent.names, all))
  }
}

private struct JSONParameter: Encodable {
  let shape: [Int]
  let parameter: GradientDescent.Parameter

  func encode(to encoder: any Encoder) throws {
    switch parameter {
    case .elements(let scalars): try NestedNumbers(shape: shape, scalars: scalars).encode(to: encoder)
    case .norm(let norm): try ["norm": norm].encode(to: encoder)
    }
  }
}

private struct JSONStop: Encodable {
  let reason, message: String
  let step: Int

  init(_ stop: GradientDescent.Stop) { (reason, message, step) = (stop.reason.rawValue, stop.message, stop.step) }
}
