import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Distinct float64 numbers of a shape, none of them zero.
func distinctNumbers(_ shape: Shape, seed: Int = 0) -> Tensor {
  var stream = SplitMix64(seed: UInt64(seed + 1))
  let numbers = (0..<shape.elementCount).map { Double($0 + 1) * 0.25 + Double(stream.next() % 1000) * 1e-4 }
  return Tensor(scalars: numbers, shape: shape, type: .float64)
}

/// Expects the derivatives of Σ wᵢ·f(inputs)ᵢ, for some weights w, to be what finite differences give in float64.
func expectGradients(
  at inputs: [Tensor], sourceLocation: SourceLocation = #_sourceLocation, of function: @escaping ([Tensor]) -> Tensor
) throws {
  let weights = distinctNumbers(function(inputs).shape, seed: 99)
  let claimed = gradient(at: inputs) { (function($0) * weights).sum() }
  let fault = try FiniteDifferences().fault(
    in: claimed.map(\.scalars),
    asGradientOf: { numbers in
      let moved = zip(numbers, inputs).map { Tensor(scalars: $0, shape: $1.shape, type: .float64) }
      return function(moved).scalars
    }, weights: weights.scalars, at: inputs.map(\.scalars))
  if let fault { Issue.record("\(Combination.description): \(fault)", sourceLocation: sourceLocation) }
}

/// Expects programs to stop with a kind of mistake and certain words.
func expectMistake(
  _ kind: TensorError.Kind, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ program: () -> Tensor
) {
  do {
    _ = try checked { program().scalars }
    Issue.record("no error; expected: \(words)", sourceLocation: sourceLocation)
  } catch let error as TensorError {
    #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
    #expect("\(error)".contains(words), "\(error)", sourceLocation: sourceLocation)
  } catch { Issue.record("\(error)", sourceLocation: sourceLocation) }
}
