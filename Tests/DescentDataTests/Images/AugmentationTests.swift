import DescentGraph
import DescentTensor
import Testing

@testable import DescentData

@Suite struct AugmentationTests {
  /// Images whose pixels tell where they stood: 100 image + 10 row + column.
  private func images(_ count: Int, channels: Int? = nil) -> Tensor {
    var pixels: [Float] = []
    for image in 0..<count {
      for row in 0..<4 {
        for column in 0..<5 {
          for channel in 0..<(channels ?? 1) {
            pixels.append(Float(1000 * image + 100 * row + 10 * column + channel + 1))
          }
        }
      }
    }
    return Tensor(scalars: pixels, shape: Shape([count, 4, 5] + (channels.map { [$0] } ?? [])))
  }

  /// Every image is the original moved and mirrored in one of the ways allowed, and every way occurs.
  @Test(arguments: [nil, 1, 3] as [Int?])
  func imagesAreMovedAndMirrored(_ channels: Int?) {
    let count = isDebugBuild ? 1500 : 4000
    let original = images(count, channels: channels)
    let augmentation = ImageAugmentation(flipsHorizontally: true, flipsVertically: true, cropPadding: 2, fill: -1)
    let changed = augmentation(original, using: RandomGenerator(seed: 1))
    #expect(changed.shape == original.shape)
    let (from, to, depth) = (original.scalars, changed.scalars, channels ?? 1)
    var seen: Set<[Int]> = []
    for image in 0..<count {
      var found: [[Int]] = []
      for way in ways where matches(way, image, from, to, depth) { found.append(way) }
      #expect(found.count == 1, "image \(image)")
      seen.formUnion(found)
    }
    #expect(seen.count == 100)
  }

  private let ways: [[Int]] = (-2...2).flatMap { down in
    (-2...2).flatMap { right in [0, 1].flatMap { mirrored in [0, 1].map { [down, right, mirrored, $0] } } }
  }

  private func matches(_ way: [Int], _ image: Int, _ from: [Double], _ to: [Double], _ depth: Int) -> Bool {
    for row in 0..<4 {
      for column in 0..<5 {
        var (y, x) = (row - way[0], column - way[1])
        let isInside = 0..<4 ~= y && 0..<5 ~= x
        if way[3] == 1 { y = 3 - y }
        if way[2] == 1 { x = 4 - x }
        for channel in 0..<depth {
          let expected = isInside ? from[((image * 4 + y) * 5 + x) * depth + channel] : -1
          if to[((image * 4 + row) * 5 + column) * depth + channel] != expected { return false }
        }
      }
    }
    return true
  }

  @Test func seedsDecide() throws {
    let samples = Samples(inputs: images(40), targets: Tensor(scalars: Array(0..<40)))
    let batches = samples.dataset.batched(of: 16).augmented(ImageAugmentation(cropPadding: 3), seed: 4)
    func pixels(_ epoch: Int) throws -> [Double] { try batches.collected(epoch: epoch).flatMap { $0.inputs.scalars } }
    #expect(try pixels(0) == pixels(0))
    #expect(try pixels(0) != pixels(1))
    #expect(try batches.collected().flatMap { $0.targets.scalars } == samples.targets.scalars)
    let none = samples.dataset.batched(of: 16).augmented(ImageAugmentation(), seed: 4)
    #expect(try none.collected().flatMap { $0.inputs.scalars } == samples.inputs.scalars)
    #expect(ImageAugmentation(cropPadding: 99)(images(3), using: RandomGenerator(seed: 1)).shape == [3, 4, 5])
    #expect(ImageAugmentation(cropPadding: 1)(images(0), using: RandomGenerator(seed: 1)).shape == [0, 4, 5])
  }

  @Test func mistakesAreNamed() {
    let error = #expect(throws: TensorError.self) {
      try checked { _ = ImageAugmentation()(Tensor([1, 2]), using: RandomGenerator(seed: 1)) }
    }
    #expect(error?.description.contains("the images are float32 [2], expected float32 [count, height, width]") == true)
  }

  @Test func imagesAreNormalised() {
    let original = images(10, channels: 3)
    let normal = ImageNormalization(of: original)
    let scaled = normal(original)
    #expect(normal.mean.shape == [3])
    for channel in 0..<3 {
      let values = scaled[0..., 0..., 0..., channel]
      #expect(abs(values.mean().scalar) < 1e-4 && abs((values * values).mean().scalar - 1) < 1e-4)
    }
    let flat = ImageNormalization(of: Tensor.ones([2, 3, 3]) * 5)
    #expect(flat(Tensor.ones([1, 3, 3])).scalars == [Double](repeating: -4, count: 9))
  }
}
