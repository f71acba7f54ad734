import DescentTensor

// The data sets that come with the package, divided into training and test set by their own `split` column.

extension Samples {
  /// The handwritten digits that come with the package: 8 × 8 images as rows of 64 numbers from 0 to 1, and the digit.
  ///
  /// 1,797 images, of which the file's own `split` column gives a part to the test set.
  ///
  /// ```swift
  /// let (train, test) = try Samples.digits()
  /// ```
  public static func digits() throws(DataError) -> (train: Samples, test: Samples) {
    let table = try BundledSet.digits.load()
    return try Samples(table, classes: "target", ignoring: ["split"]).replacingInputs { $0 / 16 }.split(by: table)
  }

  /// Fisher's irises: length and width of sepals and petals in centimetres, and the species; 120 and 30 flowers.
  ///
  /// Features are raw: see ``featureScale(_:)``.
  public static func iris() throws(DataError) -> (train: Samples, test: Samples) {
    try classes(of: .iris, ["setosa", "versicolor", "virginica"])
  }

  /// Wines of three cultivars by thirteen chemical measurements; 142 and 36 wines, raw features.
  public static func wine() throws(DataError) -> (train: Samples, test: Samples) {
    try classes(of: .wine, ["cultivar 1", "cultivar 2", "cultivar 3"])
  }

  /// Breast tumours, malignant (0) or benign (1), by thirty measurements of cell nuclei; 456 and 113 tumours, raw
  /// features.
  public static func breastCancer() throws(DataError) -> (train: Samples, test: Samples) {
    try classes(of: .breastCancer, ["malignant", "benign"])
  }

  /// Diabetes patients: age, sex, body mass index, blood pressure and six blood serum measurements, and a measure of how
  /// far the disease has got a year later, 25 to 346, shape [count, 1]; 354 and 88 patients, raw features.
  public static func diabetes() throws(DataError) -> (train: Samples, test: Samples) {
    let table = try BundledSet.diabetes.load()
    return try Samples(table, numbers: "target", ignoring: ["split"]).split(by: table)
  }

  private static func classes(
    of set: BundledSet, _ names: [String]
  ) throws(DataError) -> (train: Samples, test: Samples) {
    let table = try set.load()
    let samples = try Samples(table, classes: "target", ignoring: ["split"])
    return try Samples(inputs: samples.inputs, targets: samples.targets, classNames: names).split(by: table)
  }

  private func split(by table: Table) throws(DataError) -> (train: Samples, test: Samples) {
    let split = try table.column(named: "split").numbers()
    return (
      train: selecting(split.indices.filter { split[$0] == 0 }),
      test: selecting(split.indices.filter { split[$0] != 0 })
    )
  }
}

extension IDXFolder {
  /// Fashion-MNIST where Debian's package `dataset-fashion-mnist` puts it: 60,000 and 10,000 images of clothing.
  ///
  /// ```swift
  /// let (train, test) = (try IDXFolder.fashionMNIST().samples(.train), try IDXFolder.fashionMNIST().samples(.test))
  /// ```
  ///
  /// - Throws: ``DataError`` if the package is not installed. For a copy elsewhere give ``init(path:)`` its folder.
  public static func fashionMNIST() throws(DataError) -> IDXFolder {
    let path = "/usr/share/datasets/fashion-mnist"
    do { return try IDXFolder(path: path) } catch {
      throw DataError(
        error.kind, in: path, error.problem,
        remedy: "install it with 'apt install dataset-fashion-mnist', or read a copy elsewhere with IDXFolder(path:)")
    }
  }

  /// What Fashion-MNIST's ten classes are called.
  public static let fashionMNISTClassNames = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
  ]
}
