import ArgumentParser
import Descent
import DescentReference
import Foundation

/// `descent verify`: values and derivatives against cases that other programs computed.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check values and derivatives against reference cases computed by other programs.",
    discussion: """
      A folder of cases holds GROUP.json, a manifest of the format gradient-cases/1, beside GROUP.safetensors with the \
      numbers. Each case is an operation with its parameters and inputs, and what its outputs, gradients, second \
      gradients, tangents, jacobians and hessians must be. It is computed in float64 and, where its manifest says so, in \
      float32.

        descent verify cases/
        descent verify cases/ --only softmax
        descent verify cases/ --only normalization/layer_norm-01 --verbose
        descent verify cases/ --list

      The error of a result is max |computed − expected| / max(max |expected|, 0.001). In float64 it may be as large as \
      the case's tolerance; in float32, 1e-4 for values and first derivatives and 1e-3 for second ones.

      A line is printed for each case that fails or is not supported, then 'N passed, N failed, N unsupported'. A group \
      that can't be read is one failure. The status is 0 only if every case passed.
      """)

  @Argument(help: ArgumentHelp("The folder with the cases.", valueName: "folder"))
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Only the cases of this group or operation, or of this name; a list has commas.", valueName: "names"))
  var only: String?

  @Flag(help: "Print the cases instead of checking them.")
  var list = false

  @Flag(name: .shortAndLong, help: "Print a line for each case that passes too, and every result that differs.")
  var verbose = false

  func validate() throws {
    guard only.map({ !CaseSelection($0).isEmpty }) ?? true else {
      throw ValidationError("--only needs names of groups, cases or operations, not '\(only ?? "")'")
    }
  }

  func run() throws {
    let paths = try ReferenceManifest.paths(inFolder: folder)
    let selection = CaseSelection(only ?? "")
    let groups = paths.map { CaseGroup(path: $0, selection) }
    if let only, groups.allSatisfy({ $0.isEmpty }) {
      let names = groups.flatMap(\.names)
      let meant = NameSuggestion.closest(to: only, among: Set(names).sorted())
      throw ValidationError(
        "no case has the name, group or operation '\(only)'" + (meant.map { "; did you mean '\($0)'?" } ?? ""))
    }
    if list { return try printList(groups) }
    var run = VerificationRun(caseCount: groups.reduce(0) { $0 + $1.entries.count }, isVerbose: verbose)
    for group in groups { run.check(group) }
    print(run.summary)
    guard run.isClean else { throw ExitCode.failure }
  }

  private func printList(_ groups: [CaseGroup]) throws {
    var isWhole = true
    for group in groups {
      if let error = group.error {
        (isWhole, _) = (false, print("FAIL \(error)"))
      }
      for entry in group.entries {
        let support = ReferenceSpelling.all[entry.operation] == nil ? "  (unsupported)" : ""
        print("\(group.name)/\(entry.name)  \(entry.operation)\(support)")
      }
    }
    guard isWhole else { throw ExitCode.failure }
  }
}

/// What `--only` chooses.
struct CaseSelection {
  private let names: [String]

  init(_ text: String) {
    names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// Whether nothing is named, which chooses everything.
  var isEmpty: Bool { names.isEmpty }

  func includes(group: String) -> Bool { isEmpty || names.contains(group) }

  func includes(_ entry: ReferenceManifest.Entry, of group: String) -> Bool {
    let choices = [group, entry.name, entry.operation, "\(group)/\(entry.name)", "\(group)/\(entry.operation)"]
    return isEmpty || choices.contains(where: names.contains)
  }
}
