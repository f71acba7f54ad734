import DescentGraph
import DescentTensor
import Testing

struct MissingValueTests {
  private let table = Tensor(rows: [[1, .nan, 3], [.nan, .nan, 5]] as [[Double]], type: .float64)

  @Test func sumsAndMeansLeaveNaNOut() {
    let rows: [(Tensor, [Double])] = [
      (table.nanSum(), [9]), (table.nanSum(axes: 0), [1, 0, 8]), (table.nanSum(axes: 1), [4, 5]),
      (table.nanMean(), [3]), (table.nanMean(axes: 1), [2, 5]),
      (Tensor([1, 2]).nanMean(), [1.5]), (Tensor([1, 2], type: .int64).nanMean(), [1.5]),
      (Tensor.zeros([0, 2]).nanSum(axes: 0), [0, 0]),
    ]
    for (row, (result, expected)) in rows.enumerated() { #expect(result.scalars == expected, "row \(row)") }
    #expect(table.nanMean(axes: 0).scalars[1].isNaN)
    #expect(table.nanSum(axes: 0, keepingAxes: true).shape == [1, 3])
    #expect(table.nanMean(axes: 0, 1, keepingAxes: true).shape == [1, 1])
  }

  @Test func whatIsNaNHasNoDerivative() {
    #expect(gradient(at: table) { $0.nanSum() }.scalars == [1, 0, 1, 0, 0, 1])
    #expect(gradient(at: table) { $0.nanMean(axes: 1).sum() }.scalars == [0.5, 0, 0.5, 0, 0, 1])
  }

  @Test func numbersStandForNaNAndInfinities() {
    let x = Tensor(scalars: [1, .nan, .infinity, -.infinity] as [Double], type: .float64)
    let largest = Double.greatestFiniteMagnitude
    #expect(nanToNumber(x).scalars == [1, 0, largest, -largest])
    #expect(nanToNumber(x, nan: 7, positiveInfinity: 8, negativeInfinity: 9).scalars == [1, 7, 8, 9])
    #expect(
      nanToNumber(x.converted(to: .float32)).scalars.map(Float.init)
        == [1, 0, Float.greatestFiniteMagnitude, -Float.greatestFiniteMagnitude])
    #expect(nanToNumber(Tensor([1, 2], type: .int32)).scalars == [1, 2])
    #expect(gradient(at: x) { nanToNumber($0).sum() }.scalars == [1, 0, 0, 0])
  }
}
