import DescentGraph
import DescentTensor
import TestSupport
import Testing

@Suite struct CustomGradientTests {
  private let point = Tensor(scalars: [0.5, -1, 2], type: .float64)

  /// x³ with its true derivative.
  private func cube(_ x: Tensor) -> Tensor {
    withCustomGradient(at: x) { x in
      x ** 3
    } pullback: { x, _, cotangent in
      cotangent * 3 * x ** 2
    }
  }

  /// log(1 + eˣ), whose derivative by the rules is ∞/∞ for large x.
  private func softplus(_ x: Tensor) -> Tensor {
    withCustomGradient(at: x) { x in
      relu(x) + log(exp(-abs(x)) + 1)
    } pullback: { x, _, cotangent in
      cotangent * sigmoid(x)
    }
  }

  /// Step with the derivative of the identity.
  private func step(_ x: Tensor) -> Tensor {
    withCustomGradient(at: x, isChecked: false) { x in
      (x .> 0).converted(to: x.scalarType)
    } pullback: { _, _, cotangent in
      cotangent
    }
  }

  @Test func thePullbackReplacesTheRules() {
    #expect(step(point).scalars == [1, 0, 1])
    #expect(gradient(at: point) { x in (step(x) * 2).sum() }.scalars == [2, 2, 2])
    #expect(jvp(at: point, along: point) { x in step(x) }.tangent.scalars == [0.5, -1, 2])
    #expect(jacobian(at: point) { x in step(x) }.scalars == [1, 0, 0, 0, 1, 0, 0, 0, 1])
  }

  @Test func trueDerivativesAgreeInEveryModeAndOrder() {
    let check = verifyGradient(of: { x in cube(x).sum() }, at: point)
    #expect(check.isCorrect, "\(check)")
    let stable = verifyGradient(of: { x in softplus(x).sum() }, at: point)
    #expect(stable.isCorrect, "\(stable)")
    let first = [0.75, 3, 12], second = [3.0, -6, 12]
    #expect(jvp(at: point, along: point.onesLike()) { x in cube(x) }.tangent.scalars == first)
    #expect(gradient(at: point) { x in gradient(at: x) { x in cube(x).sum() }.sum() }.scalars == second)
    #expect(hessian(at: point) { x in cube(x).sum() }.scalars == [3, 0, 0, 0, -6, 0, 0, 0, 12])
    #expect(vmap(point) { x in gradient(at: x) { x in cube(x) } }.scalars == first)
    #expect(gradient(at: point) { x in vmap(x) { x in cube(x) }.sum() }.scalars == first)
    #expect(vmap(point) { x in hessian(at: x) { x in cube(x) } }.scalars == second)
  }

  @Test func structuresHaveStructuresAsCotangents() {
    func product(_ pair: [Tensor]) -> Tensor {
      withCustomGradient(at: pair) { pair in
        (pair[0] * pair[1]).sum()
      } pullback: { pair, _, cotangent in
        [cotangent * pair[1], cotangent * pair[0]]
      }
    }
    let found = gradient(at: [Tensor([1, 2]), Tensor([3, 4])]) { pair in product(pair) }
    #expect(found.map(\.scalars) == [[3, 4], [1, 2]])
    // A map over one of the two: what is the same for all samples gets the cotangents of all.
    let shared = gradient(at: Tensor([1, 1])) { w in vmap(Tensor([[1, 2], [3, 4]])) { x in product([x, w]) }.sum() }
    #expect(shared.scalars == [4, 6])
  }

  @Test func mistakesAreExplained() {
    let x: Tensor = [1, 2]
    let wrongShape = words {
      gradient(at: x) { x in
        withCustomGradient(at: x) { x in
          x.sum()
        } pullback: { _, _, cotangent in
          cotangent
        }
      }
    }
    #expect(wrongShape.contains("returned float32 of shape [] as the cotangent of the tensor"), "\(wrongShape)")
    let wrongCount = words {
      gradient(at: [x]) { x in
        withCustomGradient(at: x) { x in
          x[0].sum()
        } pullback: { _, _, _ in
          []
        }
      }[0]
    }
    #expect(wrongCount.contains("returned 0 tensors for an argument of 1"), "\(wrongCount)")
    let integer = words {
      withCustomGradient(at: x) { x in
        x.argMax()
      } pullback: { x, _, _ in
        x
      }
    }
    #expect(integer.contains("the function's result is int64"), "\(integer)")
  }
}
