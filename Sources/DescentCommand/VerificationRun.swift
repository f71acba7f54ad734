import Descent
import DescentReference
import Foundation

/// A group's manifest as far as it can be read, and those of its cases that are to be checked.
struct CaseGroup {
  let path: String
  private let manifest: Result<ReferenceManifest, DataError>
  let entries: [ReferenceManifest.Entry]
  /// What is wrong with cases that have no name or operation.
  let faults: [DataError]
  /// The names of the group, its cases and their operations.
  let names: [String]

  init(path: String, _ selection: CaseSelection) {
    self.path = path
    manifest = Result { () throws(DataError) in try ReferenceManifest(contentsOfFile: path) }
    var (entries, faults, names) = ([ReferenceManifest.Entry](), [DataError](), [String]())
    if case .success(let manifest) = manifest {
      names.append(manifest.group)
      for result in manifest.entries {
        switch result {
        case .success(let entry):
          names += [entry.name, entry.operation]
          if selection.includes(entry, of: manifest.group) { entries.append(entry) }
        case .failure(let error): if selection.includes(group: manifest.group) { faults.append(error) }
        }
      }
    }
    (self.entries, self.faults, self.names) = (entries, faults, names)
  }

  /// What makes the whole group unreadable.
  var error: DataError? { if case .failure(let error) = manifest { error } else { nil } }

  var name: String { names.first ?? path }

  /// Whether there is nothing to check and nothing to complain about.
  var isEmpty: Bool { entries.isEmpty && faults.isEmpty }

  /// The manifest with the group's numbers.
  func load() throws(DataError) -> (manifest: ReferenceManifest, numbers: SafetensorsFile) {
    let manifest = try manifest.get()
    return (manifest, try manifest.numbers())
  }
}

/// Checks groups of cases, prints what is wrong and counts.
struct VerificationRun {
  private let isVerbose: Bool
  private var progress: VerificationProgress
  private var (passed, failed, unsupported) = (0, 0, 0)

  init(caseCount: Int, isVerbose: Bool) {
    self.isVerbose = isVerbose
    progress = VerificationProgress(caseCount: caseCount)
  }

  /// The last line of the output.
  var summary: String { "\(passed) passed, \(failed) failed, \(unsupported) unsupported" }

  /// Whether every case passed.
  var isClean: Bool { failed == 0 && unsupported == 0 }

  mutating func check(_ group: CaseGroup) {
    for fault in group.faults { fail("\(fault)") }
    if group.isEmpty, group.error == nil { return }
    do {
      let (manifest, numbers) = try group.load()
      for entry in group.entries {
        progress.show(manifest.group)
        check(entry, of: manifest, numbers)
        progress.advance()
      }
    } catch { fail("\(error)") }
    progress.clear()
  }

  private mutating func check(
    _ entry: ReferenceManifest.Entry, of manifest: ReferenceManifest, _ numbers: SafetensorsFile
  ) {
    let title = "\(manifest.group)/\(entry.name) (\(entry.operation))"
    do {
      switch try manifest.reference(entry, numbers).verdict() {
      case .passed:
        passed += 1
        if isVerbose { say("pass \(title)") }
      case .failed(let faults): fail("\(title): \(description(of: faults))")
      case .unsupported(let reason): leaveOut("\(title): \(reason)")
      }
    } catch  where error.kind == .unsupported {
      leaveOut("\(title): \(error)")
    } catch { fail("\(title): \(error)") }
  }

  /// The first fault in full, and what else differs; each in full if wanted.
  private func description(of faults: [ReferenceFault]) -> String {
    guard let first = faults.first, !isVerbose else { return faults.map(\.description).joined(separator: "; ") }
    let rest = faults.dropFirst().map { "\($0.what), \($0.type)" }
    return "\(first)" + (rest.isEmpty ? "" : "; also \(rest.joined(separator: "; "))")
  }

  private mutating func fail(_ text: String) {
    failed += 1
    say("FAIL \(text)")
  }

  private mutating func leaveOut(_ text: String) {
    unsupported += 1
    say("UNSUPPORTED \(text)")
  }

  private mutating func say(_ text: String) {
    progress.clear()
    print(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
}

/// How many cases are done, on the last line of a terminal; nothing where standard error is none.
private struct VerificationProgress {
  let caseCount: Int
  private var done = 0
  private let line = ProgressLine(every: .milliseconds(200), after: .milliseconds(200))

  init(caseCount: Int) { self.caseCount = caseCount }

  /// Draws the line, unless it was drawn a moment ago.
  func show(_ group: String) { line.show("\(done)/\(caseCount) cases, \(group.prefix(40))") }

  mutating func advance() { done += 1 }

  func clear() { line.clear() }
}
