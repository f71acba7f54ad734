import Descent
import DescentDrawing
import Foundation

/// What the elements of an array are like, taken in parts: memory does not grow with the array.
struct ElementStatistics {
  private(set) var count = 0
  private(set) var zeros = 0
  private(set) var nans = 0
  private(set) var infinities = 0
  private(set) var smallest = Double.infinity
  private(set) var largest = -Double.infinity
  /// The mean of the finite elements, and the sum of their squared distances from it.
  private var mean = 0.0
  private var squares = 0.0

  var finiteCount: Int { count - nans - infinities }

  /// The mean of the finite elements; nil if there are none.
  var average: Double? { finiteCount > 0 ? mean : nil }

  /// Their standard deviation about it.
  var deviation: Double? { finiteCount > 0 ? (squares / Double(finiteCount)).squareRoot() : nil }

  mutating func add(_ elements: [Double]) {
    let before = Double(finiteCount)
    var (sum, part) = (0.0, 0)
    for element in elements {
      if element.isFinite {
        (sum, part) = (sum + element, part + 1)
        (smallest, largest) = (min(smallest, element), max(largest, element))
        zeros += element == 0 ? 1 : 0
      } else if element.isNaN {
        nans += 1
      } else {
        infinities += 1
      }
    }
    defer { count += elements.count }
    guard part > 0 else { return }
    let partMean = sum / Double(part)
    let partSquares = elements.reduce(0) { $1.isFinite ? $0 + ($1 - partMean) * ($1 - partMean) : $0 }
    // The moments of two sets together (Chan, Golub and LeVeque 1983).
    let (total, shift) = (before + Double(part), partMean - mean)
    mean += shift * Double(part) / total
    squares += partSquares + shift * shift * before * Double(part) / total
  }
}

/// How many elements fall into equal parts of a range.
struct ElementHistogram {
  private let low: Double
  private let width: Double
  private(set) var counts: [Int]

  /// A histogram from the smallest to the largest element.
  init?(_ statistics: ElementStatistics, parts: Int = 20) {
    guard statistics.finiteCount > 0 else { return nil }
    low = statistics.smallest
    let width = statistics.largest / Double(parts) - statistics.smallest / Double(parts)
    self.width = width > 0 && width.isFinite ? width : 1
    counts = [Int](repeating: 0, count: width > 0 ? parts : 1)
  }

  mutating func add(_ elements: [Double]) {
    for element in elements where element.isFinite {
      counts[max(0, min(Int((element - low) / width), counts.count - 1))] += 1
    }
  }

  /// A bar for each part, with where it begins.
  var text: String {
    TextBars(counts.enumerated().map { (fourDecimals(low + Double($0) * width), Double($1)) }).text
  }
}
