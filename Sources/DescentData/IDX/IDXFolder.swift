/// A folder with the four IDX files of MNIST or a data set in its likeness, such as Fashion-MNIST.
///
/// ```swift
/// let folder = try IDXFolder(path: "fashion-mnist")
/// let (images, labels) = try folder.load(.train)
/// ```
///
/// The files are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
/// `t10k-labels-idx1-ubyte`, each as such or with `.gz`; `.idx3` and `.idx1` for `-idx3` and `-idx1` are found too.
public struct IDXFolder: Sendable, Equatable {
  /// The two parts of a data set.
  public enum Split: String, Sendable, CaseIterable {
    /// The samples to learn from.
    case train = "train"
    /// The samples to be judged by; their file names begin with `t10k`.
    case test = "t10k"
  }

  private enum Role: String {
    case images = "images-idx3"
    case labels = "labels-idx1"
  }

  /// The folder.
  public let path: String

  /// Finds the files of both splits, without reading them; the error lists every missing file.
  public init(path: String) throws(DataError) {
    self.path = path
    let missing = Split.allCases.flatMap { split in
      [Role.images, .labels].filter { find(split, $0) == nil }.map { Self.names(split, $0)[0] }
    }
    guard missing.isEmpty else {
      throw DataError(
        .unreadable, in: path,
        "looked for \(missing.joined(separator: ", ")), plain or with .gz, and found none of them",
        remedy: "give the folder that holds the four files of MNIST's naming")
    }
  }

  /// Reads a split: images with the samples along the first dimension, and one integer label a sample.
  public func load(_ split: Split) throws(DataError) -> (images: IDXArray, labels: IDXArray) {
    let images = try read(split, .images)
    let labels = try read(split, .labels)
    guard images.dimensions.count >= 2 else {
      throw mismatch(
        images, "found dimensions \(images.dimensions), expected samples and at least one extent of an image")
    }
    guard labels.dimensions.count == 1, labels.scalarType.isInteger else {
      throw mismatch(labels, "found \(labels.scalarType) \(labels.dimensions), expected one integer a sample")
    }
    guard labels.dimensions[0] == images.dimensions[0] else {
      throw mismatch(labels, "found \(labels.dimensions[0]) labels, \(images.file) has \(images.dimensions[0]) images")
    }
    return (images, labels)
  }

  private func read(_ split: Split, _ role: Role) throws(DataError) -> IDXArray {
    try IDXArray(contentsOfFile: find(split, role) ?? "\(path)/\(Self.names(split, role)[0])")
  }

  private func find(_ split: Split, _ role: Role) -> String? {
    Self.names(split, role).map { "\(path)/\($0)" }.first(where: FileBytes.exists)
  }

  private static func names(_ split: Split, _ role: Role) -> [String] {
    let usual = "\(split.rawValue)-\(role.rawValue)-ubyte"
    let dotted = usual.replacing("-idx", with: ".idx")
    return [usual, usual + ".gz", dotted, dotted + ".gz"]
  }

  private func mismatch(_ array: IDXArray, _ problem: String) -> DataError {
    DataError(.mismatch, in: array.file, problem, remedy: "take all four files from one data set")
  }
}
