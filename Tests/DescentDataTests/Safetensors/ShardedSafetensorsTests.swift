import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

@testable import DescentData

/// Safetensors files on disk: read in parts, mapped, and spread over several files.
@Suite struct ShardedSafetensorsTests {
  private let index = References.folder + "/sharded/model.safetensors.index.json"

  @Test(arguments: [false, true])
  func shardsOfAnotherLibraryAreRead(_ mapping: Bool) throws {
    let model = try ShardedSafetensors(contentsOfFile: index, mapping: mapping)
    #expect(model.names == ["embed", "head.bias", "head.weight"])
    #expect(try model.tensor("embed").scalars == (0..<12).map(Double.init))
    #expect(try model.tensor("embed").shape == [3, 4])
    #expect(try model.tensor("head.weight").scalarType == .float16)
    #expect(try model.tensor("head.bias").scalars == [-1, 7])
    let error = dataError { () throws(DataError) in _ = try model.tensor("head.wieght") }
    #expect(error?.description.contains("did you mean 'head.weight'?") == true)
  }

  @Test(arguments: ["../x.safetensors", "/etc/passwd", "a/../../x", "./x", "", "a//x", "..", "x\\u0000"])
  func filesOutsideOfTheFolderAreRefused(_ path: String) throws {
    try withTemporaryFolder { folder in
      let text = "{\"weight_map\": {\"w\": \"\(path)\"}}"
      try write(Array(text.utf8), to: "\(folder)/index.json")
      let error = dataError { () throws(DataError) in _ = try ShardedSafetensors(contentsOfFile: "\(folder)/index.json")
      }
      #expect(error?.kind == .corrupt)
      #expect(error?.description.contains("tensor 'w' is said to stand in '") == true)
      #expect(error?.description.contains("expected a file in the folder of the index") == true)
    }
  }

  @Test func brokenIndicesAreNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/index.json"
      for (text, words) in [
        ("[]", "the index has no object called weight_map"), ("{\"weight_map\": 1}", "no object called weight_map"),
        ("{\"weight_map\": {\"w\": 3}}", "tensor 'w' is said to stand in a number"), ("{", "the JSON ends here"),
      ] {
        try write(Array(text.utf8), to: path)
        let error = dataError { () throws(DataError) in _ = try ShardedSafetensors(contentsOfFile: path) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
      }
      // A file that is not there is missed when a tensor of it is asked for, and no sooner.
      try SafetensorsFile.write(["a": [1]], toFile: "\(folder)/a")
      try write(Array("{\"weight_map\": {\"a\": \"a\", \"b\": \"b\"}}".utf8), to: path)
      let model = try ShardedSafetensors(contentsOfFile: path)
      #expect(try model.tensor("a").scalars == [1])
      #expect(dataError { () throws(DataError) in _ = try model.tensor("b") }?.kind == .unreadable)
    }
  }

  /// Mapped and copied tensors are the same, aligned or not, and live longer than the file's name.
  @Test func mappedFilesAreRead() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.safetensors"
      var tensors: [String: Tensor] = [:]
      for type in ScalarType.allCases { tensors["\(type)"] = Tensor(scalars: [0, 1, 5], type: type) }
      try SafetensorsFile.write(tensors, toFile: path)
      let (mapped, read) = (try SafetensorsFile(mapping: path), try SafetensorsFile(contentsOfFile: path))
      let kept = try mapped.names.map { try mapped.tensor($0) }
      try SafetensorsFile.write(["x": [1]], toFile: path)
      for (name, tensor) in zip(mapped.names, kept) {
        #expect(tensor.scalars == tensors[name]?.scalars, "\(name)")
        #expect(try read.tensor(name).scalars == tensor.scalars, "\(name)")
        // Arithmetic must not write into the file's pages.
        #expect((tensor.converted(to: .float32) + 1).scalars == tensor.scalars.map { $0 + 1 }, "\(name)")
      }
      let odd = SafetensorsBuilder.file(
        #"{"a": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]}, "#
          + #""b": {"dtype": "F32", "shape": [1], "data_offsets": [1, 5]}}"#, [9, 0, 0, 0x80, 0x3F])
      try write(odd, to: path)
      #expect(try SafetensorsFile(mapping: path).tensor("b").scalars == [1])
      try write([], to: path)
      #expect(dataError { () throws(DataError) in _ = try SafetensorsFile(mapping: path) }?.kind == .truncated)
    }
  }

  /// A file of which only the header exists claims terabytes: nothing may be allocated for them.
  @Test func giantHeadersAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/giant"
      try write([0, 0, 0, 0, 0, 1, 0, 0], to: path)
      #expect(truncate(path, 1 << 42) == 0)
      let error = dataError { () throws(DataError) in _ = try SafetensorsFile(contentsOfFile: path) }
      #expect(error?.description.contains("the header claims 1099511627776 bytes, at most 100000000 are") == true)
    }
  }
}
