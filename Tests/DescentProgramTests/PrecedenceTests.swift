import TestSupport
import Testing

@testable import DescentProgram

@Suite struct PrecedenceTests {
  /// Formulas and the values that Python gives for them; True is 1.
  private static let formulas: [(formula: String, value: Double)] = [
    ("2+3*4", 14), ("2*3+4", 10), ("2-3-4", -5), ("2-(3-4)", 3), ("2/4/8", 0.0625), ("2/4*8", 4), ("2*4/8", 1),
    ("7//2", 3), ("-7//2", -4), ("7//-2", -4), ("-7//-2", 3), ("7%3", 1), ("-7%3", 2), ("7%-3", -2), ("-7%-3", -1),
    ("7.5%2", 1.5), ("-7.5%2", 0.5), ("7//2*2", 6), ("7%4*2", 6), ("2*7%4", 2), ("-2**2", -4), ("(-2)**2", 4),
    ("2**-1", 0.5), ("2**-2**2", 0.0625), ("2**3**2", 512), ("(2**3)**2", 64), ("-2**-2", -0.25), ("--2", 2),
    ("-+-2", 2), ("2--2", 4), ("2*-3", -6), ("2**2*3", 12), ("3*2**2", 12), ("-3**2*2", -18), ("1-2**2", -3),
    ("2**0.5", 1.4142135623730951), ("10-4*2//3", 8), ("1+2*3-4/8%3", 6.5), ("-(-3)**3", 27), ("2*(3+4)*5", 70),
    ("1e2*1.5e-1", 15), ("1_000/8", 125), (".5+1.", 1.5), ("1/3", 0.3333333333333333), ("1<2", 1), ("2<1", 0),
    ("1+1==2", 1), ("2*3!=6", 0), ("-1>=-1", 1), ("1-1<=0", 1), ("9//4**0.5", 4), ("17%5**2//2", 8), ("1 // 0.1", 9),
    ("-1 % 0.3", 0.19999999999999996), ("5.5//-0.7", -8), ("2**10%1000", 24), ("3-2+1", 2), ("100/10*2/5", 4),
    ("2+3<4+5", 1), ("-5//3+1", -1), ("6/-3*-2", 4), ("(1+2)*(3-4)/(5+6)", -0.2727272727272727),
  ]

  @Test func numbersAreAsInPython() {
    withEvery("formula", in: Self.formulas) { formula, value in
      let run = try ProgramRun(Program(parsing: formula))
      expectClose([run.result.scalar], [value], .relative(1e-15, floor: 1))
    }
  }

  /// The same formulas of tensors: every number is an assigned name.
  @Test func tensorsAreAsInPython() {
    withEvery("formula", in: Self.formulas) { formula, value in
      var (text, assignments, number) = ("", "", "")
      func flush() {
        if !number.isEmpty {
          let name = "n\(assignments.count(where: { $0 == ";" }))"
          assignments += "\(name) = \(number); "
          text += name
        }
        number = ""
      }
      var previous: Character = " "
      for character in formula {
        let isExponentSign = character == "-" && previous == "e"
        if character.isNumber || character == "." || character == "_" || character == "e" || isExponentSign {
          number.append(character)
        } else {
          flush()
          text.append(character)
        }
        previous = character
      }
      flush()
      let run = try ProgramRun(Program(parsing: assignments + text))
      expectClose([run.result.scalar], [value], .relative(1e-14, floor: 1))
    }
  }
}
