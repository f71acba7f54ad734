import DescentGraph
import DescentTensor
import Foundation
import Testing

@testable import DescentData

@Suite struct ImageFolderTests {
  /// A folder of two classes with three images, and things to be left out.
  private func withImages(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for name in ["tulip", "rose", "empty", ".hidden"] {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      try PNGFile.write(Tensor([[0, 51], [102, 255]], type: .uint8), toFile: "\(folder)/tulip/b.png")
      try PNGFile.write(Tensor([[1, 1], [1, 1]], type: .uint8), toFile: "\(folder)/tulip/a.PNG")
      try PNGFile.write(Tensor([[65535, 0], [0, 0]], type: .uint16), toFile: "\(folder)/rose/1.png")
      try write([1], to: "\(folder)/rose/.x.png")
      try write([1], to: "\(folder)/rose/notes.txt")
      try write([1], to: "\(folder)/loose.png")
      try body(folder)
    }
  }

  @Test func subFoldersAreClasses() throws {
    try withImages { folder in
      let images = try ImageFolder(path: folder, channels: .grey)
      #expect(images.classNames == ["rose", "tulip"] && images.labels == [0, 1, 1] && images.count == 3)
      #expect(images.files.map { $0.dropFirst(folder.count) } == ["/rose/1.png", "/tulip/a.PNG", "/tulip/b.png"])
      let samples = try images.samples()
      #expect(samples.inputs.shape == [3, 2, 2, 1] && samples.targets.scalars == [0, 1, 1])
      #expect(samples.classNames == images.classNames)
      let numbers: [Float] = [1, 0, 0, 0, 1 / 255, 1 / 255, 1 / 255, 1 / 255, 0, 51 / 255, 102 / 255, 1]
      for (found, expected) in zip(samples.inputs.scalars(as: Float.self), numbers) {
        #expect(abs(found - expected) <= Float.ulpOfOne)
      }
      #expect(try ImageFolder(path: folder).samples().inputs.shape == [3, 2, 2, 3])
    }
  }

  @Test func mistakesAreNamed() throws {
    try withImages { folder in
      try PNGFile.write(Tensor([[1, 2, 3]], type: .uint8), toFile: "\(folder)/tulip/c.png")
      let images = try ImageFolder(path: folder, channels: .grey)
      let error = dataError { () throws(DataError) in _ = try images.samples() }
      #expect(
        error?.description.contains("tulip/c.png: the image has shape [1, 3, 1], \(folder)/rose/1.png has") == true)
      let empty = dataError { () throws(DataError) in _ = try ImageFolder(path: "\(folder)/empty") }
      #expect(empty?.problem == "no sub-folder holds files that end in .png")
      #expect(dataError { () throws(DataError) in _ = try ImageFolder(path: "\(folder)/no") }?.kind == .unreadable)
      try write([1, 2], to: "\(folder)/rose/0.png")
      #expect(throws: DataError.self) { try ImageFolder(path: folder).samples() }
    }
  }

  /// A record of CIFAR: labels, then planes of one value each.
  private func record(_ labels: [UInt8], _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> [UInt8] {
    labels + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
  }

  @Test func cifarIsRead() throws {
    try withTemporaryFolder { folder in
      for batch in 1...5 { try write(record([UInt8(batch)], 255, 0, 255), to: "\(folder)/data_batch_\(batch).bin") }
      try write(record([9], 1, 2, 3) + record([0], 0, 0, 0), to: "\(folder)/test_batch.bin")
      try write(Array((0..<10).map { "c\($0)\n" }.joined().utf8), to: "\(folder)/batches.meta.txt")
      let data = try CIFARFolder(path: folder)
      let (train, test) = (try data.samples(.train), try data.samples(.test))
      #expect(data.classCount == 10 && train.targets.scalars == [1, 2, 3, 4, 5] && test.targets.scalars == [9, 0])
      #expect(
        train.inputs.shape == [5, 32, 32, 3] && Array(train.inputs.scalars[..<4]) == [1, 0, 1, 1])
      #expect(train.classNames == (0..<10).map { "c\($0)" })
      try write(record([10], 1, 2, 3), to: "\(folder)/test_batch.bin")
      let wrong = dataError { () throws(DataError) in _ = try data.samples(.test) }
      #expect(wrong?.description.contains("byte 0: found class 10, expected one below 10") == true)
      try write([1, 2], to: "\(folder)/test_batch.bin")
      #expect(dataError { () throws(DataError) in _ = try data.samples(.test) }?.kind == .truncated)
    }
    try withTemporaryFolder { folder in
      #expect(dataError { () throws(DataError) in _ = try CIFARFolder(path: folder) }?.kind == .unreadable)
      try write(record([3, 99], 1, 2, 3), to: "\(folder)/test.bin")
      let data = try CIFARFolder(path: folder)
      #expect(try data.classCount == 100 && data.samples(.test).targets.scalars == [99])
      #expect(try data.samples(.test).classNames == nil)
      #expect(dataError { () throws(DataError) in _ = try data.samples(.train) }?.kind == .unreadable)
    }
  }
}
