import DescentGraph
import Foundation

// Schedules count steps, not epochs, from 0, and stay at their last value once they are through. Where PyTorch has the
// same schedule, the numbers are its numbers for the same count.

extension LearningRateConvertible where Self == LearningRate {
  /// The same rate for every step.
  public static func constant(_ rate: Double) -> LearningRate { LearningRate(floatLiteral: rate) }

  /// The rate multiplied by `factor` after every `steps` steps: PyTorch's `StepLR`.
  public static func stepped(from rate: Double, factor: Double, every steps: Int) -> LearningRate {
    let steps = positive(steps, "stepped")
    return LearningRate("stepped from \(rate) by \(factor) every \(steps) steps") { step in
      rate * pow(factor, Double(step / steps))
    }
  }

  /// A rate for each stretch of steps: `values[i]` from step `boundaries[i − 1]` on, as PyTorch's `MultiStepLR` does.
  ///
  /// ```swift
  /// let rate = LearningRate.piecewise([0.1, 0.01, 0.001], boundaries: [1000, 2000])
  /// ```
  ///
  /// One boundary fewer than values, in rising order; otherwise the program stops.
  public static func piecewise(_ values: [Double], boundaries: [Int]) -> LearningRate {
    if values.count != boundaries.count + 1 || zip(boundaries, boundaries.dropFirst()).contains(where: { $0 >= $1 }) {
      refuse("piecewise", "\(values.count) values need one boundary fewer, rising, and these are \(boundaries)")
      return LearningRate(floatLiteral: values.first ?? 0)
    }
    return LearningRate("piecewise \(values) at \(boundaries)") { step in
      values[boundaries.count { $0 <= step }]
    }
  }

  /// The rate multiplied by `factor` in the course of `steps` steps, evenly: η·factorˢᵗᵉᵖ⁄ˢᵗᵉᵖˢ.
  ///
  /// With one step it is PyTorch's `ExponentialLR`.
  public static func exponential(from rate: Double, factor: Double, every steps: Int = 1) -> LearningRate {
    let steps = positive(steps, "exponential")
    return LearningRate("exponential from \(rate) by \(factor) every \(steps) steps") { step in
      rate * pow(factor, Double(step) / Double(steps))
    }
  }

  /// The rate going from one number to another along a straight line.
  public static func linear(from start: Double, to end: Double, steps: Int) -> LearningRate {
    let steps = positive(steps, "linear")
    return LearningRate("linear from \(start) to \(end) in \(steps) steps") { step in
      start + (end - start) * min(Double(step) / Double(steps), 1)
    }
  }

  /// end + (start − end)·(1 − step/steps)ᵖ: PyTorch's `PolynomialLR` for an end of 0.
  public static func polynomial(
    from start: Double, to end: Double = 0, steps: Int, power exponent: Double = 1
  ) -> LearningRate {
    let steps = positive(steps, "polynomial")
    return LearningRate("polynomial of power \(exponent) from \(start) to \(end) in \(steps) steps") { step in
      end + (start - end) * pow(1 - min(Double(step) / Double(steps), 1), exponent)
    }
  }

  /// Half a wave of a cosine from one number to another (Loshchilov and Hutter 2017).
  ///
  /// PyTorch's `CosineAnnealingLR` climbs again after the last step; here the rate stays at its end.
  public static func cosine(from start: Double, to end: Double = 0, steps: Int) -> LearningRate {
    let steps = positive(steps, "cosine")
    return LearningRate("cosine from \(start) to \(end) in \(steps) steps") { step in
      halfWave(from: start, to: end, min(Double(step) / Double(steps), 1))
    }
  }

  /// Half waves of a cosine that start again, each `growth` times as long as the one before: PyTorch's
  /// `CosineAnnealingWarmRestarts`.
  public static func cosineRestarts(
    from start: Double, to end: Double = 0, firstSteps: Int, growth: Int = 1
  ) -> LearningRate {
    let (first, growth) = (positive(firstSteps, "cosineRestarts"), positive(growth, "cosineRestarts"))
    return LearningRate("cosine from \(start) to \(end), restarted after \(first) steps, growing \(growth)") { step in
      var (place, length) = (step, first)
      if growth == 1 { place %= first }
      while place >= length {
        place -= length
        length *= growth
      }
      return halfWave(from: start, to: end, Double(place) / Double(length))
    }
  }

  /// Up to a maximum and down to almost nothing in half waves of a cosine (Smith and Topin 2018): PyTorch's
  /// `OneCycleLR`, without its cycle of the momentum.
  ///
  /// - Parameters:
  ///   - maximum: The highest rate.
  ///   - steps: How many steps the cycle has, 2 or more.
  ///   - rising: The part of the steps on which the rate rises.
  ///   - startDivisor: What the maximum is divided by at the start.
  ///   - endDivisor: What the rate at the start is divided by at the end.
  public static func oneCycle(
    maximum: Double, steps: Int, rising: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4
  ) -> LearningRate {
    let (last, top) = (Double(positive(steps - 1, "oneCycle")), rising * Double(steps) - 1)
    let (start, end) = (maximum / startDivisor, maximum / startDivisor / endDivisor)
    return LearningRate("one cycle up to \(maximum) in \(steps) steps") { step in
      let place = min(Double(step), last)
      return place <= top
        ? halfWave(from: start, to: maximum, top > 0 ? place / top : 1)
        : halfWave(from: maximum, to: end, (place - top) / (last - top))
    }
  }

  /// Rising along a line to the first rate of another schedule, which then begins.
  ///
  /// ```swift
  /// Adam(learningRate: .warmup(steps: 100, then: .cosine(from: 1e-3, steps: 900)))
  /// ```
  ///
  /// - Parameters:
  ///   - steps: How many steps the rise takes.
  ///   - portion: The part of the first rate to start from; from 0 unless given, so that the first step moves nothing.
  ///   - schedule: What follows; its steps are counted from the end of the rise.
  public static func warmup(
    steps: Int, from portion: Double = 0, then schedule: some LearningRateConvertible
  ) -> LearningRate {
    let schedule = schedule.learningRate
    let start = schedule.value(at: 0)
    return linear(from: portion * start, to: start, steps: steps).followed(by: schedule, after: steps)
  }

  /// Half a wave of a cosine, from `start` at 0 to `end` at 1.
  private static func halfWave(from start: Double, to end: Double, _ place: Double) -> Double {
    end + (start - end) * (1 + cos(Double.pi * place)) / 2
  }

  /// A number of steps that must not be less than 1.
  private static func positive(_ steps: Int, _ schedule: String) -> Int {
    if steps < 1 { refuse(schedule, "\(steps) steps are too few") }
    return max(steps, 1)
  }

  private static func refuse(_ schedule: String, _ complaint: String) {
    Failure.stop(.init(.invalidArgument, "LearningRate.\(schedule)", complaint))
  }
}

extension LearningRate {
  /// This schedule for a number of steps, and then another one from its start.
  ///
  /// ```swift
  /// let rate = LearningRate.constant(0.1).followed(by: .cosine(from: 0.1, steps: 900), after: 100)
  /// ```
  public func followed(by next: some LearningRateConvertible, after steps: Int) -> LearningRate {
    let next = next.learningRate
    return LearningRate("\(self) for \(steps) steps, then \(next)") { step in
      step < steps ? value(at: step) : next.value(at: step - steps)
    }
  }

  /// The schedule with every rate multiplied by a number.
  public func scaled(by factor: Double) -> LearningRate {
    LearningRate("\(factor) times \(self)") { step in factor * value(at: step) }
  }
}
