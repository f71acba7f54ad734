import DescentData
import DescentGraph
import DescentTensor
import Testing

private let flowers = """
  length,width,species,id
  1,2,rose,a
  3,4,tulip,b
  5,6,aster,c
  7,8,rose,d
  """

private func table(_ text: String) throws -> Table { try Table(csv: text) }

@Suite struct SamplesSourcesTests {
  @Test func classesOfTextAreNumberedInAlphabeticalOrder() throws {
    for column in [ColumnReference.name("species"), 2] {
      let samples = try Samples(table(flowers), classes: column, ignoring: ["id"])
      #expect(samples.inputs.scalars == [1, 2, 3, 4, 5, 6, 7, 8])
      #expect(samples.inputs.shape == [4, 2] && samples.inputs.scalarType == .float32)
      #expect(samples.targets.scalars == [1, 2, 0, 1] && samples.targets.scalarType == .int64)
      #expect(samples.classNames == ["aster", "rose", "tulip"])
      #expect(samples.shuffled(seed: 1).batches(of: 2).allSatisfy { $0.classNames == samples.classNames })
    }
  }

  @Test func wholeNumbersAreClassesThemselves() throws {
    let samples = try Samples(table("x,y\n0.5,3\n1.5,0"), classes: "y")
    #expect(samples.targets.scalars == [3, 0] && samples.classNames == nil)
    for value in ["-1", "0.5"] {
      #expect(throws: DataError.self) { try Samples(table("x,y\n0.5,3\n1.5,\(value)"), classes: "y") }
    }
  }

  @Test func numbersBecomeAColumn() throws {
    let samples = try Samples(table("a,price,b\n1,2.5,3\n4,5.5,6"), numbers: "price")
    #expect(samples.targets.shape == [2, 1] && samples.targets.scalars == [2.5, 5.5])
    #expect(samples.inputs.scalars == [1, 3, 4, 6])
  }

  @Test func mistakesInTablesAreNamed() throws {
    func words(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(words { _ = try Samples(table(flowers), classes: "specis") }.contains("did you mean 'species'?"))
    #expect(words { _ = try Samples(table(flowers), classes: 9) }.contains("no column 9"))
    #expect(words { _ = try Samples(table(flowers), classes: "species") }.contains("column 'id' is text"))
    #expect(
      words { _ = try Samples(table(flowers), numbers: "species", ignoring: ["id"]) }.contains("'species' is text"))
    let gaps = [
      ("0.5,a\n,b\n1,a", "column 'x' has no value in row 2"), ("0.5,a\n1,b\n1,", "column 'y' has no value in row 3"),
    ]
    for (rows, expected) in gaps {
      let table = try Table(csv: "x,y\n" + rows, format: CSVFormat(missingValues: .accepted))
      #expect(words { _ = try Samples(table, classes: "y") }.contains(expected))
    }
  }

  @Test func scalesComeFromTheSetAndServeOthers() {
    let samples = Samples(inputs: [[1, 5], [3, 5], [5, 5], [7, 5]], targets: .zeros([4]))
    let standard = samples.scaled(by: samples.featureScale(.standard)).inputs.scalars
    let deviation = 5.0.squareRoot()
    let expected = [-3 / deviation, 0, -1 / deviation, 0, 1 / deviation, 0, 3 / deviation, 0]
    #expect(zip(standard, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    let unit = samples[0..<3].featureScale(.unitRange)
    #expect(samples.scaled(by: unit).inputs.scalars == [0, 0, 0.5, 0, 1, 0, 1.5, 0])
    #expect(samples.shuffled(seed: 1).scaled(by: unit).inputs.shape == [4, 2])
  }

  @Test func digitsAreDividedByTheirOwnColumn() throws {
    let (train, test) = try Samples.digits()
    #expect(train.count + test.count == 1797 && test.count > 100 && train.count > test.count)
    for part in [train, test] {
      let pixels = part.inputs.scalars
      #expect(part.inputs.shape == [part.count, 64])
      #expect(pixels.min() == 0 && pixels.max() == 1)
      #expect(Set(part.targets.scalars) == Set((0..<10).map { Double($0) }))
    }
  }

  /// Two images of 2 × 3 bytes and their labels.
  private static let imageBytes: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + [0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 51]

  @Test func imagesAreScaledAndKeepTheirShape() throws {
    let images = try IDXArray(bytes: Self.imageBytes)
    let labels = try IDXArray(bytes: [0, 0, 8, 1, 0, 0, 0, 2, 7, 1])
    let samples = try Samples(images: images, labels: labels)
    #expect(samples.inputs.shape == [2, 2, 3])
    #expect(samples.inputs.scalars[5] == 1 && abs(samples.inputs.scalars[1] - 0.2) < 1e-7)
    #expect(samples.targets.scalars == [7, 1] && samples.targets.scalarType == .int64)
    #expect(try Samples(images: images, labels: labels, flattened: true).inputs.shape == [2, 6])
    let three = try IDXArray(bytes: [0, 0, 8, 1, 0, 0, 0, 3, 7, 1, 2])
    #expect(throws: DataError.self) { try Samples(images: images, labels: three) }
    let empty = try IDXArray(bytes: [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3])
    let none = try IDXArray(bytes: [0, 0, 8, 1, 0, 0, 0, 0])
    #expect(try Samples(images: empty, labels: none, flattened: true).count == 0)
  }
}
