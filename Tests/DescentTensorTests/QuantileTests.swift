import DescentGraph
import DescentTensor
import TestSupport
import Testing

struct QuantileTests {
  private let table: Tensor = [[3, 1, 2], [6, 4, 8]]

  @Test func values() {
    let rows: [(Tensor, [Double])] = [
      (table.median(), [3.5]), (table.median(axis: 1), [2, 6]), (table.median(axis: 0), [4.5, 2.5, 5]),
      (table.quantile(0), [1]), (table.quantile(1), [8]), (table.quantile(0.25, axis: -1), [1.5, 5]),
      (table.quantile(0.1, axis: 0), [3.3, 1.3, 2.6].map { Double(Float($0)) }),
      (Tensor(5.0).quantile(0.3), [5]), (Tensor([1, 2], type: .int64).median(), [1.5]),
      (Tensor(scalars: [1, Double.infinity]).quantile(0), [1]),
    ]
    for (row, (result, expected)) in rows.enumerated() {
      expectClose(result.scalars, expected, .relative(1e-6), "row \(row)")
    }
    #expect(table.median(axis: 1, keepingAxes: true).shape == [2, 1])
    #expect(table.median(keepingAxes: true).shape == [1, 1])
  }

  @Test func nanSpreads() {
    let x = Tensor(rows: [[1, .nan], [2, 3]] as [[Double]])
    #expect(x.median(axis: 1).scalars.map(\.isNaN) == [true, false])
    #expect(x.quantile(0, axis: 1).scalars.map(\.isNaN) == [true, false])
  }

  @Test func derivatives() throws {
    for fraction in [0, 0.3, 0.5, 1] {
      try expectGradients(at: [distinctNumbers([3, 5])]) { $0[0].quantile(fraction, axis: 1) }
      try expectGradients(at: [distinctNumbers([2, 3])]) { $0[0].quantile(fraction, keepingAxes: true) }
    }
    #expect(gradient(at: Tensor([4, 1, 3, 2])) { $0.median() }.scalars == [0, 0, 0.5, 0.5])
  }

  @Test func mistakes() {
    expectMistake(.invalidArgument, "quantile: needs a fraction from 0 to 1") { table.quantile(1.5) }
    expectMistake(.invalidArgument, "at least one element") { Tensor.zeros([0, 2]).quantile(0.5, axis: 0) }
    expectMistake(.invalidAxis, "quantile: axis 2 does not exist") { table.median(axis: 2) }
  }
}
