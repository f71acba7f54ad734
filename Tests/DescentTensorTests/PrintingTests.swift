import DescentTensor
import Testing

@Suite struct PrintingTests {
  static let samples: [(Tensor, String)] = [
    (Tensor(3.0), "3.0"),
    (Tensor(7, type: .int32), "7"),
    (Tensor(true), "true"),
    (Tensor.zeros([0]), "[]"),
    (Tensor.zeros([0, 3]), "[]"),
    (Tensor.zeros([2, 0]), "[[],\n []]"),
    ([1, 2, 3], "[1.0, 2.0, 3.0]"),
    ([0.1, 0.25, -1], "[ 0.10,  0.25, -1.00]"),
    ([[1, -2], [2, 1]], "[[ 1.0, -2.0],\n [ 2.0,  1.0]]"),
    ([[[1], [2]], [[3], [4]]], "[[[1.0],\n  [2.0]],\n\n [[3.0],\n  [4.0]]]"),
    (Tensor([10, -5], type: .int64), "[10, -5]"),
    (Tensor([9_223_372_036_854_775_807], type: .int64), "[9223372036854775807]"),
    (Tensor([9_007_199_254_740_993], type: .int64), "[9007199254740993]"),
    (Tensor([true, false]), "[ true, false]"),
    (Tensor(scalars: [Float.nan, .infinity, -.infinity, 1]), "[ nan,  inf, -inf,  1.0]"),
    (Tensor(1.0) / 3, "0.33333334"),
    (Tensor(1.0, type: .float64) / 3, "0.33333333"),
    (Tensor([1e-9, 1]), "[1.0000e-09, 1.0000e+00]"),
    (Tensor([-1e20, 0]), "[-1.0000e+20,         0.0]"),
    (Tensor([-0.0, 0.5]), "[-0.0,  0.5]"),
    (Tensor.range(to: 1001), "[   0.0,    1.0,    2.0, ...,  998.0,  999.0, 1000.0]"),
    (
      Tensor.range(to: 1_000_000),
      "[     0.0,      1.0,      2.0, ..., 999997.0, 999998.0, 999999.0]"
    ),
  ]

  @Test(arguments: samples.indices)
  func prints(_ index: Int) {
    #expect(PrintingTests.samples[index].0.description == PrintingTests.samples[index].1)
  }

  @Test func aMillionElementsInTwoAxesAreShortenedInBoth() {
    let lines = Tensor.range(to: 1_000_000).reshaped(to: 1000, 1000).description.split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines[3] == " ...,")
    #expect(lines[0] == "[[     0.0,      1.0,      2.0, ...,    997.0,    998.0,    999.0],")
  }

  @Test func longRowsWrap() {
    let lines = Tensor.range(to: 30).description.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines[1].hasPrefix(" 1"))
  }

  @Test func theDebugDescriptionNamesTypeAndShape() {
    #expect(Tensor([1, 2]).named("x").debugDescription == "Tensor('x', float32, [2])\n[1.0, 2.0]")
  }
}
