import Foundation

/// How a training shows its progress on standard error.
public enum ProgressDisplay: Sendable {
  /// A bar on a terminal, a line for each epoch elsewhere.
  case automatic
  /// A bar that is redrawn ten times a second.
  case bar
  /// A line for each epoch.
  case lines
  /// Nothing.
  case silent
}

/// Writes a training's progress as it goes.
///
/// The bar changes no setting of the terminal and leaves the cursor at the start of the line below itself: a training
/// that is interrupted leaves everything in order without catching a signal.
struct ProgressReporter {
  private enum Style { case bar, lines, silent }

  private let style: Style
  private let epochs: Int
  private let terminal: any ProgressTerminal
  /// What was done since the epoch began or was taken up again.
  private var (batches, samples) = (0, 0)
  private var epochStart = 0.0
  private var lastDrawing: Double?

  private static let secondsBetweenDrawings = 0.1
  private static let lineAbove = "\u{1B}[1A\r\u{1B}[K"

  init(_ display: ProgressDisplay, epochs: Int, on terminal: any ProgressTerminal = StandardError()) {
    (self.epochs, self.terminal) = (epochs, terminal)
    style =
      switch display {
      case .automatic: terminal.isTerminal ? .bar : .lines
      case .bar: .bar
      case .lines: .lines
      case .silent: .silent
      }
  }

  /// An epoch begins, or is taken up again.
  mutating func begin() { (batches, samples, epochStart, lastDrawing) = (0, 0, terminal.seconds, nil) }

  /// Counts a step as done and redraws the bar if it is time to; `scores` is asked for only then.
  mutating func advance(by step: TrainingStep, scores: () -> Scores) {
    (batches, samples) = (batches + 1, samples + step.sampleCount)
    guard style == .bar else { return }
    let now = terminal.seconds
    if now - (lastDrawing ?? epochStart) < Self.secondsBetweenDrawings { return }
    let seconds = now - epochStart
    let line = ProgressLine(
      epoch: step.epoch, epochs: epochs, batch: step.batch, batchCount: step.batchCount, scores: scores(),
      samplesPerSecond: Double(samples) / seconds, batchesPerSecond: Double(batches) / seconds)
    terminal.write(erasing + line.text(width: terminal.width - 1) + "\n")
    lastDrawing = now
  }

  /// Replaces the bar by the epoch's line.
  mutating func finish(_ epoch: History.Epoch) {
    if style == .silent { return }
    terminal.write(erasing + epoch.line(of: epochs) + "\n")
    lastDrawing = nil
  }

  /// What removes the bar, if one stands there.
  private var erasing: String { lastDrawing == nil ? "" : Self.lineAbove }
}

/// Where progress is written, and the time.
protocol ProgressTerminal: Sendable {
  var isTerminal: Bool { get }
  var width: Int { get }
  /// Seconds since some moment; never goes back.
  var seconds: Double { get }
  func write(_ text: String)
}

/// The process's standard error.
struct StandardError: ProgressTerminal {
  private let start = ContinuousClock.now

  var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  var width: Int {
    var size = winsize()
    let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return known ? Int(size.ws_col) : 80
  }

  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  // Progress that can't be written is no reason to end the training.
  func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
