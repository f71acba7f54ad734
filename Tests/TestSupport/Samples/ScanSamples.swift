import DescentGraph

// Rows of the operations that run along an axis.

private let scannedShapes: [(shape: Shape, axis: Int, reverse: Bool)] = [
  ([2, 3], 1, false), ([2, 3], 0, true), ([7], 0, false), ([7], 0, true), ([3, 1, 2], 1, false),
  ([2, 4, 3], 1, true), ([2, 2, 3], 0, false), ([9, 4], 1, false), ([17, 3], 1, true), ([0, 3], 1, false),
  ([3, 0], 1, true),
]

extension Sample {
  static let recurrences: [Sample] =
    scannedShapes.map { row in
      Sample(
        "recurrence \(row.shape) axis \(row.axis)\(row.reverse ? " from the end" : "")",
        [Input(row.shape), Input(row.shape)], .numbers, row.shape
      ) { x in .recurrence(x[0], x[1], axis: row.axis, reverse: row.reverse) }
    } + [
      Sample("recurrence with itself", [Input([2, 4])], .numbers, [2, 4]) { x in
        .recurrence(x[0], x[0], axis: 1, reverse: false)
      },
      Sample("recurrence with one factor", [Input([3, 4])], .numbers, [3, 4]) { x in
        .recurrence(.fill(3, [3, 4], x[0].scalarType), x[0], axis: 1, reverse: false)
      },
      Sample("recurrence with a factor for each row", [Input([3]), Input([3, 4])], .numbers, [3, 4]) { x in
        .recurrence(.broadcast(x[0], to: [3, 4], along: [1]), x[1], axis: 1, reverse: true)
      },
      Sample("recurrence of products", [Input([5])], .numbers, [5]) { x in
        .recurrence(x[0], x[0].onlyFirst(axis: 0, reverse: true), axis: 0, reverse: true)
      },
    ]
}

extension Extremum {
  var cumulativeSamples: [Sample] {
    scannedShapes.map { row in
      Sample(
        "cumulative.\(self) \(row.shape) axis \(row.axis)\(row.reverse ? " from the end" : "")",
        [Sample.Input(row.shape, .apart)], .all, row.shape
      ) { [self] x in .cumulative(self, x[0], axis: row.axis, reverse: row.reverse) }
    }
  }
}
