import Descent

/// Something that is done again and again and timed, in one way or several.
///
/// Each workload has the same name and does the same work in the peers' programs.
struct Workload {
  let name: String
  /// The ways in which it can be done, such as with a tape or with a function.
  var variants = ["lazy"]
  /// Prepares the data and returns what is timed; it computes everything that it is asked for.
  let prepare: (_ variant: String, _ folder: String?) throws -> () throws -> Void

  /// All of them.
  static var all: [Workload] {
    lecture + products + elementwise + normalizations + attention + training + epochs + latencies
  }
}

extension Workload {
  /// A workload without variants or data.
  init(_ name: String, _ prepare: @escaping () throws -> () throws -> Void) {
    self.init(name: name) { _, _ in try prepare() }
  }
}
