import DescentTensor
import Testing

/// The example of the lecture, as the README shows it.
@Suite struct LectureTests {
  let w = Variable([[1, -2], [2, 1]], name: "w")
  let b = Variable([[0], [-1]], name: "b")
  let x = Variable([[1], [2]], name: "x")

  @Test func valuesAndGradientsWithATape() throws {
    let y = w • x + b
    #expect(y.description == "[[-3.0],\n [ 3.0]]")

    let tape = GradientTape(persistent: true)
    let f = tape.record { ((w • x + b) ** 2).sum() }
    let (dw, db) = try tape.gradient(of: f, withRespectTo: w, b)
    #expect(f.scalar == 18)
    #expect(dw.scalars == [-6, -12, 6, 12])
    #expect(db.scalars == [-6, 6])
    #expect(dw.shape == [2, 2])
    #expect(db.shape == [2, 1])
    let dx = try tape.gradient(of: f, withRespectTo: x)
    #expect(dx.scalars == [6, 18])
  }

  @Test func valuesAndGradientsWithoutATape() {
    let (value, (gw, gb)) = valueWithGradient(at: w.value, b.value) { w, b in ((w • x + b) ** 2).sum() }
    #expect(value.scalar == 18)
    #expect(gw.scalars == [-6, -12, 6, 12])
    #expect(gb.scalars == [-6, 6])
  }

  @Test func stepsDownhillReachZero() {
    let rate = 0.02
    for _ in 0..<200 {
      let (dw, db) = gradient(at: w.value, b.value) { w, b in ((w • x + b) ** 2).sum() }
      w.value = w.value - rate * dw
      b.value = b.value - rate * db
    }
    #expect(((w • x + b) ** 2).sum().scalar < 1e-6)
  }
}
