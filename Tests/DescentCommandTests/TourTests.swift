import Foundation
import Testing

@Suite struct TourTests {
  @Test func theTourShowsTheLectureAndReadsDigits() throws {
    let tour = try Command(["tour"])
    #expect(tour.status == 0, "\(tour.errors)")
    #expect(tour.output.contains("f = y₁² + y₂² = (−3)² + 3² = 18"))
    #expect(tour.output.contains("∂f/∂w = ⎡−6  −12⎤\n            ⎣ 6   12⎦"))
    #expect(tour.output.contains("∂f/∂w₁₁ = ∂f/∂y₁·∂y₁/∂w₁₁ = 2y₁·x₁ = 2·(−3)·1 = −6"))
    #expect(tour.output.contains("All agree: largest error"))
    let line = try #require(tour.output.split(separator: "\n").first { $0.hasPrefix("Test accuracy: ") })
    let accuracy = try #require(Double(line.dropFirst("Test accuracy: ".count)))
    #expect(accuracy >= 0.97)
    #expect(tour.output.contains("│  0  1  2  3  4  5  6  7  8  9"))
  }

  @Test func theTourIsTheSameOnAnyNumberOfThreads() throws {
    func shown(_ threads: String) throws -> String {
      try Command(["tour"], environment: ["DESCENT_THREADS": threads]).output
    }
    #expect(try shown("1") == shown("2"))
  }

  @Test func theFirstWeightsDependOnTheSeed() throws {
    #expect(try Command(["tour", "--seed", "2"]).errors != Command(["tour", "--seed", "3"]).errors)
  }

  @Test func progressIsPlainLinesInAPipe() throws {
    let tour = try Command(["tour"])
    #expect(!tour.errors.contains("\u{1B}"))
    #expect(!tour.errors.contains("\r"))
    #expect(tour.errors.split(separator: "\n").count == 30)
    #expect(tour.errors.hasPrefix("Epoch 1/30"))
  }

  @Test func theDoctorReports() throws {
    let doctor = try Command(["doctor"], environment: ["DESCENT_THREADS": "1"])
    #expect(doctor.status == 0)
    for name in ["version", "system", "processor", "features", "kernels", "matrix product", "threads", "memory"] {
      #expect(doctor.output.contains("\n\(name) ") || doctor.output.hasPrefix(name), "\(name)")
    }
    #expect(doctor.output.contains("threads         1 of"))
    #expect(doctor.output.contains("DESCENT_THREADS=1"))
  }

  @Test func unknownWordsInTheEnvironmentAreSaidOnce() throws {
    let rows: [(variable: String, value: String, complaint: String?)] = [
      ("DESCENT_THREADS", "two", "descent: DESCENT_THREADS=two is ignored: it must be a positive whole number"),
      ("DESCENT_THREADS", "0", "descent: DESCENT_THREADS=0 is ignored: it must be a positive whole number"),
      ("DESCENT_THREADS", "-1", "descent: DESCENT_THREADS=-1 is ignored: it must be a positive whole number"),
      ("DESCENT_THREADS", "2", nil), ("DESCENT_THREADS", "", nil),
      ("DESCENT_KERNELS", "sse", "descent: DESCENT_KERNELS=sse is ignored: on this machine it can be "),
      ("DESCENT_KERNELS", "", nil),
    ]
    for (variable, value, complaint) in rows {
      let doctor = try Command(["doctor"], environment: [variable: value])
      let lines = doctor.errors.split(separator: "\n")
      #expect(doctor.status == 0 && lines.count == (complaint == nil ? 0 : 1), "\(variable)=\(value): \(lines)")
      if let complaint { #expect(doctor.errors.hasPrefix(complaint), "\(variable)=\(value): \(lines)") }
      #expect(doctor.output.contains("\(variable)=\(value) (ignored)") == (complaint != nil), "\(variable)=\(value)")
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func outputThatCanNotBeWrittenIsAnError() throws { #expect(try Command.statusOnFullDevice(["doctor"]) == 1) }

  @Test func helpTeaches() throws {
    let help = try Command(["--help"])
    #expect(help.status == 0)
    #expect(help.errors.isEmpty)
    for word in ["tour", "train", "doctor", "descent train --data flowers.csv --label species"] {
      #expect(help.output.contains(word))
    }
    #expect(try Command(["train", "--help"]).output.contains("--learning-rate"))
    #expect(try Command(["--version"]).output == "0.1.0\n")
  }
}
