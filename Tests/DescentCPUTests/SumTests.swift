import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Sums of placed elements and slices of sums.
@Suite struct SumTests {
  /// Where an operand of some shape is placed.
  struct Place: CustomStringConvertible, Sendable {
    var shape: [Int]
    var starts: [Int]
    var strides: [Int]

    var description: String { "\(shape) from \(starts) by \(strides)" }
  }

  private func sum(_ places: [Place], _ shape: Shape, _ type: ScalarType = .float32) -> GraphSketch {
    var sketch = GraphSketch()
    let terms = places.enumerated().map { index, place in
      sketch.place(
        sketch.input(Shape(place.shape), type, seed: UInt64(index)), starts: place.starts, strides: place.strides,
        in: shape)
    }
    sketch.output(terms.dropFirst().reduce(terms[0]) { sketch.binary(.add, $0, $1) })
    return sketch
  }

  private static let disjoint: [(places: [Place], shape: [Int], hasGaps: Bool)] = [
    // A split of the last axis, of the first one, of one in the middle.
    ((0..<4).map { Place(shape: [5, 3], starts: [0, 3 * $0], strides: [1, 1]) }, [5, 12], false),
    ((0..<2).map { Place(shape: [1, 4], starts: [$0, 0], strides: [1, 1]) }, [2, 4], false),
    ((0..<3).map { Place(shape: [2, 2, 4], starts: [0, 2 * $0, 0], strides: [1, 1, 1]) }, [2, 6, 4], false),
    // Gaps, elements in turn, backwards.
    ((0..<2).map { Place(shape: [2, 2], starts: [0, 3 * $0], strides: [1, 1]) }, [2, 6], true),
    ((0..<3).map { Place(shape: [4], starts: [$0], strides: [3]) }, [12], false),
    ((0..<2).map { Place(shape: [2, 3], starts: [1, 2 + 3 * $0], strides: [-1, -1]) }, [2, 6], false),
    ((0..<2).map { Place(shape: [3], starts: [4 + $0], strides: [-2]) }, [6], false),
    // Quarters.
    (
      (0..<4).map { Place(shape: [2, 3], starts: [2 * ($0 / 2), 3 * ($0 % 2)], strides: [1, 1]) }, [4, 6], false
    ),
  ]

  @Test(arguments: disjoint) func disjointPlacesAreOneAssembly(places: [Place], shape: [Int], hasGaps: Bool) throws {
    for type in [ScalarType.float32, .float64, .int32] {
      let sketch = sum(places, Shape(shape), type)
      #expect(try sketch.stepNames() == [[hasGaps ? "place" : "concatenate"]], "\(places)")
      try sketch.expectAgreement(.exact)
    }
  }

  @Test(arguments: [
    [Place(shape: [4], starts: [0], strides: [1]), Place(shape: [4], starts: [3], strides: [1])],
    [Place(shape: [3], starts: [0], strides: [2]), Place(shape: [2], starts: [1], strides: [3])],
    [Place(shape: [1], starts: [2], strides: [1]), Place(shape: [3], starts: [4], strides: [-2])],
  ]) func otherPlacesAreAdded(places: [Place]) throws {
    let sketch = sum(places, [8])
    #expect(try sketch.stepNames().flatMap(\.self).contains("add"))
    try sketch.expectAgreement(.exact)
  }

  /// Where a term is needed by itself as well, it is there.
  @Test func termsMayBeResultsToo() throws {
    var sketch = GraphSketch()
    let terms = (0..<3).map { place in
      sketch.place(sketch.input([2, 2], seed: UInt64(place)), starts: [0, 2 * place], strides: [1, 1], in: [2, 6])
    }
    let first = sketch.binary(.add, terms[0], terms[1])
    sketch.output(first, sketch.binary(.add, terms[2], first), sketch.binary(.add, first, first), terms[1])
    try sketch.expectAgreement(.exact)
  }

  /// The sign of a zero is not the sum's.
  @Test func zerosKeepTheirSigns() throws {
    var sketch = GraphSketch()
    let (x, y) = (sketch.input([-0.0, 0], [2]), sketch.input([-0.0], [1]))
    sketch.output(
      sketch.binary(
        .add, sketch.place(x, starts: [0], strides: [1], in: [3]), sketch.place(y, starts: [2], strides: [1], in: [3])))
    #expect(try sketch.run(on: CPUEngine())[0].doubles.map(\.sign) == [.minus, .plus, .minus])
  }

  /// The gates of a recurrent cell: slices of a product plus a contribution.
  @Test func gatesAreOneProgram() throws {
    var sketch = GraphSketch()
    let (rows, units) = (6, 5)
    let (x, h) = (sketch.input([rows, 4 * units], seed: 1), sketch.input([rows, units], seed: 2))
    let weight = sketch.input([units, 4 * units], seed: 3)
    let product = sketch.contract(h, weight, Contraction(leftContracting: [1], rightContracting: [0]))
    let sums = sketch.binary(.add, x, product)
    func gate(_ index: Int) -> Int {
      var window = Window(rank: 2)
      window.starts[1] = Int32(index * units)
      return sketch.append(.slice(window), [rows, units], .float32, sums)
    }
    let gates = (0..<4).map(gate)
    let cell = sketch.binary(
      .multiply, sketch.unary(.sigmoid, gates[0]), sketch.unary(.tanh, gates[2]))
    sketch.output(sketch.binary(.multiply, sketch.unary(.sigmoid, gates[3]), sketch.binary(.add, cell, gates[1])))
    #expect(try sketch.stepNames().count == 2)
    try sketch.expectAgreement(.relative(1e-5))
  }
}
