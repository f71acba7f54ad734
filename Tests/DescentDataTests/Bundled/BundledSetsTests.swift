import DescentGraph
import DescentTensor
import Foundation
import Testing

@testable import DescentData

@Suite struct BundledSetTests {
  @Test func digitsAreWhatTheyAre() throws {
    let table = try BundledSet.digits.load()
    #expect(table.rowCount == 1797)
    #expect(table.columns.count == 66)
    #expect(table.columnNames[..<3] == ["p00", "p01", "p02"])
    #expect(table.columnNames[63...] == ["p77", "target", "split"])
    for column in table.columns.prefix(64) {
      let numbers = try column.numbers()
      #expect(numbers.allSatisfy { 0...16 ~= $0 && $0.rounded() == $0 }, "\(column.name)")
    }
    let split = try table.column(named: "split").numbers()
    #expect(split.filter { $0 == 0 }.count == 1438)
    #expect(split.filter { $0 == 1 }.count == 359)
    let digits = try Set(table.column(named: "target").numbers())
    #expect(digits == Set((0...9).map(Double.init)))
  }

  @Test func everySetIsDivided() throws {
    typealias Row = (set: (train: Samples, test: Samples), counts: (Int, Int), features: Int, classes: [String]?)
    let rows: [Row] = [
      (try Samples.iris(), (120, 30), 4, ["setosa", "versicolor", "virginica"]),
      (try Samples.wine(), (142, 36), 13, ["cultivar 1", "cultivar 2", "cultivar 3"]),
      (try Samples.breastCancer(), (456, 113), 30, ["malignant", "benign"]),
      (try Samples.diabetes(), (354, 88), 10, nil), (try Samples.digits(), (1438, 359), 64, nil),
    ]
    for (set, counts, features, classes) in rows {
      #expect(set.train.count == counts.0 && set.test.count == counts.1)
      #expect(set.train.inputs.shape == [counts.0, features] && set.test.inputs.shape == [counts.1, features])
      #expect(set.train.classNames == classes && set.test.classNames == classes)
      let isFinite = set.train.inputs.scalars.allSatisfy(\.isFinite)
      #expect(isFinite)
      if let classes {
        #expect(Set(set.test.targets.scalars) == Set(classes.indices.map(Double.init)))
        #expect(set.train.targets.scalarType == .int64 && set.train.targets.rank == 1)
      }
    }
    #expect(rows[3].set.train.targets.shape == [354, 1] && rows[3].set.train.targets.scalars.max() == 346)
    #expect(Array(rows[0].set.train.inputs.scalars[..<4]) == [5.1, 3.5, 1.4, 0.2].map { Double(Float($0)) })
    #expect(Set(BundledSet.allCases.map(\.fileName)).count == 5)
  }

  @Test func fashionMNISTIsFoundOrNamed() throws {
    let error = dataError { () throws(DataError) in _ = try IDXFolder.fashionMNIST() }
    if let error {
      #expect(error.kind == .unreadable && error.file == "/usr/share/datasets/fashion-mnist")
      #expect(error.remedy.contains("apt install dataset-fashion-mnist"))
    } else {
      #expect(try IDXFolder.fashionMNIST().samples(.test).count == 10_000)
    }
    #expect(IDXFolder.fashionMNISTClassNames.count == 10)
  }

  /// The folder beside the executable comes first; the sources serve an executable that was moved.
  @Test func everyPlaceIsLookedAt() throws {
    let places = BundledSet.digits.places
    #expect(places.first?.hasSuffix("/Descent_DescentData.resources/digits.csv") == true)
    #expect(places.last?.hasSuffix("/Sources/DescentData/Resources/digits.csv") == true)
    #expect(try BundledSet.digits.find(in: ["/nowhere/digits.csv"] + places.suffix(1)) == places.last)
  }

  @Test func aMissingResourceIsAnErrorAndNoTrap() {
    let error = dataError { () throws(DataError) in
      _ = try BundledSet.digits.find(in: ["/a/digits.csv", "/b/digits.csv"])
    }
    #expect(
      error?.description == "digits.csv: looked for it at /a/digits.csv, /b/digits.csv and found it nowhere; "
        + "keep the folder Descent_DescentData.resources beside the executable")
  }
}

/// Whole data sets, where they are at hand.
@Suite(.enabled(if: SharedData.folder != nil))
struct SharedDataTests {
  @Test(arguments: [("fashion-mnist", 6000, 1000), ("mnist5k", 400, 100)])
  func imageSetsAreBalanced(_ name: String, _ trainCount: Int, _ testCount: Int) throws {
    let folder = try IDXFolder(path: SharedData.folder! + "/\(name)")
    for (split, count) in [(IDXFolder.Split.train, trainCount), (.test, testCount)] {
      let (images, labels) = try folder.load(split)
      #expect(images.dimensions == [10 * count, 28, 28])
      let perClass = try labels.integers().reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
      #expect(perClass == Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, count) }))
    }
  }

  @Test(arguments: [
    ("breast_cancer", 32, 569), ("diabetes", 12, 442), ("iris", 6, 150), ("wine", 15, 178), ("digits", 66, 1797),
  ])
  func tablesAreNumbers(_ name: String, _ columns: Int, _ rows: Int) throws {
    let table = try Table(contentsOfFile: SharedData.folder! + "/tabular/\(name).csv")
    #expect(table.columns.count == columns)
    #expect(table.rowCount == rows)
    #expect(table.columns.map(\.isNumeric) == Array(repeating: true, count: columns))
    #expect(table.columnNames.last == "split")
  }
}
