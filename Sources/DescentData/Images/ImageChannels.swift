/// What each pixel of an image has.
public enum ImageChannels: Int, Sendable, CaseIterable {
  /// One number: brightness.
  case grey = 1
  /// Brightness and opacity.
  case greyAndAlpha = 2
  /// Red, green and blue.
  case rgb = 3
  /// Red, green, blue and opacity.
  case rgba = 4

  /// The number of channels, from 1 to 4.
  public var count: Int { rawValue }

  /// Whether pixels have colours.
  var hasColor: Bool { self == .rgb || self == .rgba }

  /// Whether pixels have an opacity.
  var hasAlpha: Bool { self == .greyAndAlpha || self == .rgba }
}

/// Changes what the pixels of an image have.
enum ImageConversion {
  /// Samples with other channels: colours become brightness by ITU-R BT.601 as in other programs, a missing opacity is
  /// full, and one that is not wanted is dropped.
  static func converted<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: [Sample], from source: ImageChannels, to target: ImageChannels
  ) -> [Sample] {
    guard source != target else { return samples }
    let pixelCount = samples.count / source.count
    var result = [Sample](repeating: 0, count: pixelCount * target.count)
    for pixel in 0..<pixelCount {
      let (from, to) = (pixel * source.count, pixel * target.count)
      switch (source.hasColor, target.hasColor) {
      case (true, false): result[to] = luma(samples[from], samples[from + 1], samples[from + 2])
      case (false, false): result[to] = samples[from]
      case (let isColor, true):
        for channel in 0..<3 { result[to + channel] = samples[from + (isColor ? channel : 0)] }
      }
      if target.hasAlpha {
        result[to + target.count - 1] = source.hasAlpha ? samples[from + source.count - 1] : .max
      }
    }
    return result
  }

  /// 0.299 R + 0.587 G + 0.114 B in 16-bit fractions, rounded.
  private static func luma<Sample: FixedWidthInteger>(_ red: Sample, _ green: Sample, _ blue: Sample) -> Sample {
    Sample(truncatingIfNeeded: (Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471 + 0x8000) >> 16)
  }
}
