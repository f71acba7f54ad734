import DescentGraph
import DescentTensor
import Foundation
import Testing

@testable import DescentData

@Suite struct VocabularyTests {
  @Test func charactersAreNumberedByCodePoint() throws {
    let vocabulary = Vocabulary(charactersOf: "b\na e\u{301}b🙂")
    #expect(vocabulary.tokens == ["\n", " ", "a", "b", "e\u{301}", "🙂"] && vocabulary.count == 6)
    #expect(try vocabulary.encode("ab é") == [2, 3, 1, 4])
    #expect(vocabulary.decode([3, 5, 0]) == "b🙂\n")
    let error = dataError { () throws(DataError) in _ = try vocabulary.encode("ax") }
    #expect(error?.description.contains("'x' is not among the 6 tokens of the vocabulary; make the vocab") == true)
    let open = Vocabulary(charactersOf: "ab", hasUnknownToken: true)
    #expect(try open.encode("abx") == [1, 2, 0] && open.decode([0, 1]) == "<unk>a")
  }

  @Test func wordsAreNumberedByFrequency() throws {
    let text = "The cat saw the dog; the dog didn't see 2 cats."
    let vocabulary = Vocabulary(wordsOf: text, ignoringCase: true)
    #expect(vocabulary.tokens == ["<unk>", "the", "dog", ".", "2", ";", "cat", "cats", "didn't", "saw", "see"])
    #expect(try vocabulary.encode("the  DOG\nbarks.") == [1, 2, 0, 3])
    #expect(vocabulary.decode([1, 8, 3]) == "the didn't .")
    #expect(Vocabulary(wordsOf: text, ignoringCase: true, minimumFrequency: 2).tokens == ["<unk>", "the", "dog"])
    #expect(Vocabulary(wordsOf: text, maximumCount: 3).tokens == ["<unk>", "dog", "the"])
    #expect(Vocabulary(wordsOf: "").tokens == ["<unk>"])
  }

  @Test func vocabulariesCanBeKept() throws {
    for vocabulary in [Vocabulary(charactersOf: "añ\n"), Vocabulary(wordsOf: "A b a", ignoringCase: true)] {
      let again = try JSONDecoder().decode(Vocabulary.self, from: JSONEncoder().encode(vocabulary))
      #expect(again == vocabulary)
      #expect(try again.encode("a") == vocabulary.encode("a"))
    }
    let broken = #"{"unit": "words", "tokens": ["a"], "unknownToken": 1, "ignoresCase": false}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Vocabulary.self, from: Data(broken.utf8)) }
  }

  @Test func textFilesAreRead() throws {
    try withTemporaryFolder { folder in
      try write([0xEF, 0xBB, 0xBF] + Array("é\n".utf8), to: "\(folder)/a.txt")
      #expect(try TextFile.read("\(folder)/a.txt") == "é\n")
      try write(Array("a\n".utf8) + [0xE9], to: "\(folder)/a.txt")
      let error = dataError { () throws(DataError) in _ = try TextFile.read("\(folder)/a.txt") }
      #expect(
        error?.description.hasSuffix("a.txt:2:1: the byte 0xE9 is not UTF-8 here; save the file as UTF-8 text") == true)
    }
  }

  @Test(.enabled(if: SharedData.folder != nil)) func shakespeareComesBack() throws {
    let text = try TextFile.read(SharedData.folder! + "/text/shakespeare.txt")
    let part = String(text.prefix(isDebugBuild ? 50_000 : .max))
    let vocabulary = Vocabulary(charactersOf: text)
    #expect(vocabulary.count == 74)
    let tokens = try vocabulary.encode(part)
    #expect(tokens.count == part.count && vocabulary.decode(tokens) == part)
  }
}

@Suite struct TokenWindowsTests {
  @Test(arguments: [(0, 3, 3), (1, 3, 3), (3, 3, 3), (4, 3, 3), (7, 3, 3), (10, 3, 1), (11, 4, 5), (9, 1, 1)])
  func everyWindowIsFollowedByItsTargets(_ count: Int, _ length: Int, _ stride: Int) throws {
    let windows = TokenWindows(Array(0..<count), length: length, stride: stride)
    var expected: [[Double]] = []
    var start = 0
    while start + length < count {
      expected.append((start..<start + length).map(Double.init))
      start += stride
    }
    #expect(windows.elementCount == expected.count)
    let batches = try windows.batched(of: 2).collected()
    #expect(batches.flatMap { $0.inputs.scalars } == expected.flatMap { $0 })
    #expect(batches.flatMap { $0.targets.scalars } == expected.flatMap { $0 }.map { $0 + 1 })
    for batch in batches {
      #expect(batch.inputs.shape == [batch.count, length] && batch.targets.scalarType == .int64)
    }
    #expect(try windows.collected().map(\.input.scalars) == expected)
  }

  @Test func splitsShareNoToken() {
    let (train, validation) = TokenWindows.split(Array(0..<100), length: 10, stride: 1, trainFraction: 0.9)
    #expect(train.elementCount == 80 && validation.elementCount == 0)
    #expect(train.batch(at: [79]).targets.scalars.last == 89)
    let (_, later) = TokenWindows.split(Array(0..<100), length: 4, trainFraction: 0.9)
    #expect(later.elementCount == 2 && later.batch(at: [0]).inputs.scalars == [90, 91, 92, 93])
  }

  @Test func mistakesAreNamed() {
    let error = #expect(throws: TensorError.self) { try checked { _ = TokenWindows([1, 2], length: 0) } }
    #expect(error?.description.contains("a window of 0 can't be made; ask for 1 or more") == true)
  }
}
