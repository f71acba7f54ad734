import ArgumentParser
import DescentProgram
import Foundation

/// Where a command's program comes from: the argument itself, a file, or standard input.
struct ProgramInput: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The program itself, the name of a file that holds it, or - for standard input.", valueName: "program"))
  var program: String?

  /// More than this is no program that a person wrote.
  private static let largestByteCount = 1 << 20

  /// The program's text.
  func text() throws -> String {
    guard let program else {
      guard isatty(STDIN_FILENO) == 0 else {
        throw ValidationError("there is no program: give it as an argument, name a file, or pipe it in")
      }
      return try ProgramInput.read(.standardInput, "standard input")
    }
    if program == "-" { return try ProgramInput.read(.standardInput, "standard input") }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: program, isDirectory: &isFolder) {
      guard !isFolder.boolValue, let file = FileHandle(forReadingAtPath: program) else {
        throw CommandError("\(program): \(isFolder.boolValue ? "is a folder" : "can't be read")")
      }
      return try ProgramInput.read(file, program)
    }
    if ProgramInput.looksLikeFile(program) { throw CommandError("\(program): there is no such file") }
    return program
  }

  private static func read(_ file: FileHandle, _ name: String) throws -> String {
    let data: Data
    do { data = try file.read(upToCount: largestByteCount + 1) ?? Data() } catch {
      throw CommandError("\(name): can't be read")
    }
    guard data.count <= largestByteCount else { throw CommandError("\(name): is larger than a megabyte") }
    guard let text = String(data: data, encoding: .utf8) else { throw CommandError("\(name): is not UTF-8 text") }
    return text
  }

  /// Whether a text is more likely the name of a file that is missing than a program.
  private static func looksLikeFile(_ text: String) -> Bool {
    !text.contains { $0.isWhitespace || "=;()[]{}*+^".contains($0) }
      && [".txt", ".py", ".program", ".md", ".tex"].contains { text.lowercased().hasSuffix($0) }
  }
}

/// Where a command's result goes.
struct ResultOutput: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var output: String?

  /// Whether the text goes to a terminal that shows colours.
  var isColored: Bool { output == nil && ResultOutput.showsColors }

  /// Whether standard output is a terminal that shows colours.
  static var showsColors: Bool {
    isatty(STDOUT_FILENO) != 0 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
  }

  /// Writes the result; a file is replaced as a whole or not at all.
  func write(_ text: String) throws {
    guard let output else { return print(text) }
    try ResultOutput.write(text, to: output)
  }

  /// Writes a text as a file, as a whole or not at all.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data((text.hasSuffix("\n") ? text : text + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandError("\(path): can't be written")
    }
  }
}

/// A list of names with commas.
func names(in text: String) -> [String] {
  text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
}

/// A mistake in a program with the line that it is in and a mark under the place; other errors as they are.
func explained(_ error: any Error) -> any Error {
  guard let mistake = error as? ProgramError else { return error }
  FileHandle.standardError.write(Data((mistake.excerpt + "\n").utf8))
  return CommandError(mistake.description)
}
