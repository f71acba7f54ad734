import Testing

@Suite struct OperationsTests {
  @Test func oneOperationInBothModes() throws {
    let shown = try Command(["operations", "sin"])
    #expect(shown.status == 0)
    for line in ["value               y = sin x", "x\u{304} = y\u{304}·cos x", "y\u{307} = x\u{307}·cos x"] {
      #expect(shown.output.contains(line), "\(shown.output)")
    }
  }

  @Test func theWholeTable() throws {
    let table = try Command(["operations"])
    #expect(table.status == 0)
    #expect(table.output.hasPrefix("# Operations\n") && table.output.hasSuffix(" |\n"))
  }

  @Test func anUnknownOperationIsAnError() throws {
    let shown = try Command(["operations", "sine"])
    #expect(shown.status != 0)
    #expect(shown.errors == "descent: there is no operation 'sine'; 'descent operations' lists them all\n")
  }
}
