extension Rectangle {
  /// The parts of a line that lie inside.
  func clipped(_ line: [Point]) -> [[Point]] {
    var parts: [[Point]] = []
    for (start, end) in zip(line, line.dropFirst()) {
      guard let (first, last) = clipped(start, end) else { continue }
      if parts.last?.last == first { parts[parts.count - 1].append(last) } else { parts.append([first, last]) }
    }
    return parts
  }

  /// The part of a segment that lies inside (Liang and Barsky 1984).
  private func clipped(_ start: Point, _ end: Point) -> (Point, Point)? {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (enters, leaves) = (0.0, 1.0)
    for (speed, room) in [(-dx, start.x - x), (dx, maxX - start.x), (-dy, start.y - y), (dy, maxY - start.y)] {
      if speed == 0 && room < 0 { return nil }
      if speed < 0 { enters = max(enters, room / speed) }
      if speed > 0 { leaves = min(leaves, room / speed) }
    }
    guard enters <= leaves else { return nil }
    return (
      enters == 0 ? start : start.moved(towards: end, by: enters),
      leaves == 1 ? end : start.moved(towards: end, by: leaves)
    )
  }
}
