import DescentTensor
import TestSupport
import Testing

@testable import DescentData

/// Whatever the bytes, the readers of NPY and NPZ return or throw, and what they return is bounded by the input.
@Suite struct NPYFuzzTests {
  private static let count = isDebugBuild ? 2_000 : 20_000

  @Test func npy() throws {
    var generator = SplitMix64(seed: 20)
    let seeds = try [Tensor([[1, 2], [3, 4]]), Tensor([true, false]), Tensor(1.5, type: .float64)].map {
      try NPYFile.bytes(of: $0)
    }
    for trial in 0..<Self.count {
      let input = generator.mutated(seeds[trial % seeds.count])
      guard let file = try? NPYFile(bytes: input, file: "fuzz"), let tensor = try? file.tensor() else { continue }
      #expect(tensor.scalars.count * tensor.scalarType.byteCount <= input.count, "trial \(trial)")
    }
  }

  @Test func npz() throws {
    var generator = SplitMix64(seed: 21)
    let seeds = try ["stored", "deflated", "descriptors", "zip64", "savez"].map { try References.bytes("\($0).npz") }
    for trial in 0..<Self.count {
      var input = seeds[trial % seeds.count]
      // Most changes would fall on elements and be found by a checksum.
      if trial % 2 == 0 {
        let place = input.count - 1 - Int.random(in: 0..<min(300, input.count), using: &generator)
        input[place] = [0, 1, 0x7F, 0xFF].randomElement(using: &generator)!
      } else {
        input = generator.mutated(input)
      }
      guard let file = try? NPZFile(bytes: input, file: "fuzz") else { continue }
      for name in file.names {
        guard let tensor = try? file.tensor(name) else { continue }
        #expect(tensor.scalars.count <= 1032 * input.count, "trial \(trial)")
      }
    }
  }
}
