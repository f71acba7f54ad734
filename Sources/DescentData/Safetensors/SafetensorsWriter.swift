import DescentGraph
import DescentTensor
import Foundation

// Writes named tensors as a safetensors file; the reader is `SafetensorsFile`.

extension SafetensorsFile {
  /// Writes tensors to a file in the format of safetensors, replacing a file that is there only when all is written.
  ///
  /// ```swift
  /// try SafetensorsFile.write(["weight": weight, "bias": bias], toFile: "model.safetensors")
  /// ```
  ///
  /// - Parameters:
  ///   - tensors: The tensors by name; those that are pending are computed.
  ///   - metadata: What to note beside them.
  ///   - path: Where the file is to be.
  /// - Throws: ``TensorError`` if a tensor can't be computed, ``DataError`` if the file can't be written.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], toFile path: String
  ) throws {
    try FileBytes.write(bytes(of: tensors, metadata: metadata), to: path)
  }

  /// Tensors in the format of safetensors: the same tensors give the same bytes.
  ///
  /// - Throws: ``TensorError`` if a tensor can't be computed; ``DataError`` for the name `__metadata__`.
  public static func bytes(of tensors: [String: Tensor], metadata: [String: String] = [:]) throws -> [UInt8] {
    guard tensors["__metadata__"] == nil else {
      throw DataError(
        .unsupported, in: "safetensors data", "a tensor has the name '__metadata__', which the format keeps for itself",
        remedy: "give it another name")
    }
    try evaluate(Array(tensors.values))
    // Elements stand aligned if the largest come first and the header fills whole words.
    let sorted = tensors.sorted {
      ($1.value.scalarType.byteCount, $0.key) < ($0.value.scalarType.byteCount, $1.key)
    }
    var (entries, body) = ([String](), [UInt8]())
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      entries.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    for (name, tensor) in sorted {
      let start = body.count
      body += try tensor.littleEndianBytes()
      entries.append(
        "\(quoted(name)):{\"dtype\":\"\(tensor.scalarType.safetensorsName)\","
          + "\"shape\":[\(tensor.shape.dimensions.map(String.init).joined(separator: ","))],"
          + "\"data_offsets\":[\(start),\(body.count)]}")
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + body
  }

  /// Text as JSON spells it.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\u{0}"..<" ": String(format: "\\u%04x", scalar.value)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
