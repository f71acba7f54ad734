import DescentDrawing
import DescentGraph

// A descent as a picture: the loss at each step, and the path over the contours of the loss.

extension GradientDescent {
  /// The loss at each step, and beside it the path of two parameters over the contours of the loss.
  ///
  /// The other elements are held at their final values, or at their first ones if the descent ended where the loss is
  /// not finite or higher than at the start. A single parameter has a curve in the place of contours.
  ///
  /// - Parameters:
  ///   - parameters: Two elements by their names and indices, which count from 0: `w[0,0],b[1,0]`; those that moved
  ///     most if nil.
  ///   - progress: Called with a few words about what is being computed.
  /// - Throws: ``DescentGraph/TensorError`` for elements that there aren't, and that aren't kept.
  public func svg(across parameters: String? = nil, progress: (String) -> Void = { _ in }) throws(TensorError) -> String
  {
    let shown = try parameters.map { text throws(TensorError) in try elements(in: text) } ?? mostMoved
    var pictures: [any Picture] = [lossChart]
    if shown.count == 2 { pictures.append(contours(across: shown[0], shown[1], progress: progress)) }
    if shown.count == 1 { pictures.append(curve(along: shown[0], progress: progress)) }
    let count = steps.count == 2 ? "1 step" : "\(steps.count - 1) steps"
    return PictureStack(.horizontal, pictures, title: "Gradient descent on \(target): rate \(digits(rate)), \(count)")
      .svg
  }

  private var lossChart: Chart {
    let losses = steps.map(\.loss)
    return Chart(
      title: "\(target) at each step", summary: conclusion, xName: "step", yName: target,
      yScale: losses.needLogarithms ? .logarithmic : .linear,
      series: [.init(target, values: losses, hasMarkers: hasMarkers(steps.count))], width: 440, height: 340)
  }

  private func hasMarkers(_ count: Int) -> Bool { count <= 120 }

  /// The two elements that moved most on the path that is shown, or all if there are no more.
  var mostMoved: [ParameterElement] {
    let candidates = elements
    guard candidates.count > 2 else { return candidates }
    let distances = candidates.map { element in
      let way = way(of: element, through: steps.indices)
      return way.length
    }
    let order = candidates.indices.sorted { distances[$0] != distances[$1] ? distances[$0] > distances[$1] : $0 < $1 }
    return order.prefix(2).sorted().map { candidates[$0] }
  }

  // MARK: The path

  /// Whether the descent ended worse than it began, so that its end says nothing about the loss.
  private var isLost: Bool { isTooFast || stop.map { $0.reason != .stationary } ?? false }

  /// The steps of the path that are shown: all, or the first ones if the descent went astray.
  private func shownSteps(across elements: [ParameterElement]) -> Range<Int> {
    guard isLost, steps.count > 2 else { return steps.indices }
    func distance(_ step: Int) -> Double {
      elements.reduce(0) { max($0, (self[$1, at: step] - self[$1, at: 0]).magnitude) }
    }
    let limit = 100 * distance(1)
    let end = steps.indices.first { !(distance($0) <= limit) || !steps[$0].loss.isFinite } ?? steps.count
    return 0..<max(end, 1)
  }

  /// From the least to the largest value of an element on the way.
  private func way(of element: ParameterElement, through steps: Range<Int>) -> ClosedRange<Double> {
    let values = steps.map { self[element, at: $0] }.filter(\.isFinite)
    guard let least = values.min(), let most = values.max() else { return 0...0 }
    return least...most
  }

  /// The way of each element with a margin, wide enough to see the surroundings of one that hardly moved.
  private func ranges(of elements: [ParameterElement], through steps: Range<Int>) -> [ClosedRange<Double>] {
    let ways = elements.map { way(of: $0, through: steps) }
    let longest = ways.reduce(0) { max($0, $1.length) }
    return ways.map { way in
      let middle = way.lowerBound / 2 + way.upperBound / 2
      let half = max((way.length) * 0.65, longest * 0.25)
      // What has not moved at all is shown with the numbers around it.
      let shown = half > middle.magnitude * 1e-9 ? half : max(middle.magnitude, 1)
      return middle - shown...middle + shown
    }
  }

