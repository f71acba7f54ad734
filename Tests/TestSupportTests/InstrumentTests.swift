import Foundation
import Testing

@testable import TestSupport

/// The instruments must see the mistakes that they are there for.
struct InstrumentTests {
  @Test func ulpDistanceCountsRepresentableNumbers() {
    #expect(ulpDistance(1.0, 1.0.nextUp) == 1)
    #expect(ulpDistance(Float(1), Float(1).nextDown.nextDown) == 2)
    #expect(ulpDistance(0.0, -0.0) == 0)
    #expect(ulpDistance(Double.leastNonzeroMagnitude, -Double.leastNonzeroMagnitude) == 2)
    #expect(ulpDistance(-Float.leastNonzeroMagnitude, Float(0)) == 1)
    #expect(ulpDistance(Double.greatestFiniteMagnitude, .infinity) == 1)
    #expect(ulpDistance(Double.nan, .nan) == 0)
    #expect(ulpDistance(Float.nan, 1) == .max)
    #expect(ulpDistance(-Double.infinity, .infinity) == 2 * Double.infinity.bitPattern)
  }

  @Test func mismatchSeesEveryKindOfDifference() {
    #expect(mismatch([1.0, 2], [1, 2], .exact) == nil)
    #expect(mismatch([Double.nan, -0.0, .infinity], [.nan, 0, .infinity], .exact) == nil)
    #expect(mismatch([1.0], [1, 2], .exact) == "1 numbers where 2 were expected")
    for tolerance in [Tolerance.exact, .relative(1), .ulps(1000)] {
      #expect(mismatch([1.0, .nan], [1, 2], tolerance) != nil)
      #expect(mismatch([1.0, 2], [1, .nan], tolerance) != nil)
      #expect(mismatch([1.0, .infinity], [1, 2], tolerance) != nil)
      #expect(mismatch([Double.infinity], [-.infinity], tolerance) != nil)
    }
    #expect(mismatch([1000.0, 1e-4], [1000, 0], .relative(1e-6)) == nil)
    #expect(mismatch([1000.0, 1e-2], [1000, 0], .relative(1e-6)) != nil)
    #expect(mismatch([Float(1).nextUp], [1], .ulps(1)) == nil)
    #expect(mismatch([Float(1).nextUp.nextUp], [1], .ulps(1)) != nil)
    #expect(mismatch([Float(1).nextUp], [1], .ulps(0)) != nil)
  }

  @Test func mismatchNamesTheFirstAndTheWorstIndex() throws {
    let message = try #require(mismatch([0.0, 1.5, 2, 9], [0, 1, 2, 3], .relative(0.1)))
    #expect(message.contains("2 of 4 numbers differ"))
    #expect(message.contains("first [1] is 1.5, expected 1.0"))
    #expect(message.contains("worst [3] is 9.0, expected 3.0"))
  }

  @Test func expectCloseRecordsTheCombination() {
    withKnownIssue {
      withEvery("axis", in: [3]) { _ in expectClose([1.0], [2], .relative(1e-6), "sum") }
    } matching: {
      $0.description.contains("sum, axis = 3: 1 of 1 numbers differ")
    }
  }

  @Test func withEveryNamesTheCombinationThatThrows() {
    struct Mistake: Error {}
    var visited: [Int] = []
    withKnownIssue {
      withEvery("type", in: ["float32"]) { _ in
        withEvery("axis", in: 0..<3) { axis in
          visited.append(axis)
          if axis == 1 { throw Mistake() }
        }
      }
    } matching: {
      $0.description.contains("type = float32, axis = 1: Mistake()")
    }
    #expect(visited == [0, 1, 2])
  }

  /// The first numbers for the seed 1234567, from the algorithm's published reference implementation.
  @Test func splitMixGivesTheKnownNumbers() {
    var generator = SplitMix64(seed: 1_234_567)
    let known: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
    for number in known { #expect(generator.next() == number) }
  }
}

/// The gradient checker against derivatives known by heart, right and wrong.
struct FiniteDifferenceTests {
  private let function: FiniteDifferences.Function = { x in [sin(x[0][0]) * x[1][0], exp(x[0][1])] }
  private let point = [[0.7, -1.2], [2.5]]
  private let weights = [0.5, -3]
  private var gradient: [[Double]] { [[0.5 * cos(0.7) * 2.5, -3 * exp(-1.2)], [0.5 * sin(0.7)]] }

  @Test func differencesHaveTenDigits() throws {
    let differences = try FiniteDifferences().gradient(of: function, weights: weights, at: point)
    withEvery("input", in: 0..<2) { expectClose(differences[$0], gradient[$0], .relative(1e-10)) }
  }

  @Test func derivativesAlongADirection() throws {
    let moved = try FiniteDifferences().derivative(of: function, at: point, along: [[1, 2], [-1]])
    expectClose(moved, [cos(0.7) * 2.5 - sin(0.7), 2 * exp(-1.2)], .relative(1e-10))
  }

  @Test func theRightGradientPasses() throws {
    #expect(try fault(in: gradient) == nil)
  }

  @Test func wrongGradientsAreCaught() throws {
    let bugs: [(Double) -> Double] = [{ -$0 }, { $0 * 1.0000001 }, { $0 + 1e-7 }, { _ in 0 }, { _ in .nan }]
    withEvery("input", in: 0..<2) { input in
      for element in gradient[input].indices {
        for planted in bugs {
          var wrong = gradient
          wrong[input][element] = planted(wrong[input][element])
          let fault = try #require(try fault(in: wrong), "planted in input \(input), element \(element)")
          #expect(fault.hasPrefix("gradient of input \(input): 1 of"))
        }
      }
    }
    #expect(try fault(in: [gradient[0]]) == "1 gradients for 2 inputs")
    let short = try #require(try fault(in: [gradient[0], []]))
    #expect(short.contains("0 numbers where 1 were expected"))
  }

  private func fault(in claimed: [[Double]]) throws -> String? {
    try FiniteDifferences().fault(in: claimed, asGradientOf: function, weights: weights, at: point)
  }
}
