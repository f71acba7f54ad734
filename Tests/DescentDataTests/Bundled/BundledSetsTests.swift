import Foundation
import Testing

@testable import DescentData

@Suite struct BundledDigitsTests {
  @Test func digitsAreWhatTheyAre() throws {
    let table = try BundledDigits.load()
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

  /// The folder beside the executable comes first; the sources serve an executable that was moved.
  @Test func everyPlaceIsLookedAt() throws {
    let places = BundledDigits.places
    #expect(places.first?.hasSuffix("/Descent_DescentData.resources/digits.csv") == true)
    #expect(places.last?.hasSuffix("/Sources/DescentData/Resources/digits.csv") == true)
    #expect(try BundledDigits.find(in: ["/nowhere/digits.csv"] + places.suffix(1)) == places.last)
  }

  @Test func aMissingResourceIsAnErrorAndNoTrap() {
    let error = dataError { () throws(DataError) in _ = try BundledDigits.find(in: ["/a/digits.csv", "/b/digits.csv"]) }
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