  /// What a picture over some elements shows, and what is held.
  private func title(over elements: [ParameterElement]) -> String {
    let count = shapes.reduce(0) { $0 + $1.reduce(1, *) } - elements.count
    if count == 0 { return "\(target) over \(elements.map(\.label).joined(separator: " and "))" }
    return
      "\(target), \(count) other \(count == 1 ? "element" : "elements") held at \(isLost ? "first" : "final") values"
  }

  private var heldValues: [[Double]] { isLost ? function.start : finalValues.map(\.scalars) }

  // MARK: The surroundings

  /// How many values of an element there are between the ends of contours.
  private static let gridCount = 60

  func contours(
    across first: ParameterElement, _ second: ParameterElement, progress: (String) -> Void = { _ in }
  ) -> ContourPicture {
    let shown = shownSteps(across: [first, second])
    let ranges = ranges(of: [first, second], through: shown)
    let rows = places(ranges[1], Self.gridCount).enumerated().map { index, down in
      progress("contours, row \(index) of \(Self.gridCount)")
      return places(ranges[0], Self.gridCount).map { across in loss(with: [(first, across), (second, down)]) }
    }
    // Steps of less than half a pixel are not to be seen.
    let path = thinned(
      shown.map { Point(self[first, at: $0], self[second, at: $0]) }, width: ranges[0].length / 1000,
      height: ranges[1].length / 1000)
    return ContourPicture(
      title: title(over: [first, second]),
      summary: "Contours of \(target) over \(first.label) and \(second.label), and the path of the descent.",
      xName: first.label, yName: second.label, x: ranges[0], y: ranges[1], values: rows,
      paths: [.init("descent", points: path, hasMarkers: hasMarkers(path.count))])
  }

  func curve(along element: ParameterElement, progress: (String) -> Void = { _ in }) -> Chart {
    let shown = shownSteps(across: [element])
    let range = ranges(of: [element], through: shown)[0]
    let curve = places(range, 4 * Self.gridCount).map { place in
      progress("curve")
      return Point(place, loss(with: [(element, place)]))
    }
    // Those of less than a dot would be one thick line.
    let path = thinned(
      shown.map { Point(self[element, at: $0], steps[$0].loss) }, width: range.length / 100, height: .infinity)
    return Chart(
      title: title(over: [element]),
      summary: "\(target) over \(element.label), and the places of the descent.", xName: element.label, yName: target,
      series: [
        .init(target, points: curve), .init("descent", points: path, hasMarkers: true),
      ], width: 440, height: 340)
  }

  /// Evenly spaced numbers from one end to the other.
  private func places(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
    (0...count).map { place in
      let part = Double(place) / Double(count)
      return range.lowerBound * (1 - part) + range.upperBound * part
    }
  }

  /// The loss with some elements at other places; NaN where it can't be computed.
  private func loss(with places: [(element: ParameterElement, value: Double)]) -> Double {
    var point = heldValues
    for (element, value) in places { point[element.parameter][element.place] = value }
    return (try? function.value(at: point)) ?? .nan
  }

  /// The path without points that are close to the one before them; its end stays.
  private func thinned(_ path: [Point], width: Double, height: Double) -> [Point] {
    var result: [Point] = []
    for (index, point) in path.enumerated() {
      let isClose =
        result.last.map { ($0.x - point.x).magnitude < width && ($0.y - point.y).magnitude < height } ?? false
      if !isClose || index == path.count - 1 { result.append(point) }
    }
    return result
  }
}

extension ClosedRange<Double> {
  fileprivate var length: Double { upperBound - lowerBound }
}
