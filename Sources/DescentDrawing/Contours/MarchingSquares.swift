/// A polyline in the coordinates of a grid: x counts columns, y counts rows.
struct GridLine: Hashable, Sendable {
  var points: [Point]
  var isClosed: Bool
}

/// Numbers at the corners of square cells, and where they are below a level.
///
/// Marching squares (Lorensen and Cline 1987, in two dimensions): the level crosses a side of a cell where linear
/// interpolation between the corners says so. Where it crosses all four sides, the mean of the corners decides which
/// corners are connected. A cell with a corner that isn't a number is left out.
struct MarchingSquares {
  private let values: [[Double]]
  private let rowCount: Int
  private let columnCount: Int
  /// The least and the largest corner of each cell, row by row; nil for cells that are left out.
  private let cells: [ClosedRange<Double>?]

  /// Places that a row lacks count as without a number.
  init(_ values: [[Double]]) {
    let columnCount = values.map(\.count).max() ?? 0
    let values = values.map { $0 + Array(repeating: .nan, count: columnCount - $0.count) }
    self.values = values
    self.columnCount = columnCount
    rowCount = values.count
    cells = (0..<max(rowCount - 1, 0)).flatMap { row in
      (0..<max(columnCount - 1, 0)).map { column in
        let corners = [
          values[row][column], values[row][column + 1], values[row + 1][column], values[row + 1][column + 1],
        ]
        guard corners.allSatisfy(isNumber), let low = corners.min(), let high = corners.max() else { return nil }
        return low...high
      }
    }
  }

  /// The numbers that can be drawn, in order of size.
  var numbers: [Double] { values.joined().filter(isNumber).sorted() }

  private func cell(_ row: Int, _ column: Int) -> ClosedRange<Double>? {
    guard row >= 0, column >= 0, row + 1 < rowCount, column + 1 < columnCount else { return nil }
    return cells[row * (columnCount - 1) + column]
  }

  /// Whether a cell has a neighbour at each side.
  private func isInner(_ row: Int, _ column: Int) -> Bool {
    cell(row - 1, column) != nil && cell(row + 1, column) != nil && cell(row, column - 1) != nil
      && cell(row, column + 1) != nil
  }

  /// Lines between what is below a level, and what is above; they end at borders and at cells without numbers.
  func contours(at level: Double) -> [GridLine] { joined(pieces(at: level, withBorder: false)) }

  /// The outlines of what isn't above a level; those of the whole grid for +∞.
  func outlines(below level: Double) -> [GridLine] { joined(pieces(at: level, withBorder: true)) }

  /// A place where pieces meet: a corner, or where the level crosses the side that leads right or down from one.
  private struct Joint: Hashable {
    enum Kind: Hashable { case corner, right, down }
    var row: Int
    var column: Int
    var kind: Kind
  }

  /// A straight piece; all pieces have what is below the level at the same hand.
  private typealias Piece = (start: Joint, end: Joint)

  private func pieces(at level: Double, withBorder: Bool) -> [(Piece, points: (Point, Point))] {
    var result: [(Piece, points: (Point, Point))] = []
    for row in 0..<max(rowCount - 1, 0) {
      for column in 0..<max(columnCount - 1, 0) {
        guard let range = cell(row, column), range.lowerBound <= level else { continue }
        if range.upperBound <= level && (!withBorder || isInner(row, column)) { continue }
        for piece in self.pieces(row, column, level, withBorder: withBorder) {
          result.append((piece, (point(piece.start, level), point(piece.end, level))))
        }
      }
    }
    return result
  }

  /// Walks around a cell, corner by corner, and connects where the walk leaves what is below to where it comes back.
  private func pieces(_ row: Int, _ column: Int, _ level: Double, withBorder: Bool) -> [Piece] {
    let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
    let numbers = corners.map { values[$0.0][$0.1] }
    let isBelow = numbers.map { $0 <= level }
    let sides = [
      Joint(row: row, column: column, kind: .right), Joint(row: row, column: column + 1, kind: .down),
      Joint(row: row + 1, column: column, kind: .right), Joint(row: row, column: column, kind: .down),
    ]
    let neighbours = [(row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1)]
    var (pieces, entries, exits) = ([Piece](), [Int](), [Int]())
    for side in 0..<4 {
      let next = (side + 1) % 4
      if isBelow[side] && !isBelow[next] { exits.append(side) }
      if !isBelow[side] && isBelow[next] { entries.append(side) }
      let isBorder = withBorder && cell(neighbours[side].0, neighbours[side].1) == nil
      guard isBorder, isBelow[side] || isBelow[next] else { continue }
      func end(_ corner: Int) -> Joint {
        isBelow[corner] ? Joint(row: corners[corner].0, column: corners[corner].1, kind: .corner) : sides[side]
      }
      pieces.append((end(side), end(next)))
    }
    // What is below hangs together across the middle if that is below: then an exit leads to the next entry. Otherwise
    // it leads back around its own corner, to the entry before it.
    let isMiddleBelow = numbers.reduce(0) { $0 + $1 / 4 } <= level
    for exit in exits {
      let ordered = entries.sorted { ($0 - exit + 4) % 4 < ($1 - exit + 4) % 4 }
      if let entry = isMiddleBelow ? ordered.first : ordered.last { pieces.append((sides[exit], sides[entry])) }
    }
    return pieces
  }

  private func point(_ joint: Joint, _ level: Double) -> Point {
    let corner = Point(Double(joint.column), Double(joint.row))
    let start = values[joint.row][joint.column]
    switch joint.kind {
    case .corner: return corner
    case .right:
      return Point(corner.x + part(start, values[joint.row][joint.column + 1], level), corner.y)
    case .down:
      return Point(corner.x, corner.y + part(start, values[joint.row + 1][joint.column], level))
    }
  }

  /// How far from one corner to the next the level lies.
  private func part(_ start: Double, _ end: Double, _ level: Double) -> Double {
    min(max((level - start) / (end - start), 0), 1)
  }

  /// Chains of pieces: open ones from their beginning, then closed ones.
  private func joined(_ pieces: [(Piece, points: (Point, Point))]) -> [GridLine] {
    var following: [Joint: [Int]] = [:]
    var hasPredecessor: Set<Joint> = []
    for (index, (piece, _)) in pieces.enumerated() {
      following[piece.start, default: []].append(index)
      hasPredecessor.insert(piece.end)
    }
    var isUsed = Array(repeating: false, count: pieces.count)
    /// The pieces that follow each other from one on.
    func chain(from first: Int) -> GridLine {
      var (points, next, end) = ([pieces[first].points.0], Optional(first), pieces[first].0.start)
      while let piece = next {
        isUsed[piece] = true
        points.append(pieces[piece].points.1)
        end = pieces[piece].0.end
        next = following[end]?.first { !isUsed[$0] }
      }
      let isClosed = end == pieces[first].0.start
      return GridLine(points: isClosed ? Array(points.dropLast()) : points, isClosed: isClosed)
    }
    let beginnings = pieces.indices.filter { !hasPredecessor.contains(pieces[$0].0.start) }
    return (beginnings + pieces.indices).compactMap { isUsed[$0] ? nil : chain(from: $0) }
  }
}

/// Whether a value can be drawn: numbers beyond ±10³⁰⁰ count as infinite, so that differences don't overflow.
private func isNumber(_ value: Double) -> Bool { value.magnitude <= 1e300 }
