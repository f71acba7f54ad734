import DescentTensor

/// A ``FeaturePlan`` with the numbers and categories of the training rows.
///
/// It can be encoded as JSON, to be kept beside the weights that were trained with it.
public struct FittedFeatures: Codable, Equatable, Sendable {
  enum Column: Codable, Equatable, Sendable {
    case numbers(String, fill: Double?, offset: Double, factor: Double)
    case categories(String, [String], fill: String?, unknown: FeaturePlan.UnknownCategory)
  }

  enum Target: Codable, Equatable, Sendable {
    case classes(String, [String])
    case number(String)
  }

  let columns: [Column]
  let target: Target?

  /// The names of the features, in order: `age`, and `sex=female` for a category.
  public var names: [String] {
    columns.flatMap { column in
      switch column {
      case .numbers(let name, _, _, _): [name]
      case .categories(let name, let categories, _, _): categories.map { "\(name)=\($0)" }
      }
    }
  }

  /// The names of the classes to predict, by their numbers; nil if no column of classes is predicted.
  public var classNames: [String]? {
    if case .classes(_, let names) = target { names } else { nil }
  }

  /// The features of some rows: float32 [rows, features].
  ///
  /// - Throws: ``DataError`` for a column that does not exist, a missing value that nothing replaces, or a category that
  ///   the training rows did not have.
  public func matrix(of table: Table) throws(DataError) -> Tensor {
    let width = names.count
    var matrix = [Float](repeating: 0, count: table.rowCount * width)
    var place = 0
    for column in columns {
      switch column {
      case .numbers(let name, let fill, let offset, let factor):
        for (row, number) in try table.column(named: name).numbers().enumerated() {
          guard let value = number.isNaN ? fill : number else { throw Self.missing(name, row, table) }
          matrix[row * width + place] = Float((value - offset) * factor)
        }
        place += 1
      case .categories(let name, let categories, let fill, let unknown):
        for (row, index) in try Self.indices(table, name, categories, fill, unknown).enumerated() {
          if let index { matrix[row * width + place + index] = 1 }
        }
        place += categories.count
      }
    }
    return Tensor(scalars: matrix, shape: [table.rowCount, width])
  }

  /// Features and targets of some rows: classes as int64 [rows], numbers as float32 [rows, 1].
  ///
  /// - Throws: ``DataError`` as for ``matrix(of:)``, for a plan without a target, and for a class that the training rows
  ///   did not have.
  public func samples(of table: Table) throws(DataError) -> Samples {
    guard let target else {
      throw DataError(
        .mismatch, in: table.source, "the plan of the features names no column to predict",
        remedy: "give the plan a target, or ask for the matrix")
    }
    let inputs = try matrix(of: table)
    switch target {
    case .number(let name):
      let numbers = try table.column(named: name).numbers()
      if let row = numbers.firstIndex(where: \.isNaN) { throw Self.missing(name, row, table) }
      return Samples(inputs: inputs, targets: Tensor(scalars: numbers.map { Float($0) }, shape: [numbers.count, 1]))
    case .classes(let name, let names):
      let labels = try Self.indices(table, name, names, nil, .rejected).map { $0 ?? 0 }
      return Samples(inputs: inputs, targets: Tensor(scalars: labels), classNames: names)
    }
  }

  /// The place of each row's category; nil for one that is unknown and may be.
  private static func indices(
    _ table: Table, _ name: String, _ categories: [String], _ fill: String?, _ unknown: FeaturePlan.UnknownCategory
  ) throws(DataError) -> [Int?] {
    let places = Dictionary(zip(categories, categories.indices), uniquingKeysWith: { first, _ in first })
    let values = try table.column(named: name).values
    var indices: [Int?] = []
    indices.reserveCapacity(values.count)
    for row in 0..<values.count {
      let spelling = values.spelling(of: row)
      guard let category = spelling.isEmpty ? fill : spelling else { throw missing(name, row, table) }
      let place = places[category]
      guard place != nil || unknown == .zeros else {
        throw DataError(
          .mismatch, in: table.source,
          "row \(row + 1) has \(DataError.quoted(category)) in column \(DataError.quoted(name)), the training rows had "
            + NameSuggestion.list(categories),
          remedy: "fit the features to rows with all categories, or give the column unknown: .zeros")
      }
      indices.append(place)
    }
    return indices
  }

  static func missing(_ name: String, _ row: Int, _ table: Table) -> DataError {
    DataError(
      .missingValue, in: table.source, "column \(DataError.quoted(name)) has no value in row \(row + 1)",
      remedy: "give the column an imputation, or leave the row out")
  }
}
