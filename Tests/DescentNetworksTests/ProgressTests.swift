import Synchronization
import Testing

@testable import DescentNetworks

/// A terminal that keeps what is written, with a clock that only tests move.
private final class Recording: ProgressTerminal {
  let isTerminal: Bool
  let width = 80
  private let state = Mutex((text: [String](), seconds: 0.0))

  init(isTerminal: Bool) { self.isTerminal = isTerminal }

  var seconds: Double { state.withLock { $0.seconds } }
  var text: [String] { state.withLock { $0.text } }
  func write(_ text: String) { state.withLock { $0.text.append(text) } }
  func wait(_ seconds: Double) { state.withLock { $0.seconds += seconds } }
}

private let scores = Scores(loss: 0.4213, metrics: [.init(name: "accuracy", value: 0.8812)])

private func line(batch: Int = 300, of count: Int? = 600, speed: Double = 610.004) -> ProgressLine {
  ProgressLine(
    epoch: 2, epochs: 5, batch: batch, batchCount: count, scores: scores, samplesPerSecond: 100 * speed,
    batchesPerSecond: speed)
}

@Suite struct ProgressLineTests {
  @Test func showsEverythingWhereThereIsRoom() {
    #expect(
      line().text(width: 120)
        == "Epoch 2/5 ━━━━━━━━━━━━━━━───────────────  50%  loss 0.4213  accuracy 0.8812  61,000 samples/s  4 s left")
  }

  @Test(arguments: 0...130)
  func neverIsTooWide(width: Int) {
    for (batch, count) in [(0, 600), (1, 600), (300, 600), (600, 600), (700, 600), (0, nil), (123_456, nil)] {
      #expect(line(batch: batch, of: count).text(width: width).count <= width, "\(batch) of \(count ?? -1)")
    }
  }

  @Test func dropsTheLeastNeededFirst() {
    let widths = [(98, true, true, true), (80, false, true, true), (60, false, false, true), (30, false, false, false)]
    for (width, speed, metric, loss) in widths {
      let text = line().text(width: width)
      #expect(text.contains("samples/s") == speed, "\(text)")
      #expect(text.contains("accuracy") == metric, "\(text)")
      #expect(text.contains("loss") == loss, "\(text)")
      #expect(text.hasPrefix("Epoch 2/5 ") && text.contains("50%"), "\(text)")
    }
  }

  @Test func withoutATotalTheBatchesAreCounted() {
    let texts = [120, 60, 30, 10].map { line(batch: 1234, of: nil).text(width: $0) }
    #expect(
      texts == [
        "Epoch 2/5  1,234 batches  loss 0.4213  accuracy 0.8812  61,000 samples/s",
        "Epoch 2/5  1,234 batches  loss 0.4213  accuracy 0.8812", "Epoch 2/5  1,234 batches", "Epoch 2/5 ",
      ])
  }

  @Test(arguments: [(1e7, "1 s left"), (40, "53 s left"), (10, "3:30 left"), (0.1, "5:50:00 left")])
  func tellsTheTimeLeft(speed: Double, expected: String) {
    #expect(line(speed: speed).text(width: 200).hasSuffix("  " + expected))
  }

  @Test func unknownSpeedAndEmptySetsDoNotTrap() {
    #expect(!line(speed: 0).text(width: 120).contains("left"))
    var empty = line(speed: 1e-300)
    #expect(empty.text(width: 120).contains("left"))
    empty.batchCount = 0
    #expect(empty.text(width: 120).contains("100%"))
  }
}

@Suite struct ProgressReporterTests {
  private func run(_ display: ProgressDisplay, isTerminal: Bool) -> (text: [String], questions: Int) {
    let terminal = Recording(isTerminal: isTerminal)
    var reporter = ProgressReporter(display, epochs: 2, on: terminal)
    var questions = 0
    for epoch in 1...2 {
      reporter.begin()
      for batch in 1...100 {
        terminal.wait(0.01)
        let step = TrainingStep(
          epoch: epoch, batch: batch, batchCount: 100, sampleCount: 1, loss: 0.4, learningRate: 0.1)
        reporter.advance(by: step) {
          questions += 1
          return scores
        }
      }
      reporter.finish(
        .init(number: epoch, training: scores, validation: scores, learningRate: 0.1, seconds: 1, samplesPerSecond: 100)
      )
    }
    return (terminal.text, questions)
  }

  @Test func logsGetALineAnEpoch() {
    let expected = (1...2).map {
      "Epoch \($0)/2  loss 0.4213  accuracy 0.8812  validation loss 0.4213  validation accuracy 0.8812  1.0 s  "
        + "100 samples/s\n"
    }
    for (display, isTerminal) in [(ProgressDisplay.automatic, false), (.lines, false), (.lines, true)] {
      let (text, questions) = run(display, isTerminal: isTerminal)
      #expect(text == expected)
      #expect(questions == 0)
    }
  }

  @Test func silenceIsSilent() { #expect(run(.silent, isTerminal: true).text.isEmpty) }

  @Test func terminalsGetABarTenTimesASecond() {
    let (text, questions) = run(.automatic, isTerminal: true)
    #expect((16...20).contains(questions))
    #expect(text.count == questions + 2)
    // Each drawing but an epoch's first replaces the line above, and all leave the cursor at the start of a line.
    #expect(text.allSatisfy { $0.hasSuffix("\n") && $0.count { $0 == "\n" } == 1 })
    let up = "\u{1B}[1A\r\u{1B}[K"
    #expect(text.count { !$0.hasPrefix(up) } == 2)
    #expect(text.count { $0.hasPrefix(up + "Epoch") && $0.contains("validation") } == 2)
    #expect(text.allSatisfy { !$0.contains("\u{1B}[?") })
  }
}
