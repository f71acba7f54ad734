import DescentGraph
import DescentTensor
import TestSupport
import Testing

@testable import DescentData

/// The reader of NPY files on what NumPy has written, and the writer.
@Suite struct NPYTests {
  /// All arrays of the reference archive and what NumPy says is in them.
  private static func references() throws -> (archive: ZipArchive, values: [String: JSONValue]) {
    let archive = try ZipArchive(.bytes(References.bytes("arrays.zip")), file: "arrays.zip")
    let json = try JSONValue(json: References.bytes("arrays.json"), file: "arrays.json")
    return (archive, try #require(json.object))
  }

  private static func file(_ name: String, in archive: ZipArchive) throws -> NPYFile {
    let member = try #require(archive.members["\(name).npy"])
    return try NPYFile(bytes: archive.contents(of: member), file: "\(name).npy")
  }

  @Test func arraysAreWhatNumPyWrote() throws {
    let (archive, references) = try Self.references()
    #expect(references.count == 33)
    var types: Set<ScalarType> = []
    for (name, reference) in references {
      let expected = try #require(reference.object)
      let file = try Self.file(name, in: archive)
      let tensor = try file.tensor()
      #expect(tensor.shape.dimensions == expected["shape"]?.integers && file.dimensions == tensor.shape.dimensions)
      #expect(tensor.scalarType.npyName == expected["type"]?.text && file.scalarType == tensor.scalarType, "\(name)")
      #expect(tensor.scalars == expected["values"]?.list?.compactMap(\.number), "\(name)")
      types.insert(tensor.scalarType)
    }
    #expect(types == Set(ScalarType.allCases).subtracting([.bfloat16]))
  }

  private static let refused: [String: (DataError.Kind, String)] = [
    "objects": (.unsupported, "the elements are Python objects (pickled), which run code when they are read"),
    "texts": (.unsupported, "the elements are texts, expected numbers or truth values"),
    "bytes": (.unsupported, "the elements are texts"), "complex": (.unsupported, "the elements are complex numbers"),
    "dates": (.unsupported, "the elements are dates or spans of time"),
    "spans": (.unsupported, "the elements are dates or spans of time"),
    "records": (.unsupported, "the elements are records, expected numbers or truth values"),
    "raw": (.unsupported, "the elements are records or raw bytes"),
    "long-double": (.unsupported, "the elements have type '<f16', which no tensor has"),
    "nine-axes": (.unsupported, "the array has shape [1, 1, 1, 1, 1, 1, 1, 1, 1], which tensors can't have"),
  ]

  @Test(arguments: refused.keys.sorted())
  func whatIsNoTensorIsRefused(_ name: String) throws {
    let archive = try Self.references().archive
    let error = #expect(throws: DataError.self) { _ = try Self.file("refused-\(name)", in: archive).tensor() }
    let (kind, words) = try #require(Self.refused[name])
    #expect(error?.kind == kind && error?.description.contains(words) == true, "\(String(describing: error))")
  }

  // MARK: Broken files

  /// A file with this dictionary, version 1.0, and some bytes of elements.
  private static func file(_ dictionary: String, _ elementCount: Int = 4) -> [UInt8] {
    let length = dictionary.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(dictionary.utf8)
      + [UInt8](repeating: 0, count: elementCount)
  }

  private static func file(shape: String, _ elementCount: Int = 4) -> [UInt8] {
    file("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }", elementCount)
  }

  private static let broken: [(bytes: [UInt8], words: String)] = [
    ([], ", byte 0: the file ends here, expected an NPY header"),
    ([0x93, 0x4E], ", byte 2: the file ends here, expected an NPY header"),
    ([0x50, 0x4B, 3, 4], ", byte 0: not an NPY file: it does not begin with 93 'NUMPY'"),
    (Array(file("")[..<6]) + [4, 0, 1, 0], ", byte 6: found format version 4.0, expected 1.0, 2.0 or 3.0"),
    (Array(file("")[..<6]) + [2, 0, 1, 0], ", byte 10: the file ends here, expected the length of the header"),
    (Array(file("")[..<6]) + [2, 0, 255, 255, 255, 255], "byte 8: the header claims 4294967295 bytes, at most 65536"),
    (Array(file("")[..<6]) + [1, 0, 9, 0], ", byte 10: the file ends here, expected 9 bytes of header"),
    (file("", 0), ", byte 10: in the header: expected '{'"),
    (file("{"), ", byte 11: in the header: expected a key in quotes"),
    (file("{}"), ": the header lacks descr and fortran_order and shape"),
    (file("{'shape': (1,), 'descr': '<f4'}"), ": the header lacks fortran_order"),
    (file("{'shape': (1,), 'shape': (1,)}"), ": the key 'shape' stands here twice"),
    (file("{'size': 1}"), "found the key 'size', expected descr, fortran_order or shape"),
    (file("{'descr': __import__('os')}"), ": expected a type in quotes"),
    (file("{'descr': '<f\\x34'}"), ": expected no backslash in a type in quotes"),
    (file("{'descr': '<f4"), ": expected a type in quotes"),
    (file("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}"), ": expected True or False"),
    (file("{'descr': '<<f4', 'fortran_order': True, 'shape': (1,)}"), "the elements have type '<<f4'"),
    (file(shape: "(1)"), ": expected a comma after the only size"), (file(shape: "[1]"), ": expected '('"),
    (file(shape: "(-1,)"), ": expected the size of an axis"), (file(shape: "(1, 1"), ": expected the size of an axis"),
    (file(shape: "(99999999999999999999,)"), ": the size is too large"),
    (file(shape: "(4294967296, 4294967296, 0)"), "has too many elements for any file"),
    (file(shape: "(4611686018427387904, 4)"), "has too many elements for any file"),
    (file(shape: "(3000000000, 0)", 0), "the array has shape [3000000000, 0], which tensors can't have"),
    (file(shape: "(2,)"), "the file ends here, expected 8 bytes for float32 [2] from byte "),
    (file(shape: "()", 5), "found 1 bytes after the 4 that float32 [] takes"),
    (file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x"), ": text follows the header's dictionary"),
  ]

  @Test(arguments: broken.indices)
  func brokenFilesAreNamed(_ index: Int) {
    let (bytes, words) = Self.broken[index]
    let error = dataError { () throws(DataError) in _ = try NPYFile(bytes: bytes, file: "a.npy").tensor() }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("a.npy") == true && error?.description.contains("\n") == false)
  }

  @Test func oldAndUnusualSpellingsAreRead() throws {
    for shape in ["(1,)", "(1L,)", "( 1 , )", "(1, 1)", "(1, 1, )", "()"] {
      #expect(try NPYFile(bytes: Self.file(shape: shape)).tensor().scalars == [0], "\(shape)")
    }
    let swapped = Self.file("{\"shape\":(2,),\"fortran_order\":True,\"descr\":\"|u1\"}\n", 2)
    #expect(try NPYFile(bytes: swapped).tensor().shape == [2])
  }

  @Test func everyPrefixIsRefused() throws {
    let whole = try NPYFile.bytes(of: Tensor([[1, 2], [3, 4]]))
    for count in whole.indices {
      #expect(dataError { () throws(DataError) in _ = try NPYFile(bytes: Array(whole[..<count])) } != nil, "\(count)")
    }
    #expect(try NPYFile(bytes: whole).tensor().scalars == [1, 2, 3, 4])
  }

  // MARK: Writing

  @Test func whatIsWrittenIsRead() throws {
    withEvery("type", in: ScalarType.allCases.filter { $0 != .bfloat16 }) { type in
      withEvery("shape", in: [[], [0, 3], [5], [2, 3], [1, 2, 1, 1, 2, 1, 1, 1]] as [Shape]) { shape in
        let values = (0..<shape.elementCount).map { Double($0) - 1 }
        let tensor = Tensor(scalars: values, shape: shape, type: type)
        let bytes = try NPYFile.bytes(of: tensor)
        let read = try NPYFile(bytes: bytes).tensor()
        #expect(read.shape == shape && read.scalarType == type && read.scalars == tensor.scalars)
        #expect((bytes.count - shape.elementCount * type.byteCount) % 64 == 0)
      }
    }
    let error = #expect(throws: DataError.self) { try NPYFile.bytes(of: Tensor([1], type: .bfloat16)) }
    #expect(error?.description.contains("the format has no type for bfloat16; convert the tensor") == true)
  }

  @Test func filesAreReadFromDisk() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      try NPYFile.write(Tensor([[1, 2, 3]]) * 2, toFile: path)
      #expect(try NPYFile(contentsOfFile: path).tensor().scalars == [2, 4, 6])
      #expect(throws: DataError.self) { try NPYFile(contentsOfFile: "\(folder)/none.npy") }
      #expect(throws: DataError.self) { try NPYFile.write([1], toFile: "\(folder)/none/a.npy") }
    }
  }
}
