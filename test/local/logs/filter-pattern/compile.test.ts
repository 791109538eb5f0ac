// Filter patterns, by the examples of AWS's page on their syntax and beyond.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { compileFilterPattern } from "../../../../local/logs/filter-pattern/compile.ts";
import { ServiceError } from "../../../../local/service-error.ts";

function find(pattern: string, messages: readonly string[]): string[] {
  return messages.filter(compileFilterPattern(pattern));
}

const bad = "[ERROR 400] BAD REQUEST";
const unauthorized = "[ERROR 401] UNAUTHORIZED REQUEST";
const missing = "[ERROR 419] MISSING ARGUMENTS";
const info = "[INFO] REQUEST FAILED";
const lines = [bad, unauthorized, missing, info];

describe("terms", () => {
  const cases: readonly [string, readonly string[]][] = [
    ["", lines],
    ["  ", lines],
    ['" "', lines],
    ['""', lines],
    ["ERROR", [bad, unauthorized, missing]],
    ["error", []],
    ["ERROR ARGUMENTS", [missing]],
    ["?MISSING ?FAILED", [missing, info]],
    ["?MISSING ?FAILED REQUEST", [bad, unauthorized, info]],
    ['"BAD REQUEST"', [bad]],
    ["ERROR -ARGUMENTS", [bad, unauthorized]],
    ['-"BAD REQUEST" -ARGUMENTS', [unauthorized, info]],
    ['"ERROR 4" -%40[01]%', [missing]],
    ["AUTHORIZED", [unauthorized]],
  ];
  for (const [pattern, expected] of cases) {
    test(`${JSON.stringify(pattern)}`, () => assert.deepEqual(find(pattern, lines), expected));
  }

  test("a quote inside of a phrase is escaped", () => {
    assert.deepEqual(find('"say \\"hi\\" \\\\o"', ['say "hi" \\o', "say hi"]), ['say "hi" \\o']);
  });

  test("words of any language need no quotes", () => {
    assert.deepEqual(find("größe_1", ["die größe_1", "x"]), ["die größe_1"]);
  });
});

describe("regular expressions", () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ["%^[hc]at%", ["hat", "cats"], ["bat", "the cat"]],
    ["%[hc]at$%", ["the hat"], ["hats"]],
    ["%colou?r%", ["color", "colour"], ["colouur"]],
    ["%^a{3,5}$%", ["aaa", "aaaaa"], ["aa", "aaaaaa"]],
    ["%^a{2}$%", ["aa"], ["a", "aaa"]],
    ["%^a{2,}b%", ["aab", "aaaaab"], ["ab"]],
    ["%^a{,2}b$%", ["b", "aab"], ["aaab"]],
    ["%^starting|^shutting down%", ["starting x", "shutting down"], ["now starting"]],
    ["%abcc|ab[^c]$%", ["abcc x", "x aba"], ["aac", "abax"]],
    ["%\\[.\\]%", ["a [7]", "[]]"], ["[]", "7"]],
    ["%10\\.10\\.0\\.1%", ["from 10.10.0.1"], ["10010,051"]],
    ["%^ab*c$%", ["ac", "abbbc"], ["abb"]],
    ["%^ab+c$%", ["abc", "abbc"], ["ac"]],
    ["%^\\d\\D\\w\\W\\s\\S$%", ["1a_- x"], ["a1_- x", "1a_-xx"]],
    ["%\\x28a\\x29%", ["(a)"], ["a"]],
    ["%[a-c_-]{3}%", ["x b-_"], ["bd-"]],
    ["%[^\\d]%", ["1a"], ["123"]],
    ["%100\\%%", ["100%"], ["100"]],
    ["%a|%", ["", "b"], []],
  ];
  for (const [pattern, yes, no] of cases) {
    test(pattern, () => assert.deepEqual(find(pattern, [...yes, ...no]), yes));
  }

  test("find what JavaScript's own find", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", "\\w");
    const count = fc.constantFrom("", "", "?", "*", "+", "{2}", "{1,3}", "{2,}");
    const part = fc.tuple(atom, count).map((pair) => pair.join(""));
    const branch = fc
      .tuple(
        fc.constantFrom("", "^"),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("", "$"),
      )
      .map(([start, parts, end]) => start + parts.join("") + end);
    const source = fc.array(branch, { minLength: 1, maxLength: 2 }).map((all) => all.join("|"));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1", " "), maxLength: 8 });
    fc.assert(
      fc.property(source, text, (regex, message) => {
        const expected = new RegExp(regex).test(message);
        assert.equal(compileFilterPattern(`%${regex}%`)(message), expected);
      }),
      { numRuns: 500 },
    );
  });

  test("take no more time for a text that makes others go back and forth", () => {
    const matches = compileFilterPattern("%a*a*a*a*a*a*a*a*b%");
    // Backtracking would need more steps than there are atoms; this needs a tenth of a second.
    assert.equal(matches("a".repeat(20_000)), false);
  });
});

