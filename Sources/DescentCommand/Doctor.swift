import ArgumentParser
import DescentCPU
import Foundation

/// `descent doctor`: the facts that a bug report needs.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what Descent finds on this machine, for bug reports.")

  func run() {
    let report = EngineReport.current()
    let rows: [(String, String)] = [
      ("version", "descent \(Version.current)"),
      ("system", ProcessInfo.processInfo.operatingSystemVersionString),
      ("processor", Doctor.processorName ?? "unknown"),
      ("features", report.features.joined(separator: " ")),
      ("kernels", "\(report.elementKernels) (available: \(report.availableKernels.joined(separator: ", ")))"),
      ("matrix product", report.matrixKernels),
      ("threads", "\(report.threads) of \(ProcessInfo.processInfo.activeProcessorCount) cores"),
      ("memory", String(format: "%.1f GiB", Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824)),
      ("environment", Doctor.environment(report)),
    ]
    let width = rows.map(\.0.count).max() ?? 0
    for (name, value) in rows { print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value) }
  }

  /// The processor's model, where the system tells.
  private static var processorName: String? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The variables that change what runs, and whether they do.
  private static func environment(_ report: EngineReport) -> String {
    let set = ["DESCENT_THREADS", "DESCENT_KERNELS"].compactMap { name -> String? in
      guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
      let isKnown = name == "DESCENT_KERNELS" ? report.elementKernels == value : isThreadCount(value)
      return "\(name)=\(value)" + (isKnown ? "" : " (ignored)")
    }
    return set.isEmpty ? "nothing set" : set.joined(separator: " ")
  }

  /// Whether the thread pool takes the text: a positive decimal number and nothing else.
  private static func isThreadCount(_ text: String) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) } && text.utf8.contains { $0 != 48 }
  }
}
