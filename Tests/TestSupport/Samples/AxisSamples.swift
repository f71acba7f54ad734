import DescentGraph

// Rows of the operations that combine elements along axes, and of contractions.

extension Reduction {
  var samples: [Sample] {
    let rows: [(from: Shape, axes: AxisSet, to: Shape)] = [
      ([2, 3], [1], [2]), ([2, 3], [0], [3]), ([2, 3], [0, 1], []), ([7], [0], []), ([3, 1, 2], [1], [3, 2]),
      ([2, 3, 2], [0, 2], [3]), ([2, 3, 4], [1], [2, 4]), ([0, 3], [1], [0]), ([19], [0], []),
    ]
    let isArithmetic = self == .sum || self == .product
    let domain: Domain = isArithmetic ? .any : .apart
    let types: [ScalarType] = isArithmetic ? .numbers : .all
    var samples = rows.map { row in
      Sample("reduce.\(self) \(row.from) over \(row.axes.array)", [Sample.Input(row.from, domain)], types, row.to) {
        [self] x in .reduce(self, x[0], row.axes)
      }
    }
    if isArithmetic {
      samples.append(
        Sample("reduce.\(self) of nothing", [Sample.Input([0, 3])], .numbers, [3]) { [self] x in
          .reduce(self, x[0], [0])
        })
      samples.append(
        Sample("reduce.\(self) of bool", [Sample.Input([4, 3])], [.bool], [4]) { [self] x in .reduce(self, x[0], [1]) })
    }
    return samples
  }
}

extension Extremum {
  var samples: [Sample] {
    let rows: [(from: Shape, axis: Int, to: Shape)] = [
      ([2, 3], 0, [3]), ([2, 3], 1, [2]), ([5], 0, []), ([2, 4, 3], 1, [2, 3]),
    ]
    return rows.map { row in
      Sample("argument.\(self) \(row.from) axis \(row.axis)", [Sample.Input(row.from, .apart)], .all, row.to) {
        [self] x in .argument(self, x[0], axis: row.axis)
      }
    }
  }
}

extension Sample {
  static let argSorts: [Sample] = [false, true].flatMap { isDescending in
    let rows: [(shape: Shape, axis: Int)] = [
      ([7], 0), ([3, 4], 0), ([3, 4], 1), ([2, 5, 3], 1), ([2, 1, 3], 1), ([0, 3], 0),
    ]
    return rows.map { row in
      Sample(
        "argSort \(row.shape) axis \(row.axis)\(isDescending ? " descending" : "")", [Input(row.shape, .apart)], .all,
        row.shape
      ) { x in .argSort(x[0], axis: row.axis, isDescending: isDescending) }
    }
  }

  static let contractions: [Sample] = [
    contraction("matrices", [2, 3], [3, 4], [2, 4], Contraction(leftContracting: [1], rightContracting: [0])),
    contraction("matrix and vector", [2, 3], [3], [2], Contraction(leftContracting: [1], rightContracting: [0])),
    contraction("vectors", [5], [5], [], Contraction(leftContracting: [0], rightContracting: [0])),
    contraction("outer", [2], [3], [2, 3], Contraction(leftContracting: [], rightContracting: [])),
    contraction("scalars", [], [], [], Contraction(leftContracting: [], rightContracting: [])),
    contraction("left transposed", [3, 2], [3, 4], [2, 4], Contraction(leftContracting: [0], rightContracting: [0])),
    contraction(
      "right transposed", [2, 3], [4, 3], [2, 4], Contraction(leftContracting: [1], rightContracting: [1])),
    contraction(
      "batch", [2, 3, 4], [2, 4, 2], [2, 3, 2],
      Contraction(leftBatch: [0], rightBatch: [0], leftContracting: [2], rightContracting: [1])),
    contraction(
      "batch axes in other places", [3, 2, 4], [4, 5, 2], [2, 3, 5],
      Contraction(leftBatch: [1], rightBatch: [2], leftContracting: [2], rightContracting: [0])),
    contraction(
      "two batch axes, crossed", [2, 3, 4], [3, 2, 4], [2, 3],
      Contraction(leftBatch: [0, 1], rightBatch: [1, 0], leftContracting: [2], rightContracting: [2])),
    contraction(
      "batch axes in descending order", [2, 3, 4], [2, 3, 4, 2], [3, 2, 2],
      Contraction(leftBatch: [1, 0], rightBatch: [1, 0], leftContracting: [2], rightContracting: [2])),
    contraction(
      "two contracting axes, crossed", [3, 2, 4], [2, 5, 3], [4, 5],
      Contraction(leftContracting: [0, 1], rightContracting: [2, 0])),
    contraction(
      "three contracting axes, rotated", [2, 3, 4], [3, 4, 2, 2], [2],
      Contraction(leftContracting: [2, 0, 1], rightContracting: [1, 2, 0])),
    contraction("no terms", [2, 0], [0, 3], [2, 3], Contraction(leftContracting: [1], rightContracting: [0])),
    contraction("no rows", [0, 3], [3, 2], [0, 2], Contraction(leftContracting: [1], rightContracting: [0])),
    Sample("contract with itself", [Input([3, 3])], .numbers, [3, 3]) { x in
      .contract(x[0], x[0], Contraction(leftContracting: [1], rightContracting: [0]))
    },
  ]

  private static func contraction(
    _ description: String, _ left: Shape, _ right: Shape, _ result: Shape, _ axes: Contraction
  ) -> Sample {
    Sample("contract \(description)", [Input(left), Input(right)], .numbers, result) { x in
      .contract(x[0], x[1], axes)
    }
  }
}
