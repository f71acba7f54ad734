import DescentGraph
import DescentTensor
import Foundation
import Testing

@testable import DescentData

/// Reads files that other programs have just written: `Tools/data-references/write_files.py` writes them.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["DESCENT_READ_SAMPLES"] != nil))
struct ForeignFilesTests {
  private static let folder = ProcessInfo.processInfo.environment["DESCENT_READ_SAMPLES"] ?? ""

  private func path(_ name: String) -> String { "\(Self.folder)/\(name)" }

  /// Whether the tensor holds the numbers 0, 1, 2, … modulo 100, times a factor, in the type and shape.
  private func check(_ name: String, _ found: Tensor, _ shape: Shape, _ type: ScalarType, times factor: Int = 1) {
    #expect(found.scalarType == type && found.shape == shape, "\(name): \(found.scalarType) \(found.shape)")
    // A bool holds whether the number is other than 0.
    let numbers = (0..<shape.elementCount).map { type == .bool ? ($0 % 100 == 0 ? 0 : 1) : Double($0 % 100 * factor) }
    #expect(found.scalars == numbers, "\(name)")
  }

  @Test func arraysOfNumPy() throws {
    for type in ScalarType.allCases {
      guard let name = type.npyName else { continue }
      for (rank, shape) in ([[], [7], [3, 5], [2, 3, 4]] as [Shape]).enumerated() {
        check("\(name)-\(rank)", try NPYFile(contentsOfFile: path("\(name)-\(rank).npy")).tensor(), shape, type)
      }
    }
    check("columns", try NPYFile(contentsOfFile: path("columns.npy")).tensor(), [6, 7], .float64)
    for archive in ["savez.npz", "savez_compressed.npz"] {
      let file = try NPZFile(contentsOfFile: path(archive))
      #expect(file.names.sorted() == ["a", "größe"], "\(archive)")
      check("\(archive) a", try file.tensor("a"), [40, 50], .int64)
      check("\(archive) größe", try file.tensor("größe"), [7], .float32)
    }
  }

  @Test func safetensorsOfNumPyAndPyTorch() throws {
    // PyTorch is not everywhere; its file is there if it is.
    let writers = ["numpy", "torch"].filter { FileManager.default.fileExists(atPath: path("\($0).safetensors")) }
    #expect(writers.contains("numpy"))
    for writer in writers {
      let file = try SafetensorsFile(contentsOfFile: path("\(writer).safetensors"))
      for type in ScalarType.allCases where file.names.contains("\(type)") {
        check("\(writer) \(type)", try file.tensor("\(type)"), [3, 5], type)
      }
      #expect(file.names.count == (writer == "torch" ? 13 : 12), "\(writer): \(file.names)")
    }
  }

  @Test func picturesOfPillow() throws {
    for channels in 1...4 {
      let picture = try PNGFile(contentsOfFile: path("image-\(channels).png")).tensor()
      check("image-\(channels)", picture, channels == 1 ? picture.shape : [20, 30, channels], .uint8)
      #expect(picture.elementCount == 600 * channels)
    }
    let deep = try PNGFile(contentsOfFile: path("image-16.png")).tensor()
    check("image-16", deep, deep.shape, .uint16, times: 600)
    #expect(deep.elementCount == 600)
  }

  @Test func packedTablesOfPython() throws {
    let bytes = try Gzip.decompress(FileBytes.read(path("table.csv.gz")), limit: 1 << 20, file: "table.csv.gz")
    let table = try Table(csv: bytes)
    #expect(table.columnNames == ["number", "word"])
    #expect(try table.column(named: "number").numbers() == (0..<100).map { Double($0) / 8 })
    #expect(try table.column(named: "word").strings() == (0..<100).map { "a \"word\", \($0)" })
  }
}
