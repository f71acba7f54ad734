import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// What is put together of values that one program computes.
@Suite struct AssemblyTests {
  /// Pieces of one shape side by side along an axis.
  struct Layout: CustomStringConvertible, Sendable {
    var piece: Shape
    var axis: Int
    var count: Int

    var description: String { "\(count) x \(piece) along axis \(axis)" }
  }

  private static let layouts = [
    Layout(piece: [6, 5], axis: 1, count: 4), Layout(piece: [6, 5], axis: 0, count: 3),
    Layout(piece: [6, 1], axis: 1, count: 3), Layout(piece: [1, 7], axis: 0, count: 2),
    Layout(piece: [3, 4, 5], axis: 1, count: 2), Layout(piece: [40, 33], axis: 1, count: 2),
    Layout(piece: [2, 5000], axis: 1, count: 2), Layout(piece: [3, 9000], axis: 1, count: 2),
    Layout(piece: [17], axis: 0, count: 3),
  ]

  /// The functions x + k·x² of an input x, for k = 0, 1, ….
  private func pieces(_ layout: Layout, _ type: ScalarType, _ sketch: inout GraphSketch) -> [Int] {
    let x = sketch.input(layout.piece, type)
    return (0..<layout.count).map { number in
      let factor = sketch.binary(.multiply, x, sketch.fill(Double(number), layout.piece, type))
      return sketch.binary(.add, x, sketch.binary(.multiply, factor, x))
    }
  }

  @Test(arguments: layouts) func programsWritePiecesToTheirPlaces(layout: Layout) throws {
    for type in [ScalarType.float32, .float64, .int32, .bfloat16] {
      var sketch = GraphSketch()
      sketch.output(sketch.concatenate(pieces(layout, type, &sketch), axis: layout.axis))
      if type == .float32 { #expect(try sketch.stepNames().count == 1, "\(layout)") }
      try sketch.expectAgreement(.exact)
    }
  }

  /// Pieces may be results too, be read by others, stand there twice, and be summed by rows and columns.
  @Test(arguments: layouts) func piecesMayBeReadElsewhere(layout: Layout) throws {
    var sketch = GraphSketch()
    let pieces = pieces(layout, .float32, &sketch)
    let whole = sketch.concatenate(pieces + [pieces[0]], axis: layout.axis)
    let last = layout.piece.rank - 1
    sketch.output(
      whole, pieces[0], sketch.reduce(.sum, pieces[1], [last]), sketch.reduce(.max, pieces[1], [0]),
      sketch.binary(.multiply, pieces[0], pieces[1]), sketch.unary(.negate, whole))
    try sketch.expectAgreement(.relative(1e-5))
  }

  /// Columns are read across memory, in tiles.
  @Test func tilesArePutToTheirPlaces() throws {
    var sketch = GraphSketch()
    let x = sketch.transpose(sketch.input([70, 90]), [1, 0])
    let y = sketch.binary(.multiply, x, sketch.input([90, 70], seed: 2))
    sketch.output(sketch.concatenate([y, sketch.unary(.negate, y)], axis: 1))
    #expect(try sketch.stepNames().count == 1)
    try sketch.expectAgreement(.exact)
  }

  /// What one program can't compute stays in pieces: another shape, a value that is there, a view of a piece.
  @Test func otherPiecesAreCopied() throws {
    var sketch = GraphSketch()
    let (x, y) = (sketch.input([4, 6]), sketch.input([4, 2], seed: 2))
    let square = sketch.binary(.multiply, x, x)
    sketch.output(
      sketch.concatenate([square, y], axis: 1), sketch.concatenate([square, sketch.unary(.exp, y)], axis: 1),
      sketch.concatenate([square, sketch.transpose(sketch.reshape(square, to: [6, 4]), [1, 0])], axis: 0))
    try sketch.expectAgreement(.relative(1e-6))
  }

  /// The gradient of a recurrent cell's gates.
  @Test func gatesGradientsAreWrittenSideBySide() throws {
    var sketch = GraphSketch()
    let (rows, units) = (6, 5)
    let (gates, slope) = (sketch.input([rows, 3 * units], seed: 1), sketch.input([rows, units], seed: 2))
    let places = (0..<3).map { gate in
      var window = Window(rank: 2)
      window.starts[1] = Int32(gate * units)
      let sum = sketch.append(.slice(window), [rows, units], .float32, gates)
      let share = sketch.binary(.multiply, slope, sketch.unary(.sigmoid, sum))
      return sketch.place(share, starts: [0, gate * units], strides: [1, 1], in: [rows, 3 * units])
    }
    let whole = sketch.binary(.add, sketch.binary(.add, places[0], places[1]), places[2])
    let weight = sketch.input([3 * units, units], seed: 3)
    sketch.output(sketch.contract(whole, weight, Contraction(leftContracting: [1], rightContracting: [0])))
    #expect(try sketch.stepNames().count == 2)
    try sketch.expectAgreement(.relative(1e-5))
  }
}
