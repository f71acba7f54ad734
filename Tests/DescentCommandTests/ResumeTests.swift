import Foundation
import TestSupport
import Testing

/// Trainings that are killed, interrupted, or run out of room, and what becomes of their checkpoints.
@Suite(.serialized) struct ResumeTests {
  private let scratch: Scratch
  private let data: String

  init() throws {
    scratch = try Scratch()
    var random = SplitMix64(seed: 3)
    let rows = (0..<300).map { row in
      let noise = (0..<4).map { _ in Double(random.next() % 1000) / 1000 }
      return "\(noise[0] + Double(row % 3)),\(noise[1]),\(noise[2] - Double(row % 2)),\(noise[3]),\(row % 3)"
    }
    data = try scratch.file("table.csv", "a,b,c,d,class\n" + rows.joined(separator: "\n") + "\n")
  }

  private func path(_ name: String) -> String { scratch.folder.appendingPathComponent(name).path }

  private func arguments(epochs: Int = 40, checkpoint: String, save: String, every steps: Int = 5) -> [String] {
    [
      "train", "--data", data, "--hidden", "24,24", "--epochs", "\(epochs)", "--batch-size", "16", "--seed", "7",
      "--checkpoint", path(checkpoint), "--checkpoint-every", "\(steps)", "--resume", "--save", path(save),
    ]
  }

