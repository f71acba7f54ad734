import DescentCalculus
import DescentGraph

// Rows of operations with pullbacks of their own, which are the true ones, so that every law of derivatives holds.

extension Sample {
  static let customDerivatives: [Sample] = [
    Sample("custom sine", [Input([2, 3])], .floats, [2, 3]) { x in
      .custom(.unary(.sin, x[0]), inputs: [x[0]]) { x, _, cotangent in [cotangent * .unary(.cos, x[0])] }
    },
    Sample("custom exponential from its value", [Input([4])], .floats, [4]) { x in
      .custom(.unary(.exp, x[0]), inputs: [x[0]]) { _, value, cotangent in [cotangent * value] }
    },
    Sample("custom sum of products", [Input([3]), Input([3])], .floats, []) { x in
      .custom((x[0] * x[1]).sum([0]), inputs: [x[0], x[1]]) { x, _, cotangent in
        let cotangent = cotangent.broadcast(to: [3], along: [0])
        return [cotangent * x[1], cotangent * x[0]]
      }
    },
    Sample("custom sum of three", [Input([2]), Input([2]), Input([2])], .floats, [2]) { x in
      .custom(x[0] + x[1] + x[2] * x[2], inputs: [x[0], x[1], x[2]]) { x, _, cotangent in
        [cotangent, cotangent, cotangent * (2 * x[2])]
      }
    },
  ]
}
