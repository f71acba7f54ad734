import DescentGraph
import DescentTensor

/// A column of a table, by its name or by its index counted from 0.
public enum ColumnReference: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// The column with a name.
  case name(String)
  /// The column at an index.
  case index(Int)

  /// The column with a name.
  public init(stringLiteral name: String) { self = .name(name) }

  /// The column at an index.
  public init(integerLiteral index: Int) { self = .index(index) }

  func index(in table: Table) throws(DataError) -> Int {
    switch self {
    case .name(let name):
      _ = try table.column(named: name)
      return table.columnNames.firstIndex(of: name) ?? 0
    case .index(let index):
      _ = try table.column(at: index)
      return index
    }
  }
}

extension Samples {
  /// Samples for classification from a table: one column has the class, the others are float32 features.
  ///
  /// Text becomes the int64 index of its place among the column's values in alphabetical order, and
  /// ``Samples/classNames`` tells which is which; whole numbers from 0 on are taken as class indices themselves.
  ///
  /// ```swift
  /// let flowers = try Samples(Table(contentsOfFile: "iris.csv"), classes: "species")
  /// ```
  ///
  /// - Throws: ``DataError`` for a column that does not exist, a feature that is text, or a missing value.
  public init(_ table: Table, classes: ColumnReference, ignoring: [ColumnReference] = []) throws(DataError) {
    let column = table.columns[try classes.index(in: table)]
    let features = try Samples.features(of: table, without: [classes] + ignoring)
    let (labels, names) = try Samples.labels(in: column, of: table)
    self.init(inputs: features, targets: Tensor(scalars: labels), classNames: names)
  }

  /// Samples for regression from a table: one column has the number to predict, the others are float32 features.
  ///
  /// The targets have shape [count, 1], like the output of a `Dense` layer with one output.
  ///
  /// - Throws: ``DataError`` for a column that does not exist or is text, or a missing value.
  public init(_ table: Table, numbers: ColumnReference, ignoring: [ColumnReference] = []) throws(DataError) {
    let column = table.columns[try numbers.index(in: table)]
    let targets = try Samples.completeNumbers(in: column).map { Float($0) }
    let features = try Samples.features(of: table, without: [numbers] + ignoring)
    self.init(inputs: features, targets: Tensor(scalars: targets, shape: [targets.count, 1]))
  }

  /// Samples from images and labels in IDX files, the format of MNIST.
  ///
  /// - Parameters:
  ///   - images: The images; bytes are scaled to 0...1, other types are taken as they are.
  ///   - labels: One integer an image, which becomes int64.
  ///   - flattened: Whether an image is one row of pixels, shape [count, 784], instead of [count, 28, 28].
  /// - Throws: ``DataError`` if the files don't belong together.
  public init(images: IDXArray, labels: IDXArray, flattened: Bool = false) throws(DataError) {
    guard labels.dimensions.count == 1, let count = images.dimensions.first, count == labels.dimensions[0] else {
      throw DataError(
        .mismatch, in: labels.file,
        "found labels of dimensions \(labels.dimensions), \(images.file) has images of \(images.dimensions)",
        remedy: "take both files from one data set")
    }
    guard images.dimensions.count <= Shape.maximumRank else {
      throw DataError(
        .unsupported, in: images.file,
        "found \(images.dimensions.count) dimensions, expected at most \(Shape.maximumRank)",
        remedy: "take a file of images")
    }
    let pixels = images.floats(scaledBy: images.scalarType == .uint8 ? 1 / 255 : 1)
    let shape = flattened ? [count, count == 0 ? 0 : pixels.count / count] : images.dimensions
    self.init(
      inputs: Tensor(scalars: pixels, shape: Shape(shape)), targets: Tensor(scalars: try labels.integers()))
  }
}

extension IDXFolder {
  /// A split as samples; see ``Samples/init(images:labels:flattened:)``.
  ///
  /// ```swift
  /// let folder = try IDXFolder(path: "fashion-mnist")
  /// let (train, test) = (try folder.samples(.train), try folder.samples(.test))
  /// ```
  public func samples(_ split: Split, flattened: Bool = false) throws(DataError) -> Samples {
    let (images, labels) = try load(split)
    return try Samples(images: images, labels: labels, flattened: flattened)
  }
}

// MARK: - Columns

extension Samples {
  /// All columns but the named ones as a matrix, one column a feature.
  private static func features(of table: Table, without omitted: [ColumnReference]) throws(DataError) -> Tensor {
    var indices = Set<Int>()
    for column in omitted { indices.insert(try column.index(in: table)) }
    let columns = table.columns.indices.filter { !indices.contains($0) }.map { table.columns[$0] }
    var matrix = [Float](repeating: 0, count: columns.count * table.rowCount)
    for (feature, column) in columns.enumerated() {
      for (row, number) in try completeNumbers(in: column).enumerated() {
        matrix[row * columns.count + feature] = Float(number)
      }
    }
    return Tensor(scalars: matrix, shape: [table.rowCount, columns.count])
  }

  /// A column's numbers, all of them present.
  private static func completeNumbers(in column: Table.Column) throws(DataError) -> [Double] {
    let numbers = try column.numbers()
    guard let row = numbers.firstIndex(where: \.isNaN) else { return numbers }
    throw missing(row, in: column)
  }

  private static func labels(
    in column: Table.Column, of table: Table
  ) throws(DataError) -> (labels: [Int], names: [String]?) {
    guard column.isNumeric else {
      let texts = try column.strings()
      if let row = texts.firstIndex(of: "") { throw missing(row, in: column) }
      let names = Set(texts).sorted()
      let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      return (texts.map { places[$0] ?? 0 }, names)
    }
    let numbers = try completeNumbers(in: column)
    if let row = numbers.firstIndex(where: { Int(exactly: $0) == nil || $0 < 0 }) {
      throw DataError(
        .wrongType, in: table.source,
        "column \(DataError.quoted(column.name)) has \(numbers[row]) in row \(row + 1), expected class indices 0, 1, 2, …",
        remedy: "take it as a target with Samples(_:numbers:), or correct the value")
    }
    return (numbers.map { Int($0) }, nil)
  }

  private static func missing(_ row: Int, in column: Table.Column) -> DataError {
    DataError(
      .missingValue, in: column.source, "column \(DataError.quoted(column.name)) has no value in row \(row + 1)",
      remedy: "fill it in, leave the row out, or name the column in ignoring:")
  }
}
