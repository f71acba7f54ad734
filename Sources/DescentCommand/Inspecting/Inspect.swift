import ArgumentParser
import Descent
import Foundation

/// `descent inspect`: what is in a file of tensors, arrays, or a table.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what is in a file of tensors, arrays or a table, with statistics.",
    discussion: """
      The file is a safetensors file (a trained model too), the index of several of them, the checkpoint of a training, \
      NPY, NPZ, IDX (gzipped or not), PNG, or CSV. Nothing of a file is ever run; files are read in parts.

        descent inspect flowers.safetensors
        descent inspect model.safetensors.index.json --name 'layers.0.*' --histogram
        descent inspect fashion.checkpoint
        descent inspect fashion-mnist/train-images-idx3-ubyte.gz
        descent inspect flowers.csv --json

      Means and deviations are those of the finite elements; how many are zero, no number (NaN) or infinite is told.
      """)

  @Argument(help: ArgumentHelp("The file.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("Only arrays whose name matches; * stands for any text.", valueName: "pattern"))
  var name: String?

  @Flag(help: "Show how the elements of each array are distributed.")
  var histogram = false

  @Flag(help: "List names, types and shapes only, without reading elements.")
  var brief = false

  @Flag(help: "Write JSON.")
  var json = false

  @OptionGroup var output: ResultOutput

  func run() throws {
    let listing = try FileListing(path: file)
    let arrays = listing.arrays.filter { array in name.map { PathPattern.matches($0, array.name) } ?? true }
    if arrays.isEmpty, let name, !listing.arrays.isEmpty {
      let names = listing.arrays.map(\.name)
      let meant = names.contains { $0.contains(name) } ? "*\(name)*" : NameSuggestion.closest(to: name, among: names)
      throw CommandError("\(file): no name matches '\(name)'" + (meant.map { "; did you mean '\($0)'?" } ?? ""))
    }
    let reports = try arrays.map { try ArrayReport($0, hasStatistics: !brief, hasHistogram: histogram && !brief) }
    try output.write(json ? Self.json(listing, reports) : text(listing, reports))
  }

  private func text(_ listing: FileListing, _ reports: [ArrayReport]) -> String {
    let width = listing.facts.map(\.name.count).max() ?? 0
    let facts = listing.facts.map { $0.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.value }
    let elements = reports.reduce(0) { $0 + $1.elementCount }
    let bytes = reports.reduce(0) { $0 + $1.bytes }
    let total =
      "\(listing.format): \(reports.count) \(reports.count == 1 ? "array" : "arrays"), \(grouped(elements)) elements, \(grouped(bytes)) bytes"
    var parts = [([total] + facts).joined(separator: "\n")]
    if !reports.isEmpty { parts.append(ArrayReport.table(reports, isBrief: brief)) }
    parts += reports.compactMap { report in report.note.map { "\(report.name): \($0)" } }
    parts += reports.compactMap { report in report.bars.map { "\(report.name)\n\(indented($0))" } }
    return parts.joined(separator: "\n\n")
  }

  private struct Document: Encodable {
    let format: String
    let facts: [String: String]
    let arrays: [ArrayReport]
  }

  private static func json(_ listing: FileListing, _ reports: [ArrayReport]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let facts = Dictionary(listing.facts.map { ($0.name, $0.value) }) { first, _ in first }
    let document = Document(format: listing.format, facts: facts, arrays: reports)
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}

/// What is said about an array.
struct ArrayReport: Encodable {
  let name: String
  let type: String
  let shape: [Int]
  let bytes: Int
  var note: String?
  /// Of the elements that are finite; nil if there are none, or if they were not looked at.
  var min, max, mean, deviation: Double?
  var zeros, nan, infinite: Int?
  var histogram: [Int]?
  fileprivate var bars: String?

  private enum CodingKeys: String, CodingKey {
    case name, type, shape, bytes, note, min, max, mean, deviation, zeros, nan, infinite, histogram
  }

  var elementCount: Int { shape.reduce(1, *) }

  /// Reads the elements once, and a second time for the histogram.
  init(_ array: ArrayListing, hasStatistics: Bool, hasHistogram: Bool) throws {
    (name, type, shape, bytes) = (array.name, array.type, array.dimensions, array.byteCount)
    note = array.note
    guard hasStatistics, let elements = array.elements else { return }
    var statistics = ElementStatistics()
    try elements { statistics.add($0) }
    if statistics.finiteCount > 0 { (min, max) = (statistics.smallest, statistics.largest) }
    (mean, deviation) = (statistics.average, statistics.deviation)
    (zeros, nan, infinite) = (statistics.zeros, statistics.nans, statistics.infinities)
    guard hasHistogram, var bins = ElementHistogram(statistics) else { return }
    try elements { bins.add($0) }
    (histogram, bars) = (bins.counts, bins.text)
  }

  static func table(_ reports: [ArrayReport], isBrief: Bool) -> String {
    let header = ["name", "type", "shape", "bytes"]
    let numbers = ["min", "max", "mean", "deviation", "zeros", "NaN", "infinite"]
    let rows = reports.map { report in
      let first = [report.shownName, report.type, "\(report.shape)", grouped(report.bytes)]
      let measures = [report.min, report.max, report.mean, report.deviation].map { $0.map(fourDecimals) ?? "" }
      let counts = [report.zeros, report.nan, report.infinite].map { $0.map { $0 == 0 ? "·" : grouped($0) } ?? "" }
      return isBrief ? first : first + measures + counts
    }
    return TextTable(
      header: isBrief ? header : header + numbers, rows: rows, rightAligned: Set(3..<(isBrief ? 4 : 11))
    ).description
  }

  /// The name on one line, however it is written in the file.
  private var shownName: String {
    String(name.prefix(80).map { $0.isNewline || $0.asciiValue.map { $0 < 32 } ?? false ? "?" : $0 })
  }
}
