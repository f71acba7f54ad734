import Foundation

/// A line at the bottom of a terminal that says how far a command has come; nothing where standard error is none.
final class ProgressLine {
  private let interval: Duration
  private var nextDrawing: ContinuousClock.Instant
  private var isShown = false
  private let isTerminal = isatty(STDERR_FILENO) == 1

  /// A line that is drawn anew after an interval, for the first time after a delay.
  init(every interval: Duration, after delay: Duration) {
    self.interval = interval
    nextDrawing = ContinuousClock.now + delay
  }

  /// Draws the line, unless it was drawn a moment ago.
  func show(_ text: String) {
    guard isTerminal, ContinuousClock.now > nextDrawing else { return }
    write("\r\u{1B}[K\(text)")
    (isShown, nextDrawing) = (true, ContinuousClock.now + interval)
  }

  /// Takes the line away.
  func clear() {
    if isShown { write("\r\u{1B}[K") }
    isShown = false
  }

  // Progress that can't be written is no reason to stop.
  private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
