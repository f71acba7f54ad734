import DescentGraph
import DescentTensor
import Foundation
import Testing

@testable import DescentData

/// Writes files for other programs to read: `Tools/data-references/check_written.py` says how.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["DESCENT_WRITE_SAMPLES"] != nil))
struct WrittenFilesTests {
  private static let folder = ProcessInfo.processInfo.environment["DESCENT_WRITE_SAMPLES"] ?? ""

  private func path(_ name: String) -> String { "\(Self.folder)/\(name)" }

  /// The numbers 0, 1, 2, … modulo 100.
  private func numbers(_ shape: Shape, _ type: ScalarType) -> Tensor {
    Tensor(scalars: (0..<shape.elementCount).map { $0 % 100 }, shape: shape, type: type)
  }

  @Test func samplesForOtherPrograms() throws {
    try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
    var tensors: [String: Tensor] = [:]
    for type in ScalarType.allCases {
      guard let name = type.npyName else { continue }
      for (rank, shape) in ([[], [7], [3, 5], [2, 3, 4]] as [Shape]).enumerated() {
        try NPYFile.write(numbers(shape, type), toFile: path("\(name)-\(rank).npy"))
      }
      tensors[name] = numbers([3, 5], type)
    }
    try SafetensorsFile.write(tensors, toFile: path("model.safetensors"))
    let arrays = ["a": numbers([40, 50], .int64), "größe": numbers([7], .float32), "zeros": Tensor.zeros([200, 200])]
    for (name, isCompressed) in [("stored", false), ("deflated", true)] {
      try NPZFile.write(arrays, isCompressed: isCompressed, toFile: path("\(name).npz"))
    }
    var large = ZipWriter(largeSize: 10)
    for (name, tensor) in arrays { large.add("\(name).npy", try NPYFile.bytes(of: tensor), isCompressed: true) }
    try FileBytes.write(large.archive(), to: path("large.npz"))
    for channels in 1...4 {
      try PNGFile.write(numbers([20, 30, channels], .uint8), toFile: path("image-\(channels).png"))
    }
    let deep = (0..<600).map { $0 % 100 * 600 }
    try PNGFile.write(Tensor(scalars: deep, shape: [20, 30], type: .uint16), toFile: path("image-16.png"))
    // The last file is there and can be read; the rest is for the other programs to say.
    #expect(try PNGFile(contentsOfFile: path("image-16.png")).tensor().scalars == deep.map(Double.init))
  }
}
