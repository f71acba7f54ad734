import DescentGraph
import TestSupport
import Testing

@testable import DescentData

/// Whatever the bytes, a reader returns or throws, and what it returns is consistent and bounded by its input.
@Suite struct FuzzTests {
  private static let count = isDebugBuild ? 2_000 : 20_000

  /// Deflate can't unpack a byte to more than 1032 (258 bytes of output for 2 bits).
  private static let largestRatio = 1032

  @Test func gzip() {
    var generator = SplitMix64(seed: 10)
    let seeds = GzipContents.samples.filter { $0.name != "rows" }.map { decoded($0.packed) }
    for trial in 0..<Self.count {
      let isRandom = trial % 4 == 0
      // Random bytes would hardly ever get past the header.
      let input =
        isRandom
        ? decoded(GzipVectors.empty).prefix(10) + generator.bytes(upTo: 200)
        : generator.mutated(seeds[trial % seeds.count])
      let limit = Int.random(in: 0...200_000, using: &generator)
      guard let prefix = try? Gzip.prefix(limit, of: input, file: "fuzz") else { continue }
      #expect(prefix.count <= min(limit, Self.largestRatio * input.count), "trial \(trial)")
      #expect(prefix.capacity <= 2 * limit + 1024, "trial \(trial)")
      if let whole = try? Gzip.decompress(input, limit: limit, file: "fuzz") {
        #expect(whole == prefix, "trial \(trial)")
      }
    }
  }

  @Test func idx() {
    var generator = SplitMix64(seed: 11)
    let types = IDXArray.ScalarType.allCases
    for trial in 0..<Self.count {
      let type = types[trial % types.count]
      let dimensions = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
        trial % 5 == 0 ? UInt32(truncatingIfNeeded: generator.next()) : UInt32.random(in: 0...6, using: &generator)
      }
      let size = dimensions.reduce(type.byteCount) { min(1000, $0 * Int(min($1, 1000))) }
      let elements = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var file = IDXBuilder.file(type.rawValue, dimensions, elements)
      if trial % 3 == 1 { file = generator.mutated(file) }
      if trial % 2 == 1 { file = IDXBuilder.packed(file) }
      if trial % 3 == 2 { file = generator.mutated(file) }
      guard let array = try? IDXArray(bytes: file, file: "fuzz") else { continue }
      #expect(array.bytes.count == array.dimensions.reduce(array.scalarType.byteCount, *), "trial \(trial)")
      #expect(array.bytes.capacity <= Self.largestRatio * file.count + 1024, "trial \(trial)")
      #expect(array.floats().count == array.count && array.doubles().count == array.count, "trial \(trial)")
      if array.scalarType.isInteger { #expect((try? array.integers())?.count == array.count, "trial \(trial)") }
    }
  }

