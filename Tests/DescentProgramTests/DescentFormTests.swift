import Foundation
import TestSupport
import Testing

@testable import DescentProgram

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Descents as text, JSON and pictures.
@Suite struct DescentFormTests {
  // MARK: Text

  @Test func text() throws {
    let found = try descent("w = [2, -1]; f = sum(w**2)", ["w"], rate: 0.25, steps: 3)
    #expect(
      found.text() == """
        Gradient descent on f
        ═════════════════════

        f = sum(w**2); w moves at rate 0.25, 3 steps.

        The first step
        ──────────────
            w − 0.25·∂f/∂w = ⎡ 2⎤ − 0.25·⎡ 4⎤ = ⎡   1⎤
                             ⎣−1⎦        ⎣−2⎦   ⎣−0.5⎦

        The steps
        ─────────

            step          f                          ‖∇f‖   w[0]     w[1]
            0             5   ████████████████    4.47214      2       −1
            1          1.25   ████                2.23607      1     −0.5
            2        0.3125   █                   1.11803    0.5    −0.25
            3      0.078125   ▎                  0.559017   0.25   −0.125

        After step 3
        ────────────
            w = ⎡  0.25⎤
                ⎣−0.125⎦

        After 3 steps f is 0.078125, from 5; ‖∇f‖ is 0.559017, from 4.47214. f is still falling; more steps go further.
        """)
  }

  @Test func coloursAreOnlyAdded() throws {
    let found = try descent(lectureProgram, ["w", "b"], rate: 1, steps: 3)
    let plain = found.text(isColored: true).replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(plain == found.text() && found.text(isColored: true) != plain && found.description == plain)
  }

  @Test func rowsOfTheTable() {
    #expect(GradientDescent.rows(upTo: 0) == [0] && GradientDescent.rows(upTo: 20) == Array(0...20))
    #expect(GradientDescent.rows(upTo: 50) == [0, 1, 2, 3, 5, 10, 20, 30, 50])
    #expect(GradientDescent.rows(upTo: 1234) == [0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 1234])
    for last in Array(1...2000) + [99_999, 100_000] {
      let rows = GradientDescent.rows(upTo: last)
      #expect(rows == Set(rows).sorted() && rows.first == 0 && rows.last == last && rows.count <= 24, "\(last)")
    }
  }

  /// A descent that leaves the numbers shows the last row before it does.
  @Test func theLastFiniteRow() throws {
    let lines = try descent(lectureProgram, ["w", "b"], rate: 1, steps: 1000).text().split(separator: "\n")
    let steps = lines.drop { !$0.contains("step   ") }.dropFirst().compactMap { Int($0.split(separator: " ")[0]) }
    #expect(steps.prefix(14) == [0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 147, 148])
  }

  // MARK: JSON

  @Test func json() throws {
    let found = try descent(lectureProgram, ["w", "b"], rate: 0.02, steps: 30)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(found.json.utf8)) as? [String: Any])
    #expect(
      Set(json.keys) == ["converged", "finalValues", "rate", "steps", "stopped", "target", "withRespectTo"])
    #expect(json["converged"] as? Bool == false && json["stopped"] is NSNull && json["rate"] as? Double == 0.02)
    #expect(json["target"] as? String == "f" && json["withRespectTo"] as? [String] == ["w", "b"])
    let steps = try #require(json["steps"] as? [[String: Any]])
    #expect(steps.count == 31 && steps.map { $0["step"] as? Int } == Array(0...30))
    // Foundation's reader of numbers is off in the last digit.
    for (step, expected) in zip(steps, found.steps) {
      let (loss, norm) = (step["loss"] as? Double ?? .nan, step["gradientNorm"] as? Double ?? .nan)
      #expect(abs(loss - expected.loss) <= 1e-13 * expected.loss)
      #expect(abs(norm - expected.gradientNorm) <= 1e-13 * expected.gradientNorm)
    }
    let parameters = try #require(steps[0]["parameters"] as? [String: Any])
    #expect(parameters["w"] as? [[Double]] == [[1, -2], [2, 1]] && parameters["b"] as? [[Double]] == [[0], [-1]])
    let last = try #require((json["finalValues"] as? [String: [[Double]]])?["b"]).flatMap(\.self)
    for (number, expected) in zip(last, found.finalValues[1].scalars) { #expect(abs(number - expected) < 1e-13) }
  }

  @Test func jsonOfEndings() throws {
    let lost = try descent(lectureProgram, ["w", "b"], rate: 1, steps: 1000).json
    let json = try #require(try JSONSerialization.jsonObject(with: Data(lost.utf8)) as? [String: Any])
    let stopped = try #require(json["stopped"] as? [String: Any])
    #expect(stopped["reason"] as? String == "notFinite" && stopped["step"] as? Int == 148)
    #expect((json["steps"] as? [[String: Any]])?.last?["loss"] as? String == "Infinity")
    let many = try descent("w = ones(100); f = sum(w**2)", ["w"], steps: 1).json
    let steps = try #require(
      (try JSONSerialization.jsonObject(with: Data(many.utf8)) as? [String: Any])?["steps"] as? [[String: Any]])
    #expect((steps[0]["parameters"] as? [String: [String: Double]])?["w"]?["norm"] == 10)
  }

  // MARK: Pictures

  /// f = (a − 1)² + 2(b + 2)² + c² over b and a while c is held where the descent ended.
  @Test func contours() throws {
    let found = try descent(
      "p = [3, 5]; c = 4; f = (p[0] - 1)**2 + 2*(p[1] + 2)**2 + c**2", ["p", "c"], rate: 0.05, steps: 20)
    let (b, a) = (try found.elements(in: "p[1], p[0]")[0], try found.elements(in: "p[1], p[0]")[1])
    let picture = found.contours(across: b, a)
    #expect(picture.xName == "p[1]" && picture.yName == "p[0]")
    #expect(picture.title == "f, 1 other element held at final values")
    #expect(picture.values.count == 61 && picture.values.allSatisfy { $0.count == 61 })
    let held = found.finalValues[1].scalars[0]
    func place(_ range: ClosedRange<Double>, _ index: Int) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / 60
    }
    for (row, values) in picture.values.enumerated() {
      for (column, value) in values.enumerated() {
        let (b, a) = (place(picture.x, column), place(picture.y, row))
        let expected = (a - 1) * (a - 1) + 2 * (b + 2) * (b + 2) + held * held
        #expect((value - expected).magnitude < 1e-9, "row \(row), column \(column)")
      }
    }
    // The least of the grid is the place that is next to the minimum.
    let least = picture.values.joined().min()
    let row = try #require(picture.values.firstIndex { $0.contains(least ?? .nan) })
    let column = try #require(picture.values[row].firstIndex(of: least ?? .nan))
    #expect((place(picture.x, column) + 2).magnitude <= (picture.x.upperBound - picture.x.lowerBound) / 120)
    #expect((place(picture.y, row) - 1).magnitude <= (picture.y.upperBound - picture.y.lowerBound) / 120)
    let path = picture.paths[0].points
    #expect(path.first?.x == 5 && path.first?.y == 3 && path.last?.x == found.elements(of: "p", at: 20)[1])
    #expect(path.allSatisfy { picture.x.contains($0.x) && picture.y.contains($0.y) } && !picture.x.contains(5.5 + 7))
  }

  @Test func theElementsThatMovedMost() throws {
    let found = try descent(
      "p = [3, 5]; c = 9; f = (p[0] - 1)**2 + 2*p[1]**2 + c**2", ["p", "c"], rate: 0.05, steps: 50)
    #expect(found.mostMoved.map(\.label) == ["p[1]", "c"])
    #expect(try descent("a = 1; b = 2; f = a*b", ["b", "a"], steps: 1).mostMoved.map(\.label) == ["b", "a"])
    #expect(try descent("a = 1; f = a**2", ["a"], steps: 1).mostMoved.map(\.label) == ["a"])
    #expect(try descent("w = ones(99); f = sum(w**2)", ["w"], steps: 1).mostMoved.isEmpty)
    #expect(try descent(lectureProgram, ["w", "b"], rate: 0.02).mostMoved.map(\.label) == ["w[0,1]", "w[1,1]"])
  }

  private static let elements: [(text: String, found: String)] = [
    ("w[0,1],b[1,0]", "w[0,1] w 1, b[1,0] b 1"), (" w[ -1, 0 ] , a", "w[1,0] w 2, a a 0"),
    ("w[0,1]", "descend: a picture has two elements, such as 'w[0,0],b[1,0]'; 'w[0,1]' names 1"),
    ("a,a", "descend: a is named twice"),
    ("a,x[0]", "descend: 'x' is none of the values that move: w, b, a, v"),
    ("a,", "descend: '' is none of the values that move: w, b, a, v"),
    ("a,w", "descend: 'w' has shape [2, 2]; name one of its elements as in w[0,0], not 'w'"),
    ("a,w[1]", "descend: 'w' has shape [2, 2]; name one of its elements as in w[0,0], not 'w[1]'"),
    ("a,w[1,x]", "descend: 'w' has shape [2, 2]; name one of its elements as in w[0,0], not 'w[1,x]'"),
    ("a[0],b[0,0]", "descend: 'a' has shape []; name one of its elements as in a, not 'a[0]'"),
    ("a,w[0,2]", "descend: w[0,2]: index 2 is outside of axis 1, whose indices are 0 to 1"),
    ("a,w[-3,0]", "descend: w[-3,0]: index -3 is outside of axis 0, whose indices are 0 to 1"),
    ("a,v[0]", "descend: 'v' has 65 elements; the path is kept for values of at most 64"),
  ]

  @Test func elementsByTheirNames() throws {
    let found = try descent(
      "w = [[1,2],[3,4]]; b = [[1],[2]]; a = 1; v = ones(65); x = 1; f = a*sum(w @ b) + sum(v)", ["w", "b", "a", "v"],
      steps: 1)
    withEvery("text", in: Self.elements) { text, expected in
      let shown = { try found.elements(in: text).map { "\($0.label) \(found.names[$0.parameter]) \($0.place)" } }
      #expect((try? shown().joined(separator: ", ")) ?? refusal(shown) == expected)
    }
  }

  private static let pictures: [(text: String, names: [String], rate: Double, parts: Int)] = [
    (lectureProgram, ["w", "b"], 0.02, 2), (lectureProgram, ["w", "b"], 1, 2), ("x = 3; f = x**2", ["x"], 0.1, 2),
    ("x = 0; f = sqrt(x)", ["x"], 0.1, 2), ("x = 1; y = 1; f = (x - 1)**2 + (y - 1)**2", ["x", "y"], 0.1, 2),
    ("w = ones(99); f = sum(w**2)", ["w"], 0.1, 1), ("x = 1; y = 1; f = log(x) + y", ["x", "y"], 1, 2),
    ("x = 1e300; y = -1; f = x*1e-300 + y**2", ["x", "y"], 0.1, 2),
  ]

  /// Every picture is XML that a parser reads, and the same for the same descent.
  @Test func pictures() {
    withEvery("text", in: Self.pictures) { text, names, rate, parts in
      let svg = try descent(text, names, rate: rate, steps: 200).svg()
      #expect(XMLParser(data: Data(svg.utf8)).parse())
      #expect(try descent(text, names, rate: rate, steps: 200).svg() == svg)
      #expect(svg.components(separatedBy: "class=\"part\"").count - 1 == parts)
      #expect(!svg.contains("nan") && !svg.replacing("infinite", with: "").contains("inf"))
    }
  }

  @Test func thePictureOfChosenElements() throws {
    let svg = try descent(lectureProgram, ["w", "b"], rate: 0.02).svg(across: "w[0,0],b[1,0]")
    for words in ["w[0,0]", "b[1,0]", "4 other elements held at final values", "rate 0.02, 10 steps"] {
      #expect(svg.contains(words), "\(words)")
    }
  }

  /// A path that leaves is shown as far as it says something.
  @Test func thePathOfALostDescent() throws {
    let found = try descent(lectureProgram, ["w", "b"], rate: 1, steps: 1000)
    let picture = found.contours(across: found.elements[0], found.elements[1])
    #expect(picture.paths[0].points.count >= 2 && picture.title == "f, 4 other elements held at first values")
    #expect(!picture.values.joined().contains { !$0.isFinite })
  }
}
