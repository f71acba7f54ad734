import Foundation

/// The tables that come with the package.
///
/// Each has its features, `target` and `split` (0 to train, 1 to test); the file NOTICE at the root of the package tells
/// where they are from.
enum BundledSet: String, CaseIterable {
  /// 1,797 handwritten digits: 8 × 8 pixels from 0 to 16, columns `p00` to `p77` named by row and column.
  case digits
  /// 150 flowers: four lengths in centimetres, three species.
  case iris
  /// 178 wines: thirteen chemical measurements, three cultivars.
  case wine
  /// 569 tumours: thirty measurements of cell nuclei; 0 malignant, 1 benign.
  case breastCancer = "breast_cancer"
  /// 442 patients: ten measurements, and how far the disease has got a year later.
  case diabetes

  /// The name of the file.
  var fileName: String { "\(rawValue).csv" }

  /// Reads the table; an error if the resource is nowhere to be found.
  func load() throws(DataError) -> Table {
    try Table(contentsOfFile: find(), format: CSVFormat(header: .present))
  }

  /// The first place that has the file.
  ///
  /// `Bundle.module` is not used, because it ends the process where nothing is found, which is what happens to an
  /// executable that is moved without its resources. An executable finds them in a folder beside itself, where the
  /// build puts them and where they belong when it is installed (symbolic links to it are followed). Failing that,
  /// it finds them in the sources it was built from, as long as those exist.
  func find(in places: [String]? = nil) throws(DataError) -> String {
    let places = places ?? self.places
    guard let path = places.first(where: FileBytes.exists) else {
      throw DataError(
        .unreadable, in: fileName, "looked for it at \(places.joined(separator: ", ")) and found it nowhere",
        remedy: "keep the folder Descent_DescentData.resources beside the executable")
    }
    return path
  }

  var places: [String] {
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
