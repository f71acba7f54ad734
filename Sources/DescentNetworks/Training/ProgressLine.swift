import Foundation

/// How far a training is, as one line of text.
///
/// ```
/// Epoch 2/5 ━━━━━━━━━━──────────  50%  loss 0.1234  accuracy 0.9567  61,000 samples/s  3 s left
/// ```
public struct ProgressLine: Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// How many epochs there will be.
  public var epochs: Int
  /// How many batches of this epoch are done.
  public var batch: Int
  /// How many batches an epoch has; nil if that is not known, and the line then counts them.
  public var batchCount: Int?
  /// The means so far.
  public var scores: Scores
  /// How many samples a second are trained on.
  public var samplesPerSecond: Double
  /// How many batches a second are trained on.
  public var batchesPerSecond: Double

  /// The line, with a bar as long as there is room for; at most `width` characters.
  ///
  /// What does not fit is left out, the least needed first: the speed, the metrics, the bar.
  public func text(width: Int) -> String {
    let place = "Epoch \(epoch)/\(epochs)"
    let fraction = fraction
    let portion = fraction.map { String(format: "%3d%%", Int(100 * $0)) } ?? "\(grouped(Double(batch))) batches"
    let remaining = secondsLeft.map { "\(duration($0)) left" } ?? ""
    let speed = "\(grouped(samplesPerSecond)) samples/s"
    let loss = "loss \(fourDecimals(scores.loss))"
    let rows = [
      [portion, scores.description, speed, remaining], [portion, scores.description, remaining],
      [portion, loss, remaining], [portion, loss], [portion],
    ].map { $0.filter { !$0.isEmpty }.joined(separator: "  ") }
    let shortestBar = 10
    for row in rows {
      let room = width - place.count - row.count - 2
      guard let fraction else {
        if room >= 0 { return "\(place)  \(row)" }
        continue
      }
      if room >= shortestBar { return "\(place) \(bar(fraction, length: min(room, 30))) \(row)" }
    }
    return String("\(place) \(portion)".prefix(max(width, 0)))
  }

  private var fraction: Double? {
    batchCount.map { $0 > 0 ? min(max(Double(batch) / Double($0), 0), 1) : 1 }
  }

  /// The time that the rest of all epochs takes at this speed; validation is not foreseen.
  private var secondsLeft: Double? {
    guard let batchCount, batchesPerSecond > 0 else { return nil }
    return ((Double(epochs) - Double(epoch) + 1) * Double(batchCount) - Double(batch)) / batchesPerSecond
  }

  private func bar(_ fraction: Double, length: Int) -> String {
    let done = Int(Double(length) * fraction)
    return String(repeating: "━", count: done) + String(repeating: "─", count: length - done)
  }

  private func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds.rounded(.up), 0), 1e9))
    if whole < 60 { return "\(whole) s" }
    let clock = String(format: "%d:%02d", whole / 60 % 60, whole % 60)
    return whole < 3600 ? clock : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}

extension History.Epoch {
  /// The epoch as one line without a bar, for logs.
  func line(of epochs: Int) -> String {
    var parts = ["Epoch \(number)/\(epochs)", training.description]
    if let validation { parts.append(validation.description(prefix: "validation ")) }
    parts += [String(format: "%.1f s", seconds), "\(grouped(samplesPerSecond)) samples/s"]
    return parts.joined(separator: "  ")
  }
}
