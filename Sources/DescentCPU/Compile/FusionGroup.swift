import DescentGraph

/// How finely row programs cut their work.
struct Granularity {
  /// The longest row whose reductions later instructions of the same program may use: registers hold whole rows.
  var longestRow = 8192
  /// The most values that one program computes.
  var longestProgram = 48
  /// How many values are looked at together when programs are chosen.
  var longestSegment = 4096
  /// About how many elements a block has: a few registers of it stay in the first level of cache.
  ///
  /// Blocks of whole rows get twice as many, for they also have instructions whose cost is by the block.
  var blockElements = 2048
  /// An item has work for about so many nanoseconds: less is not worth handing to another thread.
  var itemNanoseconds = 30_000.0
  /// How many bytes a contraction's result has at least that is handed to its epilogue in strips.
  var epilogueBytes = 1 << 19
  /// How many bytes of a result a strip has at most: it stays in the second level of cache beside packed operands.
  var stripBytes = 1 << 18
  /// How many rows a strip has at least, where the right operand is read anew for each.
  var stripRows = 48
  /// How many strips there are at least, for threads to share.
  var stripCount = 16
}

/// How a member of a group lies in its iteration space.
enum Role {
  /// One element for each place.
  case full
  /// One element for each row.
  case row
  /// One element altogether, known before the first row.
  case scalar
  /// Known only after the last row, so nothing in the group can read it.
  case result
}

/// Values that one row program computes: all share an iteration space of `count` elements in row-major order.
///
/// Movement between members is allowed where it costs nothing: reshapes, for the order of elements stays; and the
/// repetition of a row's one value along the row.
struct FusionGroup {
  /// Ascending, so operands come before their users.
  private(set) var members: [Int] = []
  private(set) var roles: [Int: Role] = [:]
  let count: Int
  let granularity: Granularity
  /// The length of rows, once some member needs a certain one.
  private(set) var columns: Int?
  /// A long row's argument is read where it lies, which nothing else in a program is.
  private(set) var isClosed = false

  /// A group of nothing yet.
  init(count: Int, columns: Int? = nil, _ granularity: Granularity) {
    self.count = count
    self.granularity = granularity
    self.columns = columns
  }

  /// The group that a first value opens.
  init?(opening value: Int, _ values: [Value], _ granularity: Granularity) {
    let isElement = if case .element = values[value].kind { true } else { false }
    self.init(count: isElement ? values[value].count : values[value].operands[0].count, granularity)
    guard let group = adding(value, values) else { return nil }
    self = group
  }

  /// The group of some values in ascending order.
  init?(of members: [Int], count: Int, columns: Int?, _ values: [Value], _ granularity: Granularity) {
    self.init(count: count, columns: columns, granularity)
    for member in members {
      guard let group = adding(member, values) else { return nil }
      self = group
    }
  }

  /// The group with one more member, nil if it does not fit in.
  func adding(_ number: Int, _ values: [Value]) -> FusionGroup? {
    guard !isClosed, members.count < granularity.longestProgram else { return nil }
    let value = values[number]
    switch value.kind {
    case .element:
      for role in [Role.full, .row, .scalar] where fits(value, role) {
        if let group = adding(number, role, columns, values) { return group }
      }
      return nil
    case .reduce(_, let span):
      guard value.operands[0].count == count else { return nil }
      let length =
        switch span {
        case .all: columns
        case .trailing: Int?(count / value.count)
        case .leading: Int?(value.count)
        }
      let isRow = span == .trailing && count / value.count <= granularity.longestRow
      return adding(number, isRow ? .row : .result, length, values)
    case .argument:
      guard value.operands[0].count == count else { return nil }
      let length = count / value.count
      guard length > granularity.longestRow else { return adding(number, .row, length, values) }
      guard members.isEmpty else { return nil }
      var group = adding(number, .result, length, values)
      group?.isClosed = true
      return group
    case .assemble(let places, fillsGaps: false):
      let isWhole = places.indices.allSatisfy { roles[value.operands[$0].root] == .full && places[$0].count == count }
      return isWhole ? adding(number, .result, columns, values) : nil
    case .input, .scalar, .constant, .empty, .iota, .random, .assemble, .gather, .scatterAdd, .contract, .pack, .scan,
      .argSort, .control, .unpack, .after, .overlap, .matrices:
      return nil
    }
  }

  private func fits(_ value: Value, _ role: Role) -> Bool {
    switch role {
    case .full: return value.count == count
    case .row:
      guard let columns, columns <= granularity.longestRow, value.count * columns == count else { return false }
      let inside = value.operands.compactMap { roles[$0.root] }
      return inside.isEmpty || inside.contains(.row)
    case .scalar: return value.count == 1 && value.operands.allSatisfy { (roles[$0.root] ?? .scalar) == .scalar }
    case .result: return false
    }
  }

  private func adding(_ number: Int, _ role: Role, _ length: Int?, _ values: [Value]) -> FusionGroup? {
    guard columns == nil || length == columns else { return nil }
    var group = self
    group.columns = length
    group.roles[number] = role
    let isElement = if case .element = values[number].kind { true } else { false }
    let readRole = isElement ? role : .full
    guard values[number].operands.allSatisfy({ group.canRead($0, as: readRole, values) }),
      values[number].targets.allSatisfy({ length == nil || $0.split(columns: length ?? 1) != nil })
    else { return nil }
    if columns == nil, length != nil, !members.allSatisfy({ group.stillReads($0, values) }) { return nil }
    group.members.append(number)
    return group
  }

  /// Whether a member's operands from outside, and the places that it writes to, can be cut into rows.
  private func stillReads(_ member: Int, _ values: [Value]) -> Bool {
    roles[member] != .full && roles[member] != .result
      || values[member].operands.allSatisfy { canRead($0, as: .full, values) }
        && values[member].targets.allSatisfy { columns == nil || $0.split(columns: columns ?? 1) != nil }
  }

  /// Whether the program can have the elements of a view in a register of some kind.
  private func canRead(_ view: StridedView, as role: Role, _ values: [Value]) -> Bool {
    guard let inside = roles[view.root] else {
      guard role == .full, let columns, !view.isConstant else { return true }
      return view.split(columns: columns) != nil
    }
    switch (inside, role) {
    case (.full, .full): return view.isContiguous && view.offset == 0 && view.count == count
    case (.row, .row): return view.isContiguous && view.offset == 0 && view.count == values[view.root].count
    case (.row, .full): return repeatsRows(view)
    case (.scalar, _): return true
    case (.full, _), (.row, _), (.result, _): return false
    }
  }

  /// Whether a view repeats the values of rows along the rows, and does nothing else.
  private func repeatsRows(_ view: StridedView) -> Bool {
    guard let columns, view.offset == 0, let (rows, inner) = view.split(columns: columns) else { return false }
    return inner.allSatisfy { $0.stride == 0 } && rows == [StridedView.Dimension(size: count / columns, stride: 1)]
  }
}
