extension GraphPicture {
  /// The picture with every line and letter in its place.
  public var drawing: Drawing {
    let parts = resolved
    let margin = 24.0, titleHeight = title.isEmpty ? 0 : 34.0
    let boxes = parts.nodes.map(NodeBox.init)
    let placed = layout(parts, boxes).placed()
    let offset = Point(margin, margin + titleHeight)
    let size = upright(Rectangle(x: 0, y: 0, width: placed.size.along, height: placed.size.across), from: Point(0, 0))
    let width = max(size.width, TextStyle.heading.width(of: heading))

    var svg = SVGBuilder()
    if !title.isEmpty { svg.label(heading, at: Point(margin, margin + 12), style: .heading) }
    for (group, frame) in zip(parts.groups, placed.frames) {
      if let frame { draw(group, in: upright(frame, from: offset), &svg) }
    }
    for (index, edge) in parts.edges.enumerated() {
      let route = placed.routes[index].map { upright($0, from: offset) }
      draw(edge.edge, along: route, label: placed.labels[index].map { upright($0, from: offset) }, &svg)
    }
    for (group, frame) in zip(parts.groups, placed.frames) {
      if let frame { drawTitle(of: group, in: upright(frame, from: offset), &svg) }
    }
    for (box, place) in zip(boxes, placed.nodes) { box.draw(in: upright(place, from: offset), &svg) }
    return Drawing(
      size: Size(width: width + 2 * margin, height: size.height + titleHeight + 2 * margin),
      title: title.isEmpty ? "Graph of a computation" : title,
      summary: summary.isEmpty ? counted(parts) : summary, content: svg)
  }

  private var heading: String { TextStyle.heading.fitting(title, width: 900) }

  private func counted(_ parts: Resolved) -> String {
    func words(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    return "A graph of \(words(parts.nodes.count, "node")) and \(words(parts.edges.count, "arrow"))."
  }

  private func layout(_ parts: Resolved, _ boxes: [NodeBox]) -> GraphLayout {
    let titleStrip = TextStyle.label.lineHeight + 12
    var spacing = Spacing()
    if direction == .leftToRight {
      spacing.frameAcross.before = titleStrip + 8
    } else {
      spacing.frameAlong.before = titleStrip + 8
      spacing.ports = 28
    }
    return GraphLayout(
      nodes: boxes.map { turned($0.size) },
      edges: parts.edges.map { from, to, edge in
        let label = GraphPicture.shortened(edge.label)
        let size = Size(width: TextStyle.detail.width(of: label) + 12, height: TextStyle.detail.lineHeight + 2)
        return GraphLayout.Edge(from: from, to: to, label: label.isEmpty ? nil : turned(size))
      },
      groupOfNode: parts.groupOfNode,
      groups: parts.groups.map { group in
        turned(Size(width: TextStyle.label.width(of: TextStyle.label.fitting(group.title, width: 240)) + 32))
      },
      spacing: spacing)
  }

  private static func shortened(_ label: String) -> String { TextStyle.detail.fitting(label, width: 190) }

  private func draw(_ group: Group, in frame: Rectangle, _ svg: inout SVGBuilder) {
    svg.element("g", ["class": "group", "data-id": group.id]) { svg in
      svg.element("title") { $0.words(group.title) }
      svg.rectangle(frame, radius: 12, class: "frame")
    }
  }

  /// Above the edges, since some pass behind it.
  private func drawTitle(of group: Group, in frame: Rectangle, _ svg: inout SVGBuilder) {
    let title = TextStyle.label.fitting(group.title, width: frame.width - 24)
    svg.element("g", ["class": "group-title"]) {
      $0.label(title, at: Point(frame.x + 14, frame.y + 20), style: .label)
    }
  }

  private func draw(_ edge: Edge, along route: [Point], label: Rectangle?, _ svg: inout SVGBuilder) {
    svg.element("g", ["class": "edge", "data-from": edge.from, "data-to": edge.to]) { svg in
      if !edge.label.isEmpty { svg.element("title") { $0.words(edge.label) } }
      svg.path(line(through: route), class: "")
      svg.path(arrow(at: route), class: "arrow")
      guard let label else { return }
      svg.rectangle(label, radius: 4, class: "plate")
      let base = Point(label.middle.x, label.middle.y + TextStyle.detail.middleToBase)
      svg.label(GraphPicture.shortened(edge.label), at: base, style: .detail, anchor: "middle")
    }
  }
}

/// The length of an arrow's head.
private let arrowLength = 8.0

extension GraphPicture {
  /// A curve that leaves and arrives in the layout's direction, up to the arrow's head.
  private func line(through route: [Point]) -> SVGPath {
    var path = SVGPath()
    guard let first = route.first, let last = route.last, let before = route.dropLast().last else { return path }
    let isForward = along(last) >= along(before)
    let end = moved(last, by: isForward ? -arrowLength : arrowLength)
    path.move(to: first)
    for (from, to) in zip(route, route.dropFirst().dropLast() + [end]) {
      let half = (along(to) - along(from)) / 2
      if across(from) == across(to) {
        path.line(to: to)
      } else {
        path.curve(moved(from, by: half), moved(to, by: -half), to: to)
      }
    }
    return path
  }

  private func arrow(at route: [Point]) -> SVGPath {
    guard let tip = route.last, let before = route.dropLast().last else { return SVGPath() }
    let back = moved(tip, by: along(tip) >= along(before) ? -arrowLength : arrowLength)
    let (dx, dy) = direction == .leftToRight ? (0.0, 3.5) : (3.5, 0.0)
    return SVGPath(through: [Point(back.x - dx, back.y - dy), tip, Point(back.x + dx, back.y + dy)], closed: true)
  }

  private func along(_ point: Point) -> Double { direction == .leftToRight ? point.x : point.y }
  private func across(_ point: Point) -> Double { direction == .leftToRight ? point.y : point.x }

  private func moved(_ point: Point, by distance: Double) -> Point {
    direction == .leftToRight ? Point(point.x + distance, point.y) : Point(point.x, point.y + distance)
  }

  /// From the layout's directions to those of the picture.
  private func upright(_ point: Point, from offset: Point) -> Point {
    direction == .leftToRight
      ? Point(point.x + offset.x, point.y + offset.y) : Point(point.y + offset.x, point.x + offset.y)
  }

  private func upright(_ box: Rectangle, from offset: Point) -> Rectangle {
    let corner = upright(Point(box.x, box.y), from: offset)
    let (width, height) = direction == .leftToRight ? (box.width, box.height) : (box.height, box.width)
    return Rectangle(x: corner.x, y: corner.y, width: width, height: height)
  }

  private func turned(_ size: Size) -> Extent {
    direction == .leftToRight
      ? Extent(along: size.width, across: size.height) : Extent(along: size.height, across: size.width)
  }
}
