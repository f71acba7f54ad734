import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Programs over the parts of rows that stand side by side, as the gates of recurrent networks do.
@Suite struct SideBySideTests {
  /// Parts of so many columns, in each of some rows.
  struct Layout: CustomStringConvertible, Sendable {
    var rows, columns, parts: Int

    var description: String { "\(rows) x \(parts) parts of \(columns)" }
  }

  /// Around the length from which rows are read where they lie.
  private static let layouts = [1, 5, 20].flatMap { rows in
    [33, 127, 128, 129, 300].flatMap { columns in
      [2, 4].map { Layout(rows: rows, columns: columns, parts: $0) }
    }
  }

  /// The parts of a wide value.
  private func parts(of wide: Int, _ layout: Layout, _ sketch: inout GraphSketch) -> [Int] {
    (0..<layout.parts).map { part in
      var window = Window(rank: 2)
      window.starts[1] = Int32(part * layout.columns)
      return sketch.append(.slice(window), [sketch.shape(wide)[0], layout.columns], .float32, wide)
    }
  }

  /// Element by element, with sums along rows, along columns and of all.
  @Test(arguments: layouts) func programsOverPartsAgree(layout: Layout) throws {
    var sketch = GraphSketch()
    let parts = parts(of: sketch.input([layout.rows, layout.parts * layout.columns]), layout, &sketch)
    let bias = sketch.broadcast(
      sketch.input([layout.columns], seed: 2), to: [layout.rows, layout.columns], along: [0])
    let joined = parts.map { sketch.unary(.sigmoid, sketch.binary(.add, $0, bias)) }
      .reduce(bias) { sketch.binary(.multiply, $0, $1) }
    sketch.output(
      joined, sketch.reduce(.sum, joined, [0]), sketch.reduce(.max, joined, [1]), sketch.reduce(.sum, joined, [0, 1]))
    try sketch.expectAgreement(.relative(1e-5))
  }

  /// Products large enough to be computed in strips.
  private static let products = [
    Layout(rows: 800, columns: 100, parts: 2), Layout(rows: 801, columns: 128, parts: 2),
    Layout(rows: 800, columns: 129, parts: 3),
  ]

  /// Parts of a product, whose strips the program runs on.
  @Test(arguments: products) func programsOverPartsOfProductsAgree(layout: Layout) throws {
    var sketch = GraphSketch()
    let product = sketch.contract(
      sketch.input([layout.rows, 8], seed: 3), sketch.input([8, layout.parts * layout.columns], seed: 4),
      Contraction(leftContracting: [1], rightContracting: [0]))
    let parts = parts(of: product, layout, &sketch)
    sketch.output(parts.dropFirst().reduce(parts[0]) { sketch.binary(.add, $0, sketch.unary(.tanh, $1)) })
    try sketch.expectAgreement(.relative(1e-4))
  }
}
