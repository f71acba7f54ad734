import DescentCalculus
import DescentGraph

// Rows of control operations. Bodies are traced from functions; what these capture are further operands.

extension Sample {
  static let calls: [Sample] = [
    Sample("call", [Input([2, 3]), Input([2, 3])], .floats, [2, 3]) { x in
      called(x) { x in [.unary(.sin, x[0] * x[1])] }
    },
    Sample("call with a captured tensor", [Input([3]), Input([3])], .floats, [3]) { x in
      called([x[0]]) { y in [.unary(.tanh, y[0] * x[1]) + x[1]] }
    },
    Sample("call that returns its argument", [Input([3])], .numbers, [3]) { x in called(x) { $0 } },
  ]

  static let conditionals: [Sample] = [true, false].flatMap { taken in
    [
      Sample("conditional on \(taken)", [Input([2, 3]), Input([2, 3])], .floats, [2, 3]) { x in
        chosen(.fill(taken ? 1 : 0, [], .bool), x) { x in
          [.unary(.sin, x[0]) * x[1]]
        } otherwise: { x in
          [x[0]]
        }
      },
      Sample("conditional on a value, \(taken)", [Input([3], .positive), Input([3])], .floats, [3]) { x in
        let sum = x[0].sum([0])
        return chosen(taken ? sum .> 0 : sum .< sum.filled(0), x) { x in
          [x[0] * x[0] * x[1]]
        } otherwise: { x in
          [x[1] * x[1]]
        }
      },
    ]
  }

  static let scans: [Sample] = [false, true].flatMap { isReversed in
    let way = isReversed ? " backward" : ""
    return [
      Sample("scan\(way), the last carry", [Input([2]), Input([4, 2]), Input([2])], .floats, [2]) { x in
        .part(scanned([x[0]], [x[1]], isReversed) { [.unary(.tanh, $0[0] * x[2] + $0[1])] }, 0)
      },
      Sample("scan\(way), all carries", [Input([2]), Input([4, 2]), Input([2])], .floats, [4, 2]) { x in
        .part(scanned([x[0]], [x[1]], isReversed) { [.unary(.tanh, $0[0] * x[2] + $0[1])] }, 1)
      },
      Sample("scan\(way), outputs", [Input([]), Input([3, 2])], .floats, [3, 2]) { x in
        .part(
          scanned([x[0]], [x[1]], isReversed) { y in
            let total = y[0] + y[1].sum([0])
            return [total, y[1] * total.broadcast(to: [2], along: [0])]
          }, 2)
      },
      Sample("scan\(way), two carries of two types", [Input([2]), Input([3, 2])], .floats, [2]) { x in
        let count = Node.fill(0, [], .int64)
        return .part(
          scanned([x[0], count], [x[1]], isReversed) { y in
            let factor = Node.convert(y[1], to: y[0].scalarType).broadcast(to: [2], along: [0])
            return [y[0] * y[2] + factor, y[1] + y[1].filled(1)]
          }, 0)
      },
      Sample(
        "scan\(way), products with a matrix", [Input([2, 3]), Input([3, 2, 3]), Input([3, 3])], .floats, [2, 3]
      ) { x in
        .part(
          scanned([x[0]], [x[1]], isReversed) { y in
            let axes = Contraction(leftContracting: [1], rightContracting: [0])
            return [.unary(.tanh, .contract(y[0], x[2], axes) + .contract(y[1], x[2], axes))]
          }, 0)
      },
      Sample("scan\(way), no steps", [Input([2]), Input([0, 2])], .floats, [2]) { x in
        .part(scanned([x[0]], [x[1]], isReversed) { [$0[0] * $0[1]] }, 0)
      },
    ]
  }

  static let whileLoops: [Sample] = [
    Sample("whileLoop", [Input([2], .positive)], .floats, [2]) { x in
      .part(
        repeated([.fill(0, [], .int64), x[0]]) {
          $0[0] .< $0[0].filled(3)
        } step: { y in
          [y[0] + y[0].filled(1), .unary(.sin, y[1]) * x[0]]
        }, 1)
    },
    Sample("whileLoop that ends at once", [Input([2])], .floats, [2]) { x in
      .part(
        repeated([x[0]]) { _ in
          .fill(0, [], .bool)
        } step: { y in
          [y[0] * y[0]]
        }, 0)
    },
  ]

  static let bundles: [Sample] = [
    Sample("parts of a bundle", [Input([3]), Input([3])], .numbers, [3]) { x in
      let bundle = Node.bundle([x[0], x[1] * x[1]])
      return .part(bundle, 0) * .part(bundle, 1)
    }
  ]

  static let afters: [Sample] = [
    Sample("after", [Input([2, 3]), Input([3])], .numbers, [2, 3]) { x in .after(x[0] * x[0], x[1] * x[1]) }
  ]

  // MARK: Functions as bodies

  private static func called(_ x: [Node], _ function: ([Node]) -> [Node]) -> Node {
    let (body, captures) = Body.trace(x.map(Body.Signature.init), hoists: false, function)
    return .part(.call(body, x + captures), 0)
  }

  private static func chosen(
    _ condition: Node, _ x: [Node], then: ([Node]) -> [Node], otherwise: ([Node]) -> [Node]
  ) -> Node {
    let (bodies, captures) = Body.trace(x.map(Body.Signature.init), count: 2, hoists: false) { index, nodes in
      index == 0 ? then(nodes) : otherwise(nodes)
    }
    return .part(.conditional(condition, bodies, x + captures), 0)
  }

  private static func scanned(
    _ carries: [Node], _ sequences: [Node], _ isReversed: Bool, _ step: ([Node]) -> [Node]
  ) -> Node {
    let elements = sequences.map { Body.Signature($0.shape.removing([0]), $0.scalarType) }
    let (body, captures) = Body.trace(carries.map(Body.Signature.init) + elements, hoists: true, step)
    let form = ScanForm(
      carries: carries.count, sequences: sequences.count, length: sequences[0].shape[0], isReversed: isReversed)
    return .scan(form, body, carries + sequences + captures)
  }

  private static func repeated(
    _ carries: [Node], while condition: ([Node]) -> Node, step: ([Node]) -> [Node]
  ) -> Node {
    let (bodies, captures) = Body.trace(carries.map(Body.Signature.init), count: 2, hoists: true) { index, nodes in
      index == 0 ? [condition(nodes)] : step(nodes)
    }
    return .whileLoop(carries: carries.count, condition: bodies[0], body: bodies[1], carries + captures)
  }
}
