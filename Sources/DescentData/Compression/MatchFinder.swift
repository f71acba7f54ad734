/// Finds earlier occurrences of the bytes that come next, for the matches of DEFLATE.
///
/// Places are chained by a hash of the three bytes that begin there, newest first, as RFC 1951 suggests in section 4.
struct MatchFinder {
  /// An earlier occurrence: how many bytes agree, and how far back they stand.
  struct Match {
    var length = 0
    var distance = 0
  }

  static let shortest = 3
  static let longest = 258
  private static let windowSize = 1 << 15
  /// Beyond this distance a match of three bytes costs more bits than the bytes.
  private static let farthestOfShortest = 4096
  /// How many places are compared before the longest match so far is taken.
  private static let longestChain = 48

  private let input: UnsafeBufferPointer<UInt8>
  /// The newest place for each hash, and for each place of the window the one before; −1 for none.
  private let heads: UnsafeMutablePointer<Int>
  private let links: UnsafeMutablePointer<Int>

  /// Starts with an empty window; `deallocate` must be called at the end.
  init(_ input: UnsafeBufferPointer<UInt8>) {
    self.input = input
    heads = .allocate(capacity: Self.windowSize)
    links = .allocate(capacity: Self.windowSize)
    heads.initialize(repeating: -1, count: Self.windowSize)
    links.initialize(repeating: -1, count: Self.windowSize)
  }

  func deallocate() {
    heads.deallocate()
    links.deallocate()
  }

  @inline(__always)
  private func hash(at place: Int) -> Int {
    let word = UInt32(input[place]) | UInt32(input[place &+ 1]) &<< 8 | UInt32(input[place &+ 2]) &<< 16
    return Int(truncatingIfNeeded: (word &* 0x9E37_79B1) &>> 17)
  }

  /// Enters a place into its chain; returns the newest place before it with the same hash.
  @inline(__always) @discardableResult
  func insert(_ place: Int) -> Int {
    guard place &+ Self.shortest <= input.count else { return -1 }
    let hash = hash(at: place)
    let previous = heads[hash]
    links[place & (Self.windowSize &- 1)] = previous
    heads[hash] = place
    return previous
  }

  /// The longest match for the bytes at a place, which is entered; of length 0 if there is none.
  func match(at place: Int) -> Match {
    var best = Match()
    var candidate = insert(place)
    let limit = min(Self.longest, input.count - place)
    var steps = Self.longestChain
    while candidate >= 0, place &- candidate <= Self.windowSize, steps > 0 {
      let length = commonLength(candidate, place, limit)
      if length > best.length, length >= Self.shortest {
        best = Match(length: length, distance: place &- candidate)
        if length == limit { break }
      }
      let next = links[candidate & (Self.windowSize &- 1)]
      // A link that was overwritten by a newer place leads forward.
      guard next < candidate else { break }
      candidate = next
      steps &-= 1
    }
    return best.length == Self.shortest && best.distance > Self.farthestOfShortest ? Match() : best
  }

  @inline(__always)
  private func commonLength(_ first: Int, _ second: Int, _ limit: Int) -> Int {
    var length = 0
    while length < limit, input[first &+ length] == input[second &+ length] { length &+= 1 }
    return length
  }
}
