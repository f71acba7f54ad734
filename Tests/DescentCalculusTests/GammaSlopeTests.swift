import DescentCalculus
import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

/// The derivative of a gamma-distributed number with respect to its concentration.
struct GammaSlopeTests {
  /// Concentration, number, and the number's derivative by `jax.lax.random_gamma_grad` (JAX 0.10.2) in float64.
  private static let rows: [[Double]] = [
    [0.01, 5.66074e-201, 2.6069132146435726e-196], [0.01, 4.46554e-31, 3.095640144136917e-27],
    [0.01, 1.50359e-05, 0.01585438844505542], [0.01, 3.22604, 81.37947209763323],
    [0.1, 6.07305e-21, 2.8012957969562463e-18], [0.1, 0.000593391, 0.04159773608270502],
    [0.1, 0.266155, 3.7663285149851276], [0.1, 5.31624, 10.66501647648581],
    [0.5, 7.85439e-05, 0.001490586433483517], [0.5, 0.227468, 0.8583669661133362],
    [0.5, 1.35277, 2.1447628655816398], [0.5, 7.56835, 3.8704181679958554],
    [0.9, 0.0771967, 0.26261404060101623], [0.9, 0.596743, 0.9595676344320536],
    [0.9, 8.91506, 3.0128675584161138], [1, 0.0100503, 0.050761950360015816], [1, 0.105361, 0.29996116372008125],
    [1, 0.693147, 0.9680446936963879], [1, 9.21034, 2.8962939751562917], [1.5, 0.292187, 0.4351073360423645],
    [1.5, 3.12569, 1.575768112599646], [3, 0.436045, 0.344024852758752], [3, 2.67406, 0.9972683163531096],
    [3, 13.9282, 2.0624341890403928], [10, 4.1302, 0.6323466805605511], [10, 14.206, 1.2056913713542436],
    [10, 26.193, 1.5830752471568392], [100, 78.216, 0.8836461242979837], [100, 99.6669, 0.9999981863370294],
    [100, 141.53, 1.1856716638684541], [10000, 9768.84, 0.9883683703160421], [10000, 9999.67, 1.0000001663765867],
    [10000, 10376.2, 1.0185954374590949],
  ]

  @Test func agreesWithAnIndependentImplementation() throws {
    let shape: Shape = [Self.rows.count]
    let (concentration, x) = (Self.rows.map { $0[0] }, Self.rows.map { $0[1] })
    let slope = logGammaSlope(
      concentration: .literal(concentration, shape), logarithm: .literal(x.map { log($0) }, shape))
    for engine in [ReferenceEngine(), Tensor.engine] as [any Engine] {
      for (row, slope) in zip(Self.rows, try slope.doubles(on: engine)) {
        let tolerance = row[0] > 1000 ? 1e-11 : 1e-12
        #expect((row[1] * slope / row[2] - 1).magnitude < tolerance, "\(engine.name): \(row), \(row[1] * slope)")
      }
    }
  }

  /// ∂t/∂y = ψ(α) − y − (α − eʸ)·t for the slope t, which follows from its definition; on both sides of every seam.
  @Test func movesWithTheLogarithmAsItMust() throws {
    let points: [(Double, Double)] = [
      (0.3, -1.001), (0.3, -0.999), (0.999, -1.2), (0.999, 0.3), (1, 0.3), (2, 0.42), (2, 0.43), (40, 3.6), (40, 3.8),
      (0.01, -90), (0.01, 1.5), (500, 6.2),
    ]
    let shape: Shape = [points.count]
    let alpha = Node.literal(points.map(\.0), shape), y = Node.literal(points.map(\.1), shape)
    let derivatives = Derivatives(
      function: { logGammaSlope(concentration: $0[0], logarithm: $0[1]) },
      point: [
        try alpha.evaluated(), try y.evaluated(),
      ])
    let slopes = try derivatives.value()
    let moved = try derivatives.pullback(slopes.map { _ in 1 })[1]
    for (place, point) in points.enumerated() {
      let digamma = try Node.binary(.polygamma, .literal([0], [1]), .literal([point.0], [1])).doubles()[0]
      let expected = digamma - point.1 - (point.0 - exp(point.1)) * slopes[place]
      #expect((moved[place] - expected).magnitude < 1e-8 * (1 + expected.magnitude), "\(point): \(moved[place])")
    }
  }

  @Test func batchesOfKeysAreRefusedAndBatchesOfConcentrationsAreNot() throws {
    let (key, alpha) = (Node.literal([1, 2], [2], .int64), Node.literal([0.5, 3], [2]))
    let recorder = Recorder()
    let result = Scope.current.record(with: recorder) { Node.random(.gamma, concentration: alpha, key: key) }
    let mode = BatchMode(recorder.nodes, sources: [alpha])
    let values = Node.literal([0.5, 3, 0.5, 3, 2, 2], [3, 2])
    let numbers = try #require(mode.batched([values], size: 3, to: [result])[0]).doubles()
    let expected = try result.doubles()
    #expect(numbers[..<2] == numbers[2..<4] && Array(numbers[..<2]) == expected && numbers[4] != numbers[5])
  }
}
