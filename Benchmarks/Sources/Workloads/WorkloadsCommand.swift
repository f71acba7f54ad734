// One workload of the comparison with other libraries, in one process. `Benchmarks/compare` calls it.

import ArgumentParser
import Descent
import Foundation

@main
struct WorkloadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Workloads", abstract: "Times one workload and prints its samples as a line of JSON.")

  @Option(help: "The workload, see --list.") var workload: String?
  @Option(help: "One of its variants; the first one unless given.") var variant: String?
  @Option(help: "How long to sample, in seconds.") var seconds = 1.0
  @Option(help: "The folder of a data set in MNIST's format.") var data: String?
  @Option(help: "Lists the variants of a workload.") var listVariants: String?
  @Flag(help: "Prints where the time of ten calls goes, step by step, instead of samples.") var profile = false
  @Flag(help: "Lists the workloads.") var list = false
  @Flag(help: "Computes the lecture's gradient once, and prints it.") var start = false
  @Flag(help: "Measures what the machine gives: multiply-adds and bytes a second.") var floor = false

  func run() throws {
    if list { return Workload.all.forEach { print($0.name) } }
    if start { return try printFirstGradient() }
    if floor { return printFloor() }
    if let name = listVariants { return try find(name).variants.forEach { print($0) } }
    guard let name = workload else { throw ValidationError("give --workload, --list, --floor or --start") }
    let workload = try find(name)
    let variant = self.variant ?? workload.variants[0]
    guard workload.variants.contains(variant) else {
      throw ValidationError("\(name) has the variants \(workload.variants.joined(separator: ", ")), not \(variant)")
    }
    let body = try workload.prepare(variant, data)
    if profile {
      for _ in 0..<3 { try body() }
      return print(try profiling { for _ in 0..<10 { try body() } })
    }
    let samples = try Sampling(seconds: seconds).samples(of: body)
    let measurement = Measurement(
      variant: variant, workload: name, samples: samples, peakBytes: Measurement.peakBytes)
    print(String(decoding: try JSONEncoder().encode(measurement), as: UTF8.self))
  }

  private func find(_ name: String) throws -> Workload {
    guard let workload = Workload.all.first(where: { $0.name == name }) else {
      throw ValidationError("there is no workload \(name); --list shows them")
    }
    return workload
  }

  private func printFirstGradient() throws {
    let lecture = Lecture()
    let (value, (dw, db)) = lecture.valueWithGradients()
    print(value, dw, db)
  }

  private func printFloor() {
    let cores = ProcessInfo.processInfo.environment["DESCENT_THREADS"].flatMap(Int.init) ?? 0
    let floor = Floor(threads: cores > 0 ? cores : ProcessInfo.processInfo.activeProcessorCount)
    print(#"{"gigaflops": \#(floor.gigaflops), "gigabytes_per_second": \#(floor.gigabytesPerSecond)}"#)
  }
}