describe("JSON", () => {
  const trail = {
    eventType: "UpdateTrail",
    sourceIPAddress: "111.111.111.111",
    arrayKey: ["value", "another value"],
    objectList: [
      { name: "a", id: 1 },
      { name: "b", id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    latency: 42.5,
    code: "404",
    "cluster.name": "c",
    user: { id: 1, email: "John.Stiles@example.com" },
    coordinates: [
      [0, 1, 2],
      [4, 5, 6],
    ],
  };
  const message = JSON.stringify(trail);
  const holds = [
    '{ $.eventType = "UpdateTrail" }',
    "{$.eventType=UpdateTrail}",
    '{ $.eventType = "Update*" }',
    '{ $.eventType = "*a*e*r*" }',
    "{ $.sourceIPAddress != 123.123.* }",
    '{ $.arrayKey[0] = "value" }',
    "{ $.eventType = %Trail% }",
    "{ $.arrayKey[*] = %val.{2}% }",
    "{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }",
    "{ $.['cluster.name'] = \"c\" }",
    '{ $["cluster.name"] = c }',
    "{ $.objectList[1].id = 2 }",
    "{ $.objectList[*].id > 1 }",
    "{ $.SomeObject IS NULL }",
    "{ $.ThisFlag IS TRUE }",
    "{ $.Other NOT EXISTS }",
    "{ $.objectList[2] NOT EXISTS }",
    "{ $.latency > 42 && $.latency < 43 }",
    "{ $.latency >= 42.5 }",
    "{ $.latency <= 4.25e+1 }",
    "{ $.latency = 42.50 }",
    "{ $.latency != 42 }",
    "{ $.code = 404 }",
    '{ $.code = "4*" }',
    "{ $.code >= 400 }",
    "{ $.Other != 1 }",
    "{ $.eventType = * }",
    '{ ($.user.id = 1) && ($.user.email = "John.Stiles@example.com") }',
    '{ $.user.id = 1 || $.coordinates[0][1] = "no" && $.coordinates[0][1] = "no" }',
    "{ $.coordinates[1][0] = 4 }",
    "{ ((($.user.id = 1))) }",
  ];
  const holdsNot = [
    '{ $.eventType = "updatetrail" }',
    "{ $.eventType != UpdateTrail }",
    '{ $.eventType = "Update" }',
    "{ $.sourceIPAddress != 111.111.* }",
    "{ $.eventType[0] = U }",
    "{ $.objectList.id = 1 }",
    "{ $.user = 1 }",
    "{ $.user != 1 }",
    "{ $.ThisFlag IS NULL }",
    "{ $.ThisFlag IS FALSE }",
    "{ $.Other IS NULL }",
    "{ $.SomeObject NOT EXISTS }",
    "{ $.SomeObject = * }",
    "{ $.eventType > 1 }",
    "{ $.Other = * }",
    "{ $.__proto__ = * }",
    "{ $.constructor.name = * }",
    '{ ($.user.id = 1 || $.code = "x") && $.code = "x" }',
  ];
  for (const pattern of holds)
    test(`${pattern} holds`, () => assert.equal(compileFilterPattern(pattern)(message), true));
  for (const pattern of holdsNot)
    test(`${pattern} does not`, () => assert.equal(compileFilterPattern(pattern)(message), false));

  test("a message that is no JSON object is never found", () => {
    const others = ["text", "{ text", '"$.a"', "[1]", "null", ""];
    assert.deepEqual(find("{ $.a NOT EXISTS }", others), []);
    assert.deepEqual(find("{ $.a NOT EXISTS }", [' {"b":1}\r']), [' {"b":1}\r']);
  });
});

describe("fields with spaces between", () => {
  const access =
    '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  const failed = "ERROR 09/25/2014 12:00:02 Failed to process request";
  const warning = "WARNING 09/25/2014 12:00:02 Invalid user request";
  const all = [access, failed, warning];
  const cases: readonly [string, readonly string[]][] = [
    [
      "[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
      [access],
    ],
    ["[..., request =*.html*, status_code = 4*, bytes]", [access]],
    ["[ip, ..., bytes > 1533]", [access]],
    ["[..., status_code = 404 || status_code = 410, bytes]", [access]],
    ["[..., (code >= 400 && code < 404), bytes]", []],
    ["[w1=ERROR, w2]", [failed]],
    ["[w1=ERROR || w1=WARNING, w2]", [failed, warning]],
    ["[w1!=ERROR && w1!=WARNING, w2]", [access]],
    ["[w1, w2, w3, rest = *process*]", [failed]],
    ["[a,b,c,d,e,f,g,h]", []],
    ["[]", all],
    ["[w1, , w3 = 12:00:02, w4]", [failed, warning]],
  ];
  for (const [pattern, expected] of cases) {
    test(pattern, () => assert.deepEqual(find(pattern, all), expected));
  }
});

describe("a pattern that is wrong says where, and what to write", () => {
  const cases: readonly [string, RegExp][] = [
    ["foo-bar", /at character 1.*Invalid character\(s\) in term 'foo-bar'.*"foo-bar"/],
    ["ok a.b", /at character 4, "a\.b"/],
    ["ERROR -", /a term is missing/],
    ['"open', /at character 1.*closing "/],
    ["%open", /closing %/],
    ["%%", /is empty/],
    ["%something!%", /at character 11, "!%": "!" is not supported/],
    ["%(a|b)%", /"\(" is not supported/],
    ["%größe%", /"ö" is not supported/],
    ["%[a%", /closing \]/],
    ["%[z-a]%", /lower to a higher/],
    ["%a{3,1}%", /ascending order/],
    ["%a{99999}%", /ascending order/],
    ["%a{x}%", /one or two numbers/],
    ["%a$b%", /\$ is allowed only at the end/],
    ["%a^b%", /"\^" is not supported/],
    ["%*a%", /"\*" is not supported/],
    ["%\\p%", /\\p is not supported/],
    [`%${"a{1000}".repeat(9)}%`, /too long/],
    ["{ $.a = 1", /is missing its closing \}/],
    ["{ $.a = 1 } x", /at character 13.*nothing may follow/],
    ["{ a = 1 }", /must begin with \$/],
    ["{ $ = 1 }", /a name must follow \$/],
    ["{ $. = 1 }", /a name or \* must follow/],
    ["{ $.a }", /IS NULL/],
    ["{ $.a IS NOT NULL }", /at character 7/],
    ["{ $.a EXISTS }", /or NOT EXISTS/],
    ["{ $.a > x }", /must be followed by a number/],
    ["{ $.a = }", /a value is missing/],
    ["{ ($.a = 1 }", /is missing its closing \)/],
    ["{ $.a = 1 $.b = 2 }", /&&, \|\| or \}/],
    ["{ $.a[x] = 2 }", /must contain a number/],
    ["{ $.*.* = 2 }", /only one \*/],
    ["{ $.*=1||$.*=1||$.*=1||$.*=1 }", /three \*/],
    ["{}", /must begin with \$/],
    ["[w1", /is missing its closing \]/],
    ["[w1=a w2]", /expected , or \]/],
    ["[..., ...]", /only once/],
    ["[w1=a && w2=b]", /must all name w1/],
    ["[=a]", /a name, as in w1/],
  ];
  for (const [pattern, expected] of cases) {
    test(pattern, () =>
      assert.throws(
        () => compileFilterPattern(pattern),
        (error: Error) => error instanceof ServiceError && expected.test(error.message),
      ),
    );
  }

  test("and no text is anything but a pattern or such an error", () => {
    const unit = fc.constantFrom(
      ..."{}[]()$.*%\"'?-=!<>&|\\, aIS1^+é".split(""),
      "NOT EXISTS",
      "$.a",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (pattern) => {
        try {
          const matches = compileFilterPattern(pattern);
          assert.equal(typeof matches('{"a":[1,{"a":"x"}]}'), "boolean");
          assert.equal(typeof matches("a 1 [b c]"), "boolean");
        } catch (error) {
          assert.ok(error instanceof ServiceError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
