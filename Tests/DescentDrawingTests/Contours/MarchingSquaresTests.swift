import TestSupport
import Testing

@testable import DescentDrawing

/// Random grids, some with holes, some with many equal numbers.
private struct RandomGrid: CustomStringConvertible {
  var seed: UInt64
  var description: String { "seed \(seed)" }

  var values: [[Double]] {
    var random = SplitMix64(seed: seed)
    let (rows, columns) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
    return (0..<rows).map { _ in
      random.doubles(columns).map { value in
        if seed.isMultiple(of: 3) && value > 0.8 { return .nan }
        return seed.isMultiple(of: 2) ? (value * 3).rounded() / 3 : value
      }
    }
  }

  static let samples = (0..<40).map { RandomGrid(seed: UInt64($0)) }
}

/// The area of an outline, with the sign of its direction.
private func signedArea(_ line: GridLine) -> Double {
  let points = line.points
  return points.indices.reduce(0) { sum, index in
    let (a, b) = (points[index], points[(index + 1) % points.count])
    return sum + (a.x * b.y - b.x * a.y) / 2
  }
}

private func area(_ lines: [GridLine]) -> Double { lines.reduce(0) { $0 + signedArea($1) } }

@Suite struct MarchingSquaresTests {
  @Test func circlesAreRound() {
    let count = 81
    func coordinate(_ index: Double) -> Double { -2 + 4 * index / Double(count - 1) }
    let squares = MarchingSquares(
      (0..<count).map { row in
        (0..<count).map { column in
          let (x, y) = (coordinate(Double(column)), coordinate(Double(row)))
          return x * x + y * y
        }
      })
    withEvery("level", in: [0.25, 1, 2, 3.9]) { level in
      let lines = squares.contours(at: level)
      #expect(lines.count == 1 && lines.allSatisfy { $0.isClosed })
      for point in lines.flatMap(\.points) {
        let (x, y) = (coordinate(point.x), coordinate(point.y))
        // Linear interpolation of a square over a step h errs by h²/4 at most.
        #expect(abs(x * x + y * y - level) <= 0.05 * 0.05 / 4 + 1e-12)
      }
      let radius = level.squareRoot() * Double(count - 1) / 4
      #expect(abs(abs(area(lines)) / (.pi * radius * radius) - 1) < 0.01)
    }
    // The circle of radius 2.5 leaves the grid at each side.
    #expect(squares.contours(at: 6.25).count == 4)
    #expect(squares.contours(at: 6.25).allSatisfy { !$0.isClosed })
    #expect(squares.contours(at: 9).isEmpty && squares.contours(at: -1).isEmpty)
  }

  @Test func pointsLieOnSidesAtTheLevel() {
    withEvery("grid", in: RandomGrid.samples) { grid in
      let values = grid.values
      for level in [-0.5, 0, 0.31] {
        for point in MarchingSquares(values).contours(at: level).flatMap(\.points) {
          let (row, column) = (Int(point.y), Int(point.x))
          let (down, right) = (point.y - Double(row), point.x - Double(column))
          #expect(down == 0 || right == 0)
          let first = values[row][column]
          let second = values[row + (down > 0 ? 1 : 0)][column + (right > 0 ? 1 : 0)]
          #expect(abs(first + (second - first) * (down + right) - level) < 1e-12)
        }
      }
    }
  }

  @Test func whatIsBelowAndWhatIsAboveMakeTheWhole() {
    withEvery("grid", in: RandomGrid.samples) { grid in
      let values = grid.values
      let (squares, negated) = (MarchingSquares(values), MarchingSquares(values.map { $0.map(-) }))
      var cells = 0
      for (row, next) in zip(values, values.dropFirst()) {
        let isWhole = zip(row, next).map { $0.isFinite && $1.isFinite }
        cells += zip(isWhole, isWhole.dropFirst()).count { $0 && $1 }
      }
      expectClose([area(squares.outlines(below: .infinity))], [Double(cells)], .relative(1e-12))
      #expect(squares.outlines(below: -.infinity).isEmpty)
      // No level is the mean of a cell, where both sides would claim the middle.
      for level in [-0.51, 0.01, 0.31] {
        let (below, above) = (squares.outlines(below: level), negated.outlines(below: -level))
        #expect((below + above).allSatisfy { $0.isClosed })
        expectClose([area(below) + area(above)], [Double(cells)], .relative(1e-9))
      }
    }
  }

  @Test func saddlesFollowTheirMiddle() {
    let squares = MarchingSquares([[0, 1], [1, 0]])
    // The mean is 0.5: above a level of 0.4, so that the two zeros have a corner each.
    #expect(squares.outlines(below: 0.4).count == 2)
    #expect(squares.outlines(below: 0.6).count == 1)
    #expect(squares.contours(at: 0.4).count == 2 && squares.contours(at: 0.6).count == 2)
  }

  @Test func oddGrids() {
    withEvery("values", in: [[], [[]], [[1]], [[1, 2]], [[1], [2]], [[.nan, 1], [2, 3]], [[1, 2], [3]]]) { values in
      let squares = MarchingSquares(values)
      #expect(squares.contours(at: 1.5).isEmpty && squares.outlines(below: .infinity).isEmpty)
    }
    let huge = MarchingSquares([[1e300, -1e300], [1e300, .greatestFiniteMagnitude]])
    #expect(huge.contours(at: 0).isEmpty)
    let steep = MarchingSquares([[1e300, -1e300], [1e300, -1e300]]).contours(at: 0)
    #expect(steep.map { Set($0.points) } == [[Point(0.5, 0), Point(0.5, 1)]])
  }
}
