import DescentTensor
import Testing

@Suite struct TapeTests {
  let x = Variable([2], name: "x")

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func aTapeThatIsNotPersistentGivesOneGradient() throws {
    let tape = GradientTape()
    let y = tape.record { (x * x).sum() }
    _ = try tape.gradient(of: y, withRespectTo: x)
    let text = message { _ = try tape.gradient(of: y, withRespectTo: x) }
    #expect(text.contains("used up by the gradient at DescentTensorTests/TapeTests.swift:"))
    #expect(text.contains("GradientTape(persistent: true)"))
  }

  @Test func somethingNotConnectedIsNamed() throws {
    let z = Variable([1], name: "z")
    let tape = GradientTape(persistent: true)
    let y = tape.record { (x * x).sum().named("loss") }
    let text = message { _ = try tape.gradient(of: y, withRespectTo: z) }
    #expect(text.hasPrefix("gradient: 'loss' does not depend on 'z'"))
    #expect(try tape.gradient(of: y, withRespectTo: z, disconnected: .zeros).scalars == [0])
  }

  @Test func aTargetThatWasNotRecordedIsNotConnected() throws {
    let outside = (x * 2).sum()
    let tape = GradientTape()
    _ = tape.record { x * 2 }
    #expect(message { _ = try tape.gradient(of: outside, withRespectTo: x) }.contains("does not depend on 'x'"))
  }

  @Test func aTargetThatIsNoScalarIsRefused() throws {
    let tape = GradientTape()
    let y = tape.record { x * Tensor([1, 2, 3]) }
    let text = message { _ = try tape.gradient(of: y, withRespectTo: x) }
    #expect(text.contains("the target has shape [3]"))
    #expect(text.contains(".sum()"))
  }

  @Test func integersHaveNoDerivatives() throws {
    let n = Tensor([1, 2], type: .int64).named("n")
    let tape = GradientTape(persistent: true)
    let y = tape.record { (n.converted(to: .float32) * x).sum() }
    #expect(message { _ = try tape.gradient(of: y, withRespectTo: n) }.contains("'n' is int64"))
    #expect(message { _ = try tape.gradient(of: (n * n).sum(), withRespectTo: x) }.contains("the target is int64"))
  }

  @Test func stepsHaveZeroDerivativeAndAreConnected() throws {
    let tape = GradientTape(persistent: true)
    let y = tape.record { (sign(x.value) + x.value.stoppingGradient()).sum() }
    #expect(try tape.gradient(of: y, withRespectTo: x).scalars == [0])
  }

  @Test func severalSourcesOfDifferentKindsInOneCall() throws {
    let t: Tensor = [3]
    let model = [Tensor([4]), Tensor([5])]
    let tape = GradientTape()
    let y = tape.record { (x * t * model[0] + model[1] ** 2).sum() }
    let (dx, dt, dm) = try tape.gradient(of: y, withRespectTo: x, t, model)
    #expect(dx.scalars == [12])
    #expect(dt.scalars == [8])
    #expect(dm.map(\.scalars) == [[6], [10]])
  }

  /// Numbers that the node builders could fold away are sources like any others.
  @Test func tensorsOfEqualElementsAreSources() throws {
    let x: Tensor = [1, 2, 3]
    let samples: [(source: Tensor, build: (Tensor) -> Tensor, gradient: [Double])] = [
      (Tensor(2.0), { $0 * x }, [6]),
      (.ones([3]), { $0 * x }, [1, 2, 3]),
      (.ones([3]), { x / $0 }, [-1, -2, -3]),
      (.zeros([3]), { x - $0 }, [-1, -1, -1]),
      (.zeros([1]), { x + $0 }, [3]),
      (.ones([4]), { $0.reshaped(to: 2, 2) • Tensor([[1], [2]]) }, [1, 2, 1, 2]),
    ]
    for (index, sample) in samples.enumerated() {
      let tape = GradientTape()
      let y = tape.record { sample.build(sample.source).sum() }
      #expect(try tape.gradient(of: y, withRespectTo: sample.source).scalars == sample.gradient, "sample \(index)")
    }
  }

  @Test func aRefusedTargetDoesNotUseTheTapeUp() throws {
    let tape = GradientTape()
    let (squares, sum) = tape.record {
      let squares = x * x
      return (squares, (squares * Tensor([1, 2])).sum())
    }
    #expect(message { _ = try tape.gradient(of: squares * Tensor([1, 2]), withRespectTo: x) }.contains("shape [2]"))
    #expect(try tape.gradient(of: sum, withRespectTo: x).scalars == [12])
  }

  @Test func watchGivesATensorAnIdentityOfItsOwn() throws {
    let t: Tensor = [3]
    let tape = GradientTape()
    let (watched, y) = tape.record {
      let watched = tape.watch(t)
      return (watched, (watched * t).sum())
    }
    #expect(try tape.gradient(of: y, withRespectTo: watched).scalars == [3])
  }

  @Test func recordingAgainAddsToTheTape() throws {
    let tape = GradientTape()
    let first = tape.record { x * x }
    let second = tape.record { (first * x).sum() }
    #expect(try tape.gradient(of: second, withRespectTo: x).scalars == [12])
  }

  @Test func theTargetItselfHasGradientOne() throws {
    let tape = GradientTape()
    let y = tape.record { x.value }
    #expect(try tape.gradient(of: y, withRespectTo: x).scalars == [1])
  }
}