  /// A run that is still going on.
  private func started(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

  /// What the command says after the table of epochs, in which seconds differ.
  private func conclusion(_ run: Command) -> Substring? {
    run.output.range(of: "Test accuracy").map { run.output[$0.lowerBound...] }
  }

  @Test func trainingsKilledAtFiftyMomentsEndWithTheSameBits() throws {
    let start = ContinuousClock.now
    let whole = try Command(arguments(epochs: 20, checkpoint: "whole.checkpoint", save: "whole.safetensors", every: 2))
    let duration = (ContinuousClock.now - start) / .microseconds(1)
    #expect(whole.status == 0, "\(whole.errors)")
    let seed = UInt64(Date().timeIntervalSince1970)
    var random = SplitMix64(seed: seed)
    let killed = arguments(epochs: 20, checkpoint: "killed.checkpoint", save: "killed.safetensors", every: 2)
    var (kills, ends) = (0, 0)
    while kills < 50 || ends == 0 {
      let process = try started(killed)
      // Now and then a run gets to its end, and the next one begins anew.
      if kills < 50 { usleep(UInt32(random.next() % max(1, UInt64(duration)))) }
      if kills < 50, process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        kills += process.terminationReason == .uncaughtSignal ? 1 : 0
        continue
      }
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "after \(kills) kills, seed \(seed)")
      #expect(try bytes("killed.safetensors") == bytes("whole.safetensors"), "after \(kills) kills, seed \(seed)")
      if kills < 50 { try FileManager.default.removeItem(atPath: path("killed.checkpoint")) }
      ends += 1
    }
    let last = try Command(killed)
    #expect(conclusion(last) == conclusion(whole), "seed \(seed)")
  }

  @Test func interruptedTrainingsEndInGoodOrder() throws {
    let process = try started(arguments(epochs: 4000, checkpoint: "a.checkpoint", save: "none"))
    while process.isRunning, !FileManager.default.fileExists(atPath: path("a.checkpoint")) { usleep(5_000) }
    process.interrupt()
    process.waitUntilExit()
    // In order: an exit of its own with a complaint, not by the signal.
    #expect(process.terminationReason == .exit && process.terminationStatus == 1)
    #expect(try Command(arguments(epochs: 20, checkpoint: "a.checkpoint", save: "a.safetensors")).status == 0)
    try compareWithOneTraining("a.safetensors")
  }

  @Test func moreEpochsGoOnWhereTheTrainingEnded() throws {
    let few = try Command(arguments(epochs: 9, checkpoint: "b.checkpoint", save: "b.safetensors", every: 1000))
    let more = try Command(arguments(epochs: 20, checkpoint: "b.checkpoint", save: "b.safetensors", every: 1000))
    #expect(few.status == 0 && more.status == 0, "\(few.errors) \(more.errors)")
    try compareWithOneTraining("b.safetensors")
  }

  private func compareWithOneTraining(_ name: String) throws {
    let straight = try Command(arguments(epochs: 20, checkpoint: "one.checkpoint", save: "one.safetensors"))
    #expect(straight.status == 0, "\(straight.errors)")
    #expect(try bytes(name) == bytes("one.safetensors"))
  }

  /// Whether this process may mount a file system of its own.
  private static let canMount: Bool = {
    let probe = Process()
    probe.executableURL = URL(fileURLWithPath: "/bin/sh")
    probe.arguments = ["-c", "exec unshare -m mount -t tmpfs -o size=64k tmpfs /tmp 2> /dev/null"]
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }()

  /// A file system of 256 kB of which 8 kB are left when the second training begins, in a name space that ends with the
  /// shell.
  @Test(.enabled(if: canMount, "mounting needs the rights of root"))
  func onAFullFileSystemTheOldCheckpointStays() throws {
    let disk = path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let script = """
      mount -t tmpfs -o size=256k tmpfs "$1" || exit 99
      disk=$1 kept=$2; shift 2
      "$@" --epochs 1 > "$kept/first" 2>&1 || exit 98
      cp "$disk/a.checkpoint" "$kept/before"
      head -c 1000000 /dev/zero > "$disk/filling" 2> "$kept/full"
      truncate -s -8k "$disk/filling"
      "$@" --epochs 3 > /dev/null 2> "$kept/errors"; echo $? > "$kept/status"
      cp "$disk/a.checkpoint" "$kept/after"
      ls -A "$disk" > "$kept/names"
      rm "$disk/filling"
      "$@" --epochs 3 > /dev/null 2> "$kept/more" || exit 97
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      ["-c", "exec unshare -m sh -c \"$@\"", "sh", script, "sh", disk, scratch.folder.path, Command.executable.path]
      + arguments(checkpoint: "disk/a.checkpoint", save: "a.safetensors", every: 1000).filter {
        !["--epochs", "40"].contains($0)
      }
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "the shell's status")
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
    let errors = try text("errors").split(separator: "\n").filter { !$0.hasPrefix("Epoch ") }
    #expect(
      errors.count == 1 && errors[0].contains("a.checkpoint: can't be written: no space left on device"), "\(errors)")
    #expect(try text("status") == "1\n" && bytes("after") == bytes("before"))
    #expect(try text("names") == "a.checkpoint\nfilling\n", "nothing half written is left")
  }

  @Test func pastALimitOnTheSizeOfFilesTheOldCheckpointStays() throws {
    let first = try Command(arguments(epochs: 1, checkpoint: "a.checkpoint", save: "a.safetensors", every: 1000))
    #expect(first.status == 0, "\(first.errors)")
    let before = try bytes("a.checkpoint")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let words = [Command.executable.path] + arguments(epochs: 3, checkpoint: "a.checkpoint", save: "b.safetensors")
    // Files may grow to one block only, and to reach the limit is an error rather than a signal.
    process.arguments = ["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"] + words
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus > 0)
    #expect(text.contains("a.checkpoint: can't be written: file too large"), "\(text)")
    #expect(try bytes("a.checkpoint") == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).allSatisfy { !$0.hasSuffix("partial") })
  }

  @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
    let arguments = arguments(epochs: 1, checkpoint: "a.checkpoint", save: "a.safetensors")
    #expect(try Command(arguments).status == 0)
    for (option, value, words) in [
      ("--seed", "8", "seed 7 instead of 8"), ("--batch-size", "8", "batch size 16 instead of 8"),
      ("--hidden", "9", "'0.weight' is float32 [4, 24] instead of float32 [4, 9]"),
    ] {
      var changed = arguments
      changed[(changed.firstIndex(of: option) ?? 0) + 1] = value
      let run = try Command(changed)
      #expect(run.status > 0 && run.errors.contains(words), "\(run.errors)")
    }
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: path("a.checkpoint")))
    let run = try Command(arguments)
    #expect(run.status > 0 && run.errors.contains("a.checkpoint"), "\(run.errors)")
    let lonely = try Command(["train", "--data", data, "--resume"])
    #expect(lonely.errors.contains("--resume and --checkpoint-every need --checkpoint"), "\(lonely.errors)")
  }
}
