/// Help for those who misspell a name.
package enum NameSuggestion {
  /// The nearest of some names, if one is near enough to be what was meant.
  package static func closest(to name: String, among names: [String]) -> String? {
    // Longer names are no typing mistakes, and the distance takes time proportional to both lengths.
    let limit = 64
    guard name.count <= limit else { return nil }
    let candidates = names.prefix(1000).filter { $0.count <= limit }
    let nearest = candidates.map { (name: $0, distance: distance(name, $0)) }.min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= max(1, name.count / 3) else { return nil }
    return nearest.name
  }

  /// The first names, and how many more there are.
  static func list(_ names: [String]) -> String {
    let limit = 20
    let shown = names.prefix(limit).map { DataError.quoted($0) }.joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
  }

  /// The edit distance of Levenshtein (insertions, deletions, replacements), letter case aside.
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second.lowercased())
    var row = Array(0...second.count)
    for (index, character) in first.lowercased().enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in second.indices {
        let replaced = diagonal + (character == second[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
