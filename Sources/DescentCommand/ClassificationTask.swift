import Descent
import Foundation

/// Samples to train a classifier on and to judge it by, from a file or a folder.
struct ClassificationTask {
  let train: Samples
  let test: Samples
  let classCount: Int

  /// What the classes are called, if they have names.
  var classNames: [String]? { train.classNames }

  /// The number of features of a sample.
  var featureCount: Int { train.inputs.shape[-1] }

  /// Reads a CSV file or a folder of IDX files.
  init(path: String, label: String?, split: String?, seed: UInt64) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError("\(path): there is no such file or folder")
    }
    let (train, test) =
      isFolder.boolValue
      ? try ClassificationTask.images(path, label, split) : try ClassificationTask.table(path, label, split, seed)
    guard train.count > 0, test.count > 0 else {
      throw CommandError(
        "\(path): \(train.count) samples to train on and \(test.count) to judge by; both need at least one")
    }
    (self.train, self.test) = (train, test)
    let largest = max(train.targets.max().scalar(as: Int.self), test.targets.max().scalar(as: Int.self))
    classCount = max(train.classNames?.count ?? 0, largest + 1)
    guard classCount <= 10_000 else {
      throw CommandError("\(path): \(classCount) classes are too many; is the label column right?")
    }
    guard classCount >= 2 else { throw CommandError("\(path): all samples have one class; there is nothing to learn") }
  }

  private static func images(_ path: String, _ label: String?, _ split: String?) throws -> (Samples, Samples) {
    guard label == nil, split == nil else {
      throw CommandError("\(path) is a folder of images, which have no columns; leave out --label and --split")
    }
    let folder = try IDXFolder(path: path)
    return (try folder.samples(.train, flattened: true), try folder.samples(.test, flattened: true))
  }

  private static func table(
    _ path: String, _ label: String?, _ split: String?, _ seed: UInt64
  ) throws -> (Samples, Samples) {
    let table = try Table(contentsOfFile: path)
    let splitColumn = try split.map { try reference($0, in: table) }
    let isTest = try splitColumn.map { try column($0, of: table).numbers().map { $0 != 0 } }
    let last = table.columnNames.indices.last { index in splitColumn != .index(index) } ?? 0
    let labelColumn = try label.map { try reference($0, in: table) } ?? .index(last)
    let samples = try Samples(table, classes: labelColumn, ignoring: splitColumn.map { [$0] } ?? [])
    let (train, test): (Samples, Samples)
    if let isTest {
      train = samples.selecting(isTest.indices.filter { !isTest[$0] })
      test = samples.selecting(isTest.indices.filter { isTest[$0] })
    } else {
      (train, test) = samples.split(trainFraction: 0.8, seed: seed)
    }
    guard train.count > 0, train.inputs.elementCount > 0 else { return (train, test) }
    let scale = train.featureScale(.standard)
    return (train.scaled(by: scale), test.scaled(by: scale))
  }

  /// A column given by its name, or by its position if no column has that name.
  private static func reference(_ text: String, in table: Table) throws -> ColumnReference {
    if let index = table.columnNames.firstIndex(of: text) { return .index(index) }
    if let index = Int(text) {
      _ = try table.column(at: index)
      return .index(index)
    }
    _ = try table.column(named: text)
    return .name(text)
  }

  private static func column(_ reference: ColumnReference, of table: Table) throws -> Table.Column {
    switch reference {
    case .name(let name): try table.column(named: name)
    case .index(let index): try table.column(at: index)
    }
  }
}

/// What is wrong with what the command was given, in one line.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
