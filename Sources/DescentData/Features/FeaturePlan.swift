/// How the columns of a table become the numbers that a network sees: what is scaled, what is filled in, what becomes
/// one column a category.
///
/// A plan is fitted to the training rows and then applied to any rows, so that nothing is learned from the test set:
///
/// ```swift
/// let plan = FeaturePlan(
///   [
///     .numbers(["age", "fare"], imputation: .median, scaling: .standard),
///     .oneHot(["sex", "port"], imputation: .mostFrequent),
///   ], target: .classes("survived"))
/// let features = try plan.fitted(to: trainTable)
/// let (train, test) = (try features.samples(of: trainTable), try features.samples(of: testTable))
/// ```
///
/// Files with missing values are read with `CSVFormat(missingValues: .accepted)`.
public struct FeaturePlan: Sendable {
  /// Columns, and what becomes of them.
  public enum Input: Sendable {
    /// Each column becomes one feature.
    case numbers([String], imputation: Imputation = .none, scaling: Scaling = .none)
    /// Each column becomes one feature a category, 1 where the row has it and 0 elsewhere; numbers in their order
    /// if all are numbers, otherwise words in alphabetical order.
    case oneHot([String], imputation: CategoryImputation = .none, unknown: UnknownCategory = .rejected)
  }

  /// What a missing number becomes.
  public enum Imputation: Sendable, Equatable {
    /// An error.
    case none
    /// The mean of the training rows that have the value.
    case mean
    /// The median of the training rows that have the value; costs 8 bytes a row while fitting.
    case median
    /// A given number.
    case constant(Double)
  }

  /// How numbers are brought to one size.
  public enum Scaling: Sendable, Equatable, CaseIterable {
    /// As they are.
    case none
    /// Mean 0 and standard deviation 1 over the training rows; a column that never varies keeps its size.
    case standard
    /// From 0 to 1 over the training rows; a column that never varies keeps its size.
    case unitRange
  }

  /// What a missing category becomes.
  public enum CategoryImputation: Sendable, Equatable {
    /// An error.
    case none
    /// The most frequent category of the training rows, of equally frequent ones the first in alphabetical order.
    case mostFrequent
    /// A given category.
    case constant(String)
  }

  /// What becomes of a category that the training rows did not have.
  public enum UnknownCategory: String, Sendable, Codable, CaseIterable {
    /// An error.
    case rejected
    /// Zeros in all features of the column.
    case zeros
  }

  /// The column to predict.
  public enum Target: Sendable, Equatable {
    /// Its values are classes: numbers in their order if all are numbers, otherwise words in alphabetical order.
    case classes(String)
    /// Its values are numbers.
    case number(String)
  }

  /// The columns to learn from, in the order of the features.
  public let inputs: [Input]
  /// The column to predict, if there is one.
  public let target: Target?

  /// A plan.
  public init(_ inputs: [Input], target: Target? = nil) { (self.inputs, self.target) = (inputs, target) }

  /// The plan with the numbers and categories of some rows.
  ///
  /// - Throws: ``DataError`` for a column that does not exist, or whose values don't fit the plan.
  public func fitted(to table: Table) throws(DataError) -> FittedFeatures {
    var fit = FeatureFit(self)
    try fit.add(table)
    return try fit.features(file: table.source)
  }

  /// The plan with numbers and categories of the training rows, and the classes of all rows: a class may be so rare that
  /// the training rows lack it.
  ///
  /// ```swift
  /// let features = try plan.fitted(to: table.selecting(trainRows), classesOf: table)
  /// ```
  public func fitted(to table: Table, classesOf all: Table) throws(DataError) -> FittedFeatures {
    FittedFeatures(
      columns: try fitted(to: table).columns, target: try FeaturePlan([], target: target).fitted(to: all).target)
  }

  /// The plan with the numbers and categories of all tables of a dataset, such as a ``CSVDataset``, read once.
  ///
  /// - Throws: ``DataError`` for a column that does not exist, or whose values don't fit the plan; what the dataset throws.
  public func fitted<Tables: Dataset>(to tables: Tables) throws -> FittedFeatures where Tables.Element == Table {
    var fit = FeatureFit(self)
    var file = "table"
    try tables.forEach { table in
      file = table.source
      try fit.add(table)
    }
    return try fit.features(file: file)
  }
}
