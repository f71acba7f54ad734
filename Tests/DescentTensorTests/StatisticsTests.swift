import DescentGraph
import DescentTensor
import Foundation
import Testing

/// Products, moments, norms and questions about truth.
@Suite struct StatisticsTests {
  private let table: Tensor = [[1, 2, 3], [4, 5, 9]]

  @Test func valuesAlongAxes() {
    let rows: [(Tensor, [Double])] = [
      (table.product(), [1080]), (table.product(axes: 0), [4, 10, 27]), (table.product(axes: 1), [6, 180]),
      (Tensor.zeros([0, 2]).product(axes: 0), [1, 1]), (Tensor.ones([3]).converted(to: .bool).product(), [1]),
      (table.max(axes: [0, 1]), [9]), (table.min(axes: [1]), [1, 4]), (table.max(axes: []), [9]),
      (
        Tensor([[0, 0], [1, 1]]).logSumExp(axes: [1]) - Tensor([0, 1]),
        [2, 2].map { Double(Foundation.log(Float($0))) }
      ),
      (table.variance(axes: 0), [2.25, 2.25, 9]), (table.variance(axes: 1, correction: 1), [1, 7]),
      (table.standardDeviation(axes: 0), [1.5, 1.5, 3]), (table.meanAndVariance(axes: 0).mean, [2.5, 3.5, 6]),
      (Tensor([3, -4]).norm(), [5]), (Tensor([3, -4]).norm(order: 1), [7]), (Tensor([0, -2]).norm(order: 3), [2]),
      (Tensor([3, -4]).norm(order: .infinity), [4]), (Tensor([3, -4]).norm(order: -.infinity), [3]),
      (Tensor([3, 0, -4]).norm(order: 0), [2]), (Tensor([4, 0, 9]).norm(order: 0.5), [25]),
      (Tensor([2, 0]).norm(order: -1), [0]), (Tensor([2, 2]).norm(order: -1), [1]),
      (Tensor([3, 4], type: .int64).norm(), [5]),
      (Tensor([[3, 4], [0, 0]]).l2Normalized(axes: 1), [0.6, 0.8, 0, 0].map { Double(Float($0)) }),
    ]
    for (row, (result, expected)) in rows.enumerated() { #expect(result.scalars == expected, "row \(row)") }
  }

  @Test func axesStayIfAskedFor() {
    let results: [Tensor] = [
      table.product(axes: 0, keepingAxes: true), table.variance(axes: 0, keepingAxes: true),
      table.standardDeviation(axes: 0, keepingAxes: true), table.norm(axes: 0, keepingAxes: true),
      table.norm(order: .infinity, axes: 0, keepingAxes: true), table.any(axes: 0, keepingAxes: true),
      table.meanAndVariance(axes: 0, keepingAxes: true).mean, table.max(axes: [0], keepingAxes: true),
      table.logSumExp(axes: [0], keepingAxes: true), table.max(axes: [0]).expanded(axes: [0]),
    ]
    for (row, result) in results.enumerated() { #expect(result.shape == [1, 3], "row \(row)") }
  }

  @Test func tooFewNumbersHaveNoVariance() {
    #expect(Tensor([7]).variance(correction: 1).scalar.isNaN)
    #expect(Tensor([7]).variance().scalar == 0)
    #expect(Tensor.zeros([2, 0]).variance(axes: 1).scalars.map(\.isNaN) == [true, true])
    #expect(Tensor.zeros([0, 2]).variance(axes: 1).shape == [0])
  }

  @Test func derivativesAtZero() {
    for order in [0, 0.5, 1, 1.5, 2, 3, .infinity, -.infinity] {
      #expect(gradient(at: Tensor([0, 0])) { $0.norm(order: order) }.scalars == [0, 0], "order \(order)")
    }
    #expect(gradient(at: Tensor([0, 9])) { $0.norm(order: 0.5) }.scalars == [0, 1])
    #expect(gradient(at: Tensor([3, -4])) { $0.norm() }.scalars == [0.6, -0.8].map { Double(Float($0)) })
    #expect(gradient(at: Tensor([2, 2])) { $0.standardDeviation() }.scalars == [0, 0])
    let slope = gradient(at: Tensor([0, 0])) { $0.l2Normalized().sum() }
    #expect(slope.scalars == [1e12, 1e12].map { Double(Float($0)) })
  }

  /// ∂²‖x‖/∂x₀∂x = (x₁², −x₀x₁)/‖x‖³.
  @Test func secondDerivativeOfTheNorm() {
    let second = gradient(at: Tensor([3, 4], type: .float64)) { x in gradient(at: x) { $0.norm() }[0] }
    let faults = zip(second.scalars, [0.128, -0.096]).map { Swift.abs($0 - $1) }
    #expect(faults.max() ?? 1 < 1e-12)
  }

  @Test func truthAlongAxes() {
    let truth = Tensor([[1, 0], [1, 1]]).converted(to: .bool)
    #expect(truth.any(axes: 0).scalars == [1, 1])
    #expect(truth.all(axes: 0).scalars == [1, 0])
    #expect(truth.all(axes: 1).scalarType == .bool)
    #expect(Tensor.zeros([0, 2]).all(axes: 0).scalars == [1, 1])
    #expect(Tensor.zeros([0, 2]).any(axes: 0).scalars == [0, 0])
  }

  @Test func mistakesAreExplained() {
    let programs: [() -> Tensor] = [
      { self.table.variance(axes: 3) }, { self.table.norm(order: 3, axes: 0, 0) }, { self.table.any(axes: 2) },
      { self.table.product(axes: -3) }, { Tensor.zeros([0, 2]).all(axes: 5) },
    ]
    for (row, program) in programs.enumerated() {
      let error = #expect(throws: TensorError.self, "row \(row)") { try checked { program().scalars } }
      #expect(error?.kind == .invalidAxis, "row \(row)")
    }
  }
}
