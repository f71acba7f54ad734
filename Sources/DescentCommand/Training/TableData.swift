import Descent
import Foundation

/// A CSV file with the roles of its columns.
struct TableData {
  let table: Table
  let task: LearningTask
  /// The column to predict.
  let label: String
  let split: String?

  /// How tables are read: what is missing is filled in, where that makes sense.
  static let format = CSVFormat(missingValues: .accepted, missingMarkers: ["NA", "N/A", "?"])

  init(path: String, _ options: DataOptions) throws {
    table = try Table(contentsOfFile: path, format: Self.format)
    split = try options.split.map { [table] in try Self.name($0, in: table) }
    let ignored = try options.ignored.map { [table] in try Self.name($0, in: table) }
    let usable = table.columnNames.filter { [split] in $0 != split && !ignored.contains($0) }
    label = try options.label.map { [table] in try Self.name($0, in: table) } ?? usable.last ?? table.columnNames[0]
    self.ignored = ignored
    task = try options.task ?? Self.usualTask(table.column(named: label))
  }

  private let ignored: [String]

  /// A column given by its name, or by its position if no column has that name.
  private static func name(_ text: String, in table: Table) throws -> String {
    if !table.columnNames.contains(text), let index = Int(text) { return try table.column(at: index).name }
    return try table.column(named: text).name
  }

  /// Numbers with fractions are predicted as numbers; all else is a class.
  private static func usualTask(_ column: Table.Column) throws -> LearningTask {
    guard column.isNumeric else { return .classification }
    return try column.numbers().contains { $0.isFinite && $0 != $0.rounded() } ? .regression : .classification
  }

  /// The rows to train on and those to judge by.
  func rows(_ options: DataOptions) throws -> (train: [Int], test: [Int]) {
    if let split {
      let isTest = try table.column(named: split).numbers().map { $0 != 0 }
      return (isTest.indices.filter { !isTest[$0] }, isTest.indices.filter { isTest[$0] })
    }
    let order = RandomGenerator(seed: options.seed).permutation(of: table.rowCount)
    let cut = Int((Double(table.rowCount) * (1 - options.validation)).rounded())
    return (Array(order[..<cut]), Array(order[cut...]))
  }

  /// Numbers are scaled, missing ones become the mean; words become one-hot.
  func plan(_ options: DataOptions) throws -> FeaturePlan {
    let columns = table.columns.filter { $0.name != label && $0.name != split && !ignored.contains($0.name) }
    guard !columns.isEmpty else { throw CommandError("\(table.source): there is no column to learn from") }
    let inputs: [FeaturePlan.Input] = columns.map { column in
      column.isNumeric
        ? .numbers([column.name], imputation: .mean, scaling: options.isRaw ? .none : .standard)
        : .oneHot([column.name], imputation: .mostFrequent, unknown: .zeros)
    }
    return FeaturePlan(inputs, target: task == .regression ? .number(label) : .classes(label))
  }

  /// Words that are different in nearly every row say nothing, and classes that are were meant as something else.
  func check(_ features: FittedFeatures) throws {
    for column in table.columns where column.name != label && !ignored.contains(column.name) {
      guard case .text(let texts) = column.values else { continue }
      let count = Set(texts).count
      guard count <= 1000 else {
        throw CommandError(
          "\(table.source): column '\(column.name)' has \(count) different texts; leave it out with --ignore "
            + "'\(column.name)'")
      }
    }
    // A toy has few rows of each class; fifty classes of which none has four rows were meant as something else.
    let most = table.rowCount / ((features.classNames?.count ?? 0) > 50 ? 4 : 2)
    if let names = features.classNames, names.count > max(2, most) {
      throw CommandError(
        "\(table.source): column '\(label)' has \(names.count) different values in \(table.rowCount) rows; name the "
          + "column of classes with --label, or predict a number with --task regression")
    }
  }
}
