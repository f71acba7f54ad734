// Splits work by its extent, and runs the parts on the thread pool.

import CDescentRuntime

/// Splits 0..<extent into nearly equal ranges that begin at multiples of a unit.
struct Partition {
  let extent: Int
  let unit: Int
  /// The number of ranges, none of them empty; 0 for an empty extent.
  let count: Int

  /// Splits into `count` ranges, or fewer where there aren't as many units.
  init(_ extent: Int, unit: Int, count: Int) {
    (self.extent, self.unit) = (extent, unit)
    self.count = min(max(count, 1), Partition.quotient(extent, unit))
  }

  /// Splits into the fewest ranges that are no longer than `limit`, rounded up to a multiple of the unit.
  init(_ extent: Int, unit: Int, limit: Int) {
    let longest = Partition.quotient(limit, unit) * unit
    self.init(extent, unit: unit, count: Partition.quotient(extent, longest))
  }

  /// The extent, rounded up to a multiple of the unit.
  var padded: Int { Partition.quotient(extent, unit) * unit }

  /// The length of the longest range, rounded up to a multiple of the unit.
  var longest: Int { count == 0 ? 0 : Partition.quotient(Partition.quotient(extent, unit), count) * unit }

  subscript(index: Int) -> Range<Int> {
    let units = Partition.quotient(extent, unit)
    return (units * index / count * unit)..<min(units * (index + 1) / count * unit, extent)
  }

  private static func quotient(_ dividend: Int, _ divisor: Int) -> Int { (dividend + divisor - 1) / divisor }
}

/// Calls `body` once for each index below `count`, on several threads, and returns when all calls have.
func runInParallel(_ count: Int, _ body: (Int) -> Void) {
  if count == 1 { return body(0) }
  withoutActuallyEscaping(body) { body in
    var body = body
    withUnsafeMutablePointer(to: &body) { pointer in
      descent_pool_run(count, { $0?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int($1)) }, pointer)
    }
  }
}
