import DescentGraph
import DescentTensor
import Foundation
import Testing

@testable import DescentData

@Suite struct FeatureTests {
  private static func table(_ text: String) throws -> Table {
    try Table(csv: text, format: CSVFormat(header: .present, missingValues: .accepted), file: "t.csv")
  }

  private static let train = "age,fare,sex,class,port\n1,10,f,1,a\n3,,m,2,b\n,30,m,1,b\n5,50,f,3,\n"

  private func close(_ tensor: Tensor, _ expected: [Double]) -> Bool {
    tensor.scalars.count == expected.count && zip(tensor.scalars, expected).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  @Test func classesAreThoseOfAllRows() throws {
    let table = try Self.table(Self.train)
    let plan = FeaturePlan([.numbers(["age"], imputation: .mean, scaling: .standard)], target: .classes("port"))
    let (first, named) = (table.selecting([0, 3]), try Self.table("age,port\n1,a\n3,b\n5,c\n"))
    #expect(first.rowCount == 2 && first.columnNames == table.columnNames)
    #expect(try first.column(named: "age").numbers() == [1, 5] && first.column(named: "sex").strings() == ["f", "f"])
    let features = try plan.fitted(to: named.selecting([2, 0]), classesOf: named)
    #expect(features.classNames == ["a", "b", "c"])
    let samples = try features.samples(of: named.selecting([1, 1, 0]))
    #expect(samples.targets.scalars(as: Int.self) == [1, 1, 0])
    #expect(close(samples.inputs, [0, 0, -1]))
    do {
      try checked { _ = table.selecting([4]) }
      Issue.record("there is no row 4")
    } catch { #expect("\(error)" == "selecting: there is no row 4 among 4") }
  }

  @Test func numbersAreFilledAndScaled() throws {
    let table = try Self.table(Self.train)
    typealias Row = (FeaturePlan.Imputation, FeaturePlan.Scaling, [Double])
    // 1, 3, 5 and one filled in; for mean 3: variance (4 + 0 + 4 + 0)/4 = 2. For 7: mean 4, variance (9+1+1+9)/4 = 5.
    let (two, five) = (2.0.squareRoot(), 5.0.squareRoot())
    let rows: [Row] = [
      (.mean, .none, [1, 3, 3, 5]), (.median, .none, [1, 3, 3, 5]), (.constant(7), .none, [1, 3, 7, 5]),
      (.mean, .standard, [-2 / two, 0, 0, 2 / two]),
      (.constant(7), .standard, [-3 / five, -1 / five, 3 / five, 1 / five]),
      (.mean, .unitRange, [0, 0.5, 0.5, 1]), (.constant(9), .unitRange, [0, 0.25, 1, 0.5]),
    ]
    for (imputation, scaling, expected) in rows {
      let plan = FeaturePlan([.numbers(["age"], imputation: imputation, scaling: scaling)])
      let features = try plan.fitted(to: table)
      #expect(close(try features.matrix(of: table), expected), "\(imputation), \(scaling)")
      #expect(features.names == ["age"])
    }
    let even = FeaturePlan([.numbers(["fare"], imputation: .median)])
    #expect(try even.fitted(to: Self.table("fare\n4\n1\n\"\"\n2\n8\n")).matrix(of: table).scalars == [10, 3, 30, 50])
    let flat = FeaturePlan([.numbers(["x"], scaling: .standard), .numbers(["x"], scaling: .unitRange)])
    #expect(try flat.fitted(to: Self.table("x\n2\n2\n")).matrix(of: Self.table("x\n5\n")).scalars == [3, 3])
  }

  @Test func categoriesBecomeColumns() throws {
    let table = try Self.table(Self.train)
    let plan = FeaturePlan([.oneHot(["sex", "class"]), .oneHot(["port"], imputation: .mostFrequent, unknown: .zeros)])
    let features = try plan.fitted(to: table)
    #expect(features.names == ["sex=f", "sex=m", "class=1", "class=2", "class=3", "port=a", "port=b"])
    #expect(
      try features.matrix(of: table).scalars == [
        1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1,
      ])
    let test = try Self.table("port,sex,class\nz,m,2\n")
    #expect(try features.matrix(of: test).scalars == [0, 1, 0, 1, 0, 0, 0])
    let constant = FeaturePlan([.oneHot(["port"], imputation: .constant("none"))])
    #expect(try constant.fitted(to: table).names == ["port=a", "port=b", "port=none"])
  }

  @Test func targetsAreClassesOrNumbers() throws {
    let table = try Self.table(Self.train)
    let classes = try FeaturePlan([.numbers(["class"])], target: .classes("sex")).fitted(to: table)
    let samples = try classes.samples(of: table)
    #expect(samples.targets.scalars == [0, 1, 1, 0] && samples.targets.scalarType == .int64)
    #expect(samples.classNames == ["f", "m"] && classes.classNames == ["f", "m"])
    // A test set in which a class is missing keeps the numbers.
    #expect(try classes.samples(of: Self.table("sex,class\nm,1\n")).targets.scalars == [1])
    let numbers = try FeaturePlan([.oneHot(["sex"])], target: .number("class")).fitted(to: table)
    #expect(try numbers.samples(of: table).targets.shape == [4, 1])
    #expect(try numbers.samples(of: table).targets.scalars == [1, 2, 1, 3])
  }

  @Test func categoriesThatAreNumbersStandInTheirOrder() throws {
    let cases: [(column: String, order: [String])] = [
      ("10,9,2,1,10", ["1", "2", "9", "10"]), ("0.5,-1,0.25", ["-1", "0.25", "0.5"]),
      ("b,10,9", ["10", "9", "b"]),
    ]
    for (column, order) in cases {
      let rows = column.split(separator: ",").map { "\($0),1" }.joined(separator: "\n")
      let table = try Self.table("kind,x\n\(rows)\n")
      let names = try FeaturePlan([.numbers(["x"])], target: .classes("kind")).fitted(to: table).classNames
      #expect(names == order, "\(column)")
    }
    // In a CSV file it would be a missing value.
    let words = Table(["kind": .text(["nan", "10", "9"]), "x": .numbers([1, 2, 3])])
    let features = try FeaturePlan([.numbers(["x"])], target: .classes("kind")).fitted(to: words)
    #expect(features.classNames == ["10", "9", "nan"])
  }

  @Test func mistakesAreNamed() throws {
    let table = try Self.table(Self.train)
    func words(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(words { _ = try FeaturePlan([.numbers(["agee"])]).fitted(to: table) }.contains("did you mean 'age'?"))
    #expect(words { _ = try FeaturePlan([.numbers(["sex"])]).fitted(to: table) }.contains("column 'sex' is text"))
    #expect(
      words { _ = try FeaturePlan([.numbers(["age"])]).fitted(to: table) }
        == "t.csv: column 'age' has no value in row 3; give the column an imputation, or leave the row out")
    let ports = try FeaturePlan([.oneHot(["port"])]).fitted(to: table)
    #expect(words { _ = try ports.matrix(of: table) }.contains("column 'port' has no value in row 4"))
    let other = try Self.table("port\nq\n")
    #expect(
      words { _ = try ports.matrix(of: other) }.contains(
        "row 1 has 'q' in column 'port', the training rows had 'a', 'b'"))
    #expect(words { _ = try ports.samples(of: table) }.contains("the plan of the features names no column to predict"))
    let empty = ArrayDataset([Table]())
    #expect(words { _ = try FeaturePlan([]).fitted(to: empty) }.contains("there are no rows to fit the features to"))
  }

  @Test func streamsAndTablesGiveTheSame() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.csv"
      try write(Array(Self.train.utf8), to: path)
      let format = CSVFormat(header: .present, missingValues: .accepted)
      let rows = try CSVDataset(contentsOfFile: path, format: format, rowsPerTable: 1)
      let plan = FeaturePlan(
        [
          .numbers(["age", "fare"], imputation: .median, scaling: .standard),
          .oneHot(["sex", "port"], imputation: .mostFrequent),
        ], target: .classes("class"))
      let (streamed, whole) = (try plan.fitted(to: rows), try plan.fitted(to: Self.table(Self.train)))
      #expect(streamed == whole)
      let again = try JSONDecoder().decode(FittedFeatures.self, from: JSONEncoder().encode(whole))
      #expect(again == whole)
      let batches = rows.map { try again.samples(of: $0) }.unbatched().shuffled(seed: 1, window: 10).batched(of: 3)
      let samples = try whole.samples(of: Self.table(Self.train))
      #expect(try batches.collected().flatMap { $0.targets.scalars }.sorted() == samples.targets.scalars.sorted())
      #expect(try batches.collected().map(\.count) == [3, 1])
    }
  }
}
