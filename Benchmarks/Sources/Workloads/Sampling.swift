import Foundation

/// The protocol by which all libraries are timed: warm up, then sample for some time.
struct Sampling {
  /// How long to sample.
  var seconds: Double

  private static let leastWarmUpCalls = 3
  private static let leastWarmUpSeconds = 0.2
  private static let leastSamples = 5
  // Calls shorter than this are timed in groups, whose mean is a sample.
  private static let shortestCall = 50e-6
  private static let groupSeconds = 1e-3

  /// The seconds of a call, sample by sample.
  func samples(of body: () throws -> Void) rethrows -> [Double] {
    let start = now()
    var calls = 0
    while calls < Self.leastWarmUpCalls || now() - start < Self.leastWarmUpSeconds {
      try body()
      calls += 1
    }
    let call = try time(1, body)
    let count = call < Self.shortestCall ? max(1, Int(Self.groupSeconds / call)) : 1
    var samples: [Double] = []
    let begin = now()
    while samples.count < Self.leastSamples || now() - begin < seconds { samples.append(try time(count, body)) }
    return samples
  }

  private func time(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
    let start = now()
    for _ in 0..<count { try body() }
    return (now() - start) / Double(count)
  }

  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

/// What is printed for a workload, one line of JSON.
struct Measurement: Encodable {
  var library = "descent"
  var variant: String
  var workload: String
  var samples: [Double]
  var peakBytes: Int

  private enum CodingKeys: String, CodingKey {
    case library, variant, workload, samples
    case peakBytes = "peak_bytes"
  }

  /// The most memory that this process has had so far.
  static var peakBytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