  @Test func safetensors() {
    var generator = SplitMix64(seed: 13)
    let types = ScalarType.allCases
    for trial in 0..<Self.count {
      var (header, end) = ("{\"__metadata__\": {\"a\": \"b\"}", 0)
      for index in 0..<Int.random(in: 0...3, using: &generator) {
        let type = types[Int.random(in: 0..<types.count, using: &generator)]
        let dimensions = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
          Int.random(in: 0...3, using: &generator)
        }
        let next = end + dimensions.reduce(type.byteCount, *)
        header += ", \"\(index)\": {\"dtype\": \"\(type.safetensorsName)\", \"shape\": \(dimensions), "
        header += "\"data_offsets\": [\(end), \(next)]}"
        end = next
      }
      let elements = (0..<end).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var file = SafetensorsBuilder.file(header + "}", elements)
      let isMutated = trial % 4 > 0
      if isMutated { file = generator.mutated(file) }
      guard let read = try? SafetensorsFile(bytes: file, file: "fuzz") else {
        #expect(isMutated, "trial \(trial)")
        continue
      }
      var byteCount = 0
      for (name, entry) in read.entries {
        byteCount += entry.range.count
        guard let tensor = try? read.tensor(name) else { continue }
        #expect(tensor.scalars.count * entry.scalarType.byteCount == entry.range.count, "trial \(trial)")
      }
      #expect(byteCount <= file.count - 8, "trial \(trial)")
    }
  }

  @Test(arguments: [10, 100])
  func cifar(classCount: Int) {
    var generator = SplitMix64(seed: 15)
    let recordCount = (classCount == 10 ? 1 : 2) + 3 * 32 * 32
    // An image takes thousands of numbers.
    for trial in 0..<Self.count / 10 {
      let images = (0..<Int.random(in: 0...2, using: &generator)).flatMap { _ in
        // Few random bytes would name a class of ten.
        [UInt8](repeating: UInt8.random(in: 0..<UInt8(classCount + 1), using: &generator), count: recordCount)
      }
      let file = trial % 3 == 0 ? images : generator.mutated(images)
      var (pixels, labels) = ([Float](), [Int]())
      do throws(DataError) {
        try CIFARFolder.decode(file, "fuzz", classCount: classCount, &pixels, &labels)
        #expect(labels.count * recordCount == file.count, "trial \(trial)")
        #expect(pixels.count == labels.count * 3 * 32 * 32, "trial \(trial)")
        #expect(labels.allSatisfy { 0..<classCount ~= $0 } && pixels.allSatisfy { 0...1 ~= $0 }, "trial \(trial)")
      } catch {
        #expect([.empty, .truncated, .corrupt].contains(error.kind), "trial \(trial): \(error)")
      }
    }
  }

  @Test func json() {
    var generator = SplitMix64(seed: 14)
    let seed = Array(#"{"a": [1, -2.5e3, null, true], "b": {"c": "x\u00e9\n"}, "d": []}"#.utf8)
    let pieces = ["{", "}", "[", "]", ",", ":", "\"", "\"a\"", "1", "-", "e5", "null", "\\u00", " ", "\n", "é"].map {
      Array($0.utf8)
    }
    for trial in 0..<Self.count {
      let pieceCount = Int.random(in: 0...20, using: &generator)
      let input: [UInt8] =
        switch trial % 3 {
        case 0: generator.bytes(upTo: 40)
        case 1: generator.mutated(seed)
        default: (0..<pieceCount).flatMap { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }
        }
      guard let value = try? JSONValue(json: input, file: "fuzz") else { continue }
      #expect((0..<input.count).contains(value.byte), "trial \(trial)")
    }
  }

  @Test func csv() throws {
    var generator = SplitMix64(seed: 12)
    let pieces =
      [
        ",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", "1", "-2.5", "1e5", "nan", "a", "NA", " ", "\t", "é",
        ";",
      ]
      .map { Array($0.utf8) } + [[0xFF], [0xEF, 0xBB, 0xBF], [0]]
    let seed = Array("a,b,c\n1,2,x\n3.5,\"4\",\"y\"\"z\"\n".utf8)
    let formats = [CSVFormat(), CSVFormat(header: .absent, missingValues: .accepted, missingMarkers: ["NA"])]
    for trial in 0..<Self.count {
      let pieceCount = Int.random(in: 0...30, using: &generator)
      let input: [UInt8] =
        switch trial % 4 {
        case 0: generator.bytes(upTo: 40)
        case 1: generator.mutated(seed)
        default: (0..<pieceCount).flatMap { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }
        }
      let format = formats[trial / 4 % 2]
      guard let table = try? Table(csv: input, format: format, file: "fuzz") else { continue }
      #expect(table.rowCount * table.columns.count <= input.count + 1, "trial \(trial)")
      #expect(table.columns.allSatisfy { count($0) == table.rowCount }, "trial \(trial)")
      let again = try Table(csv: written(table), format: CSVFormat(header: .present, missingValues: .accepted))
      #expect(again.rowCount == table.rowCount, "trial \(trial)")
      for (first, second) in zip(table.columns, again.columns) where second.isNumeric == first.isNumeric {
        #expect(spelled(first) == spelled(second), "trial \(trial)")
      }
    }
  }

  private func count(_ column: Table.Column) -> Int {
    switch column.values {
    case .numbers(let numbers): numbers.count
    case .text(let strings): strings.count
    }
  }

  private func spelled(_ column: Table.Column) -> [String] {
    switch column.values {
    case .numbers(let numbers): numbers.map(\.description)
    case .text(let strings): strings
    }
  }

  /// The table as CSV text with every field in quotes.
  private func written(_ table: Table) -> String {
    let columns = table.columns.map { [$0.name] + spelled($0) }
    return (0...table.rowCount).map { row in
      columns.map { "\"\($0[row].replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
    }.joined(separator: "\n")
  }
}
