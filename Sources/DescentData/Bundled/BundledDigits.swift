import Foundation

/// The handwritten digits that come with the package.
///
/// 1,797 images of 8 × 8 pixels with values from 0 to 16: 64 columns `p00` to `p77` named by row and column, `target`
/// (the digit) and `split` (0 to train, 1 to test). From "Optical Recognition of Handwritten Digits" by E. Alpaydin
/// and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0, in the copy of scikit-learn, BSD-3-Clause; the file
/// NOTICE at the root of the package carries the attribution.
enum BundledDigits {
  static let fileName = "digits.csv"

  /// Reads the digits; an error if the resource is nowhere to be found.
  static func load() throws(DataError) -> Table {
    try Table(contentsOfFile: find(), format: CSVFormat(header: .present))
  }

  /// The first place that has the file.
  ///
  /// `Bundle.module` is not used, because it ends the process where nothing is found, which is what happens to an
  /// executable that is moved without its resources. An executable finds them in a folder beside itself, where the
  /// build puts them and where they belong when it is installed (symbolic links to it are followed). Failing that,
  /// it finds them in the sources it was built from, as long as those exist.
  static func find(in places: [String] = places) throws(DataError) -> String {
    guard let path = places.first(where: FileBytes.exists) else {
      throw DataError(
        .unreadable, in: fileName, "looked for it at \(places.joined(separator: ", ")) and found it nowhere",
        remedy: "keep the folder Descent_DescentData.resources beside the executable")
    }
    return path
  }

  static var places: [String] {
    let executable = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let folders = [Bundle.main.bundleURL, Bundle.main.resourceURL, executable].compactMap { $0 }
    let built = folders.flatMap { folder in
      ["resources", "bundle"].map { folder.appendingPathComponent("Descent_DescentData.\($0)/\(fileName)") }
    }
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let all = built + [source.appendingPathComponent("Resources/\(fileName)")]
    return all.map(\.path).reduce(into: []) { places, path in
      if !places.contains(path) { places.append(path) }
    }
  }
}
