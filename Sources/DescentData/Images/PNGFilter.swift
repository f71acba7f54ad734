/// How a row of a PNG image is written as differences from its neighbours (PNG specification, section 9).
enum PNGFilter: UInt8, CaseIterable {
  case none, left, above, average, paeth

  /// Replaces the differences of a row by its bytes.
  ///
  /// - Parameters:
  ///   - row: The row, `count` bytes.
  ///   - above: The row above, nil for none, which counts as zeros.
  ///   - step: The bytes from a sample to the same one of the next pixel.
  func undo(_ row: UnsafeMutablePointer<UInt8>, above: UnsafePointer<UInt8>?, count: Int, step: Int) {
    guard self != .none else { return }
    for place in 0..<count { row[place] &+= prediction(UnsafePointer(row), above, place, step) }
  }

  /// Writes the differences of a row to `target`.
  func apply(
    _ row: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>?, count: Int, step: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    for place in 0..<count { target[place] = row[place] &- prediction(row, above, place, step) }
  }

  @inline(__always)
  private func prediction(
    _ row: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>?, _ place: Int, _ step: Int
  ) -> UInt8 {
    let left = place >= step ? row[place &- step] : 0
    let up = above?[place] ?? 0
    switch self {
    case .none: return 0
    case .left: return left
    case .above: return up
    case .average: return UInt8(truncatingIfNeeded: (Int(left) &+ Int(up)) &>> 1)
    case .paeth:
      let corner = place >= step ? above?[place &- step] ?? 0 : 0
      return Self.paeth(Int(left), Int(up), Int(corner))
    }
  }

  /// Whichever of left, above and corner is nearest to left + above − corner, the first of equally near ones.
  @inline(__always)
  private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> UInt8 {
    let (toLeft, toUp, toCorner) = (abs(up &- corner), abs(left &- corner), abs(left &+ up &- 2 &* corner))
    let nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
    return UInt8(truncatingIfNeeded: nearest)
  }
}
