import Foundation
import Testing

@Suite struct DescendTests {
  private static let lecture =
    "w = [[1,-2],[2,1]]; b = [[0],[-1]]; x = [[1],[2]]; y = w @ x + b; f = sum(y**2)"

  @Test func theForms() throws {
    let arguments = ["descend", Self.lecture, "--wrt", "w,b", "--rate", "0.02", "--steps", "50"]
    let text = try Command(arguments)
    #expect(text.status == 0 && text.errors.isEmpty && text.output.hasPrefix("Gradient descent on f\n"))
    let json = try Command(arguments + ["--format", "json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    #expect(json.status == 0 && object is [String: Any])
    let scratch = try Scratch()
    let file = scratch.folder.appendingPathComponent("descent.svg").path
    let svg = try Command(arguments + ["--format", "svg", "--parameters", "w[0,0],b[1,0]", "-o", file])
    #expect(svg.status == 0 && svg.output.isEmpty && svg.errors.isEmpty)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("<svg "))
  }

  /// What was computed is written before the status tells that the numbers were left.
  @Test func divergenceHasAStatus() throws {
    let arguments = ["descend", Self.lecture, "--wrt", "w,b", "--rate", "1", "--steps", "500"]
    let complaint = "f is infinite at step 148: the steps are too large; try a smaller rate, such as 0.1."
    let text = try Command(arguments)
    #expect(text.status == 1 && text.errors.isEmpty && text.output.hasSuffix(complaint + "\n"))
    let json = try Command(arguments + ["--format", "json"])
    #expect(json.status == 1 && json.errors == "descent: \(complaint)\n" && json.output.hasPrefix("{"))
  }

  private static let refusals: [(arguments: [String], complaint: String)] = [
    (["--wrt", "y", "--rate", "1"], "descend: 'y' is computed; only given values can move"),
    (["--wrt", "w", "--rate", "0"], "descend: the rate must be a finite number other than 0, not 0.0"),
    (["--wrt", "w", "--rate", "-1", "--steps", "0"], "descend: the number of steps must be 1 to 100000, not 0"),
    (["--wrt", "w", "--rate", "1", "--parameters", "w[0,0],w[0,1]"], "--parameters is for --format svg"),
    (["--wrt", " ,", "--rate", "1"], "--wrt needs names of values, not ' ,'"),
    (
      ["--wrt", "w", "--rate", "1", "--of", "y"],
      "descend: 'y' has shape [2, 1] and type float64; descent needs one floating-point number: reduce it first, for "
        + "example with sum or mean"
    ),
  ]

  @Test func refusals() throws {
    for (arguments, complaint) in Self.refusals { try expectRefusal(arguments, complaint) }
  }

  private func expectRefusal(_ arguments: [String], _ complaint: String) throws {
    let shown = try Command(["descend", Self.lecture] + arguments)
    #expect(
      shown.status != 0 && shown.output.isEmpty && shown.errors.hasPrefix("descent: \(complaint)"), "\(shown.errors)")
  }
}
