import DescentCPU

/// Where the time of evaluations goes: the steps of the plans that ran, with their rates.
///
/// ```swift
/// let profile = try profiling { for batch in train.batches(of: 128) { try step(batch) } }
/// print(profile)
/// ```
public struct Profile: Sendable, CustomStringConvertible {
  /// One kind of step, in all plans that have it.
  public struct Step: Sendable {
    /// The kernel, the operations that it fuses, and the shape it works on.
    public let name: String
    /// How often it ran.
    public let runs: Int
    /// The time of all runs, in seconds.
    public let seconds: Double
    /// Billions of arithmetic operations a second; 0 for steps that only move data.
    public let gigaflops: Double
    /// Gigabytes a second, read and written, as far as the plan's operands and results go.
    public let gigabytesPerSecond: Double
  }

  /// The steps, the longest first.
  public let steps: [Step]
  /// The seconds from the beginning to the end, kernels and all else.
  public let seconds: Double

  /// The seconds in which no step ran: building graphs, derivatives, looking up plans, memory.
  public var overheadSeconds: Double { seconds - steps.reduce(0) { $0 + $1.seconds } }

  /// A table of the twenty longest steps and the totals.
  public var description: String {
    var lines = ["   ms     %    runs  GFLOP/s   GB/s  step"]
    func line(_ time: Double, _ runs: String, _ rates: (Double, Double)?, _ name: String) -> String {
      let share = seconds > 0 ? 100 * time / seconds : 0
      let text = rates.map { padded($0.0, 9) + padded($0.1, 7) } ?? String(repeating: " ", count: 16)
      return padded(time * 1e3, 8, digits: 2) + padded(share, 6)
        + String(repeating: " ", count: max(1, 8 - runs.count)) + runs + text + "  " + name
    }
    for step in steps.prefix(20) {
      lines.append(line(step.seconds, "\(step.runs)", (step.gigaflops, step.gigabytesPerSecond), step.name))
    }
    let rest = steps.dropFirst(20)
    if !rest.isEmpty {
      let runs = rest.reduce(0) { $0 + $1.runs }
      lines.append(line(rest.reduce(0) { $0 + $1.seconds }, "\(runs)", nil, "\(rest.count) other kinds of step"))
    }
    lines.append(line(overheadSeconds, "", nil, "outside the steps"))
    lines.append(line(seconds, "", nil, "in all"))
    return lines.joined(separator: "\n")
  }

  private func padded(_ value: Double, _ width: Int, digits: Int = 1) -> String {
    let scale = digits == 1 ? 10.0 : 100.0
    let text = "\((value * scale).rounded() / scale)"
    return String(repeating: " ", count: max(1, width - text.count)) + text
  }
}

/// Runs a function and measures the steps of everything that is evaluated meanwhile, in all threads.
///
/// Measuring costs about a microsecond a step.
///
/// - Throws: What the function throws.
public func profiling(_ body: () throws -> Void) rethrows -> Profile {
  StepTimes.start()
  let start = ContinuousClock.now
  defer { _ = StepTimes.stop() }
  try body()
  let seconds = (ContinuousClock.now - start) / .seconds(1)
  let steps = StepTimes.stop().map { entry in
    let total = Double(entry.runs) / max(entry.seconds, 1e-12) / 1e9
    return Profile.Step(
      name: entry.step, runs: entry.runs, seconds: entry.seconds, gigaflops: Double(entry.flops) * total,
      gigabytesPerSecond: Double(entry.bytes) * total)
  }
  return Profile(steps: steps, seconds: seconds)
}
