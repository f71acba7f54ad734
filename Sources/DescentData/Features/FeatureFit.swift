/// A ``FeaturePlan`` being fitted, table by table.
struct FeatureFit {
  private enum Column {
    case numbers(String, NumberStatistics, FeaturePlan.Imputation, FeaturePlan.Scaling)
    case categories(String, CategoryStatistics, FeaturePlan.CategoryImputation, FeaturePlan.UnknownCategory)
  }

  private var columns: [Column]
  private let target: FeaturePlan.Target?
  private var classes = CategoryStatistics()
  private var rowCount = 0

  init(_ plan: FeaturePlan) {
    target = plan.target
    columns = plan.inputs.flatMap { input -> [Column] in
      switch input {
      case .numbers(let names, let imputation, let scaling):
        names.map { .numbers($0, NumberStatistics(keepingNumbers: imputation == .median), imputation, scaling) }
      case .oneHot(let names, let imputation, let unknown):
        names.map { .categories($0, CategoryStatistics(), imputation, unknown) }
      }
    }
  }

  mutating func add(_ table: Table) throws(DataError) {
    rowCount += table.rowCount
    for index in columns.indices {
      switch columns[index] {
      case .numbers(let name, var statistics, let imputation, let scaling):
        let numbers = try table.column(named: name).numbers()
        if imputation == .none, let row = numbers.firstIndex(where: \.isNaN) {
          throw FittedFeatures.missing(name, row, table)
        }
        statistics.add(numbers)
        columns[index] = .numbers(name, statistics, imputation, scaling)
      case .categories(let name, var statistics, let imputation, let unknown):
        statistics.add(try table.column(named: name).values)
        columns[index] = .categories(name, statistics, imputation, unknown)
      }
    }
    switch target {
    case .classes(let name): classes.add(try table.column(named: name).values)
    case .number(let name): _ = try table.column(named: name).numbers()
    case nil: break
    }
  }

  func features(file: String) throws(DataError) -> FittedFeatures {
    guard rowCount > 0 else {
      throw DataError(.empty, in: file, "there are no rows to fit the features to", remedy: "give rows to train on")
    }
    let fitted: [FittedFeatures.Column] = columns.map { column in
      switch column {
      case .numbers(let name, let statistics, let imputation, let scaling):
        let fill = statistics.fill(imputation)
        let (offset, factor) = statistics.scale(scaling, fill: fill)
        return .numbers(name, fill: fill, offset: offset, factor: factor)
      case .categories(let name, let statistics, let imputation, let unknown):
        let fill = statistics.fill(imputation)
        return .categories(name, statistics.categories(including: fill), fill: fill, unknown: unknown)
      }
    }
    let fittedTarget: FittedFeatures.Target? =
      switch target {
      case .classes(let name): .classes(name, classes.categories(including: nil))
      case .number(let name): .number(name)
      case nil: nil
      }
    return FittedFeatures(columns: fitted, target: fittedTarget)
  }
}
