// How a script ended, made a failure: with the stderr that real interpreters write.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { failureFromEnding } from "../../../host/answer/script-failure.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { temporaryFiles } from "../temporary-files.ts";

function failureOfExit(status: number, stderr: string) {
  return failureFromEnding({ kind: "exit", status }, stderr) ?? assert.fail("ended well");
}

/** Runs a script and gives the failure of its end. */
function failureOf(
  program: string,
  name: string,
  source: string,
  more: Record<string, string> = {},
) {
  const folder = temporaryFiles({ [name]: source, ...more });
  const { status, stderr, signal } = spawnSync(program, [join(folder, name)], { encoding: "utf8" });
  assert.equal(signal, null, stderr);
  return failureOfExit(status as number, stderr);
}

const node = (source: string, name = "a.mjs") => failureOf(process.execPath, name, source);
const python = (source: string, more?: Record<string, string>) =>
  failureOf("python3", "a.py", source, more);

/** Type and message. */
function said({ errorType, errorMessage }: { errorType: string; errorMessage: string }): string {
  return `${errorType}: ${errorMessage}`;
}

describe("an exit", () => {
  it("with 0 is not a failure, whatever was logged", () => {
    assert.equal(failureFromEnding({ kind: "exit", status: 0 }, "Traceback\nError: x"), undefined);
  });

  it("with N has the status in its type and the last line that is not empty as its message", () => {
    assert.equal(said(failureOfExit(3, "first\nlast  \n\n \n")), "Function.Exit3: last");
    assert.equal(said(failureOfExit(255, "")), "Function.Exit255: exit status 255");
    assert.equal(said(failureOfExit(3, "\n \n")), "Function.Exit3: exit status 3");
    assert.deepEqual(failureOfExit(3, "x").stackTrace, []);
  });

  it("by a signal names it, and the last line", () => {
    const failure = failureFromEnding({ kind: "signal", signal: "SIGSEGV" }, "");
    assert.equal(said(failure ?? assert.fail()), "Function.SIGSEGV: killed by SIGSEGV");
    const last = failureFromEnding({ kind: "signal", signal: "SIGTERM" }, "stopping\n");
    assert.equal(said(last ?? assert.fail()), "Function.SIGTERM: killed by SIGTERM: stopping");
  });

  it("that never began gives the system's reason", () => {
    const failure = failureFromEnding({ kind: "not-started", reason: "EACCES" }, "");
    assert.equal(said(failure ?? assert.fail()), "Function.StartFailed: EACCES");
  });
});

describe("a script that names its error", () => {
  const record = (value: object) => failureOfExit(4, `log\n${JSON.stringify(value)}\n`);

  it("on the last line of stderr is believed", () => {
    assert.deepEqual(
      record({ errorType: "NoStock", errorMessage: "sold out", stackTrace: ["a", 1] }),
      {
        errorType: "NoStock",
        errorMessage: "sold out",
        stackTrace: ["a", "1"],
      },
    );
  });

  it("may leave all but the type out", () => {
    assert.deepEqual(record({ errorType: "NoStock" }), {
      errorType: "NoStock",
      errorMessage: '{"errorType":"NoStock"}',
      stackTrace: [],
    });
  });

  it("is not believed elsewhere, nor with a type that is not a string", () => {
    for (const value of [{ errorType: 7 }, { errorType: "" }, { message: "x" }, ["errorType"]]) {
      assert.equal(record(value).errorType, "Function.Exit4");
    }
    assert.equal(failureOfExit(4, '{"errorType":"A"}\nlater').errorType, "Function.Exit4");
    assert.equal(failureOfExit(4, '{"errorType":"A"').errorType, "Function.Exit4");
  });

  it("is believed before an exception of Node or Python", () => {
    const stderr =
      'Traceback (most recent call last):\n  File "a", line 1, in b\nValueError: x\n{"errorType":"Mine"}\n';
    assert.equal(failureOfExit(1, stderr).errorType, "Mine");
  });
});

describe("an uncaught exception of Node", () => {
  it("gives its type, message and frames", () => {
    const failure = node("function take() { throw new TypeError('no stock'); }\ntake();");
    assert.equal(said(failure), "TypeError: no stock");
    assert.match(failure.stackTrace[0] ?? "", /^at take \(file:.*a\.mjs:1:25\)$/);
    for (const line of failure.stackTrace) assert.match(line, /^at .*[^{]$/);
  });

  it("gives the name of a class of the script's own", () => {
    assert.equal(
      said(node("class OrderError extends Error {}\nthrow new OrderError('x');")),
      "OrderError: x",
    );
    assert.equal(
      said(node("const e = new Error('x'); e.name = 'lowerCase'; throw e;")),
      "lowerCase: x",
    );
  });

  it("leaves a code out of the type", () => {
    assert.match(said(node("Buffer.from(1);")), /^TypeError: The first argument must be/);
    assert.match(said(node("import './none.mjs';")), /^Error: Cannot find module .*none\.mjs/);
    assert.match(
      said(node("require('node:fs').readFileSync('/none');", "a.cjs")),
      /^Error: ENOENT: /,
    );
  });

  it("keeps every line of its message and none of its cause", () => {
    const failure = node(
      "throw new Error('one\\n\\nTwo: three\\nfour', { cause: new TypeError('inner') });",
    );
    assert.equal(said(failure), "Error: one\n\nTwo: three\nfour");
    assert.ok(!failure.stackTrace.join().includes("inner"));
    assert.match(
      said(node("import assert from 'node:assert'; assert.deepEqual({ a: 1 }, { a: 2 });")),
      /^AssertionError: Expected values to be loosely deep-equal:\n\n\{\n {2}a: 1\n\}[\s\S]*a: 2\n\}$/,
    );
  });

  it("of many errors is the one that holds them", () => {
    assert.equal(
      said(node("throw new AggregateError([new Error('a'), new TypeError('b')], 'both');")),
      "AggregateError: both",
    );
  });

  it("may be a rejection that nothing handled", () => {
    assert.equal(said(node("Promise.reject(new RangeError('late'));")), "RangeError: late");
    assert.match(said(node("Promise.reject('late');")), /^UnhandledPromiseRejection: .*"late"/);
  });

  it("may be a script that does not parse", () => {
    assert.equal(said(node("const a = ;")), "SyntaxError: Unexpected token ';'");
    assert.match(said(node("enum A { a }", "a.ts")), /^SyntaxError: .*enum/);
  });

  it("may have no message or no stack", () => {
    assert.equal(said(node("throw new Error();")), "Error: ");
    assert.equal(said(node("const e = new Error('x'); e.stack = undefined; throw e;")), "Error: x");
  });

  it("may be no error at all: then its text is the message of the status", () => {
    assert.equal(said(node("throw 'just text';")), "Function.Exit1: just text");
    assert.equal(said(node("throw 'two\\nlines';")), "Function.Exit1: two\nlines");
    assert.equal(said(node("throw { a: 1 };")), "Function.Exit1: { a: 1 }");
    assert.equal(said(node("throw undefined;")), "Function.Exit1: undefined");
  });

  it("comes before what the script had logged, a traceback of Python's included", () => {
    const logged =
      "console.error('Traceback (most recent call last):\\nKeyError: 1\\n\\nTypeError: logged\\n    at x');";
    assert.equal(said(node(`${logged} throw new RangeError('thrown');`)), "RangeError: thrown");
  });

  it("that the script caught and logged is none", () => {
    const caught = "try { null.a } catch (error) { console.error(error) } process.exit(5);";
    assert.equal(node(caught).errorType, "Function.Exit5");
  });
});

describe("an uncaught exception of Python", { skip: missingTool(["python3"]) }, () => {
  it("gives its type, message and frames", () => {
    const failure = python("def take():\n    raise ValueError('no stock')\ntake()");
    assert.equal(said(failure), "ValueError: no stock");
    assert.match(failure.stackTrace[0] ?? "", /^File ".*a\.py", line 3, in <module>$/);
    assert.ok(failure.stackTrace.some((line) => /line 2, in take$/.test(line)));
  });

  it("gives the name of a class without its module", () => {
    assert.equal(
      said(
        python("import shop; raise shop.NoStock('x')", {
          "shop.py": "class NoStock(Exception): pass",
        }),
      ),
      "NoStock: x",
    );
    assert.equal(
      said(python("def f():\n    class Inner(Exception): pass\n    raise Inner('x')\nf()")),
      "Inner: x",
    );
    assert.match(said(python("import json; json.loads('{')")), /^JSONDecodeError: Expecting/);
  });

  it("of a chain is the last", () => {
    for (const raise of ["raise ValueError('outer') from error", "raise ValueError('outer')"]) {
      const source = `try:\n    1/0\nexcept ZeroDivisionError as error:\n    ${raise}`;
      assert.equal(said(python(source)), "ValueError: outer");
    }
  });

  it("keeps every line of its message", () => {
    assert.equal(
      said(python("raise ValueError('one\\ntwo\\n\\nfour')")),
      "ValueError: one\ntwo\n\nfour",
    );
    assert.equal(said(python("raise ValueError")), "ValueError: ");
  });

  it("may be a script that does not parse", () => {
    const failure = python("x = = 1");
    assert.equal(said(failure), "SyntaxError: invalid syntax");
    assert.match(failure.stackTrace[0] ?? "", /^File ".*a\.py", line 1$/);
    assert.match(python("if True:\nx = 1").errorType, /^IndentationError$/);
  });

  it("may be a module that is missing", () => {
    assert.equal(
      said(python("import none_of_that")),
      "ModuleNotFoundError: No module named 'none_of_that'",
    );
  });

  it("is none when the script ends by sys.exit with a text", () => {
    assert.equal(said(python("import sys; sys.exit('went wrong')")), "Function.Exit1: went wrong");
  });

  it("that was caught and logged is none where the script chose its status", () => {
    const source =
      "import sys, traceback\ntry:\n    int('x')\nexcept ValueError:\n    traceback.print_exc()\nsys.exit(7)";
    assert.equal(python(source).errorType, "Function.Exit7");
  });

  it("may be a group, which is drawn as a tree", (test) => {
    const { errorType, errorMessage, stackTrace } = python(
      "raise ExceptionGroup('both', [ValueError('a'), TypeError('b')])",
    );
    // Before Python 3.11 there are no groups.
    if (errorType === "NameError") return test.skip("this python3 has no ExceptionGroup");
    assert.equal(`${errorType}: ${errorMessage}`, "ExceptionGroup: both (2 sub-exceptions)");
    assert.match(stackTrace[0] ?? "", /^File ".*a\.py", line 1, in <module>$/);
  });
});

describe("an exit of other interpreters", () => {
  it("of sh gives its own words", () => {
    const failure = failureOf("sh", "a.sh", "none_of_that_name\nexit 9\n");
    assert.match(said(failure), /^Function\.Exit9: .*none_of_that_name.*not found/);
  });

  it("of perl gives the words of die", { skip: missingTool(["perl"]) }, () => {
    assert.match(
      said(failureOf("perl", "a.pl", "die 'no stock';")),
      /^Function\.Exit255: no stock at /,
    );
  });
});

it("any stderr gives a failure with a type, in no long time", () => {
  const piece = fc.constantFrom(
    "Traceback (most recent call last):\n",
    '  File "a", line 1\n',
    "    ^\n",
    "\n",
    "\n\nNode.js v24.1.0",
    "Error: x",
    "a.b.C: d\n",
    "    at a (b:1:2)\n",
    "  + Exception Group Traceback (most recent call last):\n",
    "  | ",
    "  +-+-",
    "{",
    "\r\n",
    "x",
  );
  const stderr = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(stderr, fc.integer({ min: 1, max: 255 }), (text, status) => {
      const failure = failureOfExit(status, text);
      assert.notEqual(failure.errorType, "");
      assert.equal(typeof failure.errorMessage, "string");
    }),
    { numRuns: 1000 },
  );
  const started = performance.now();
  for (const long of [
    "a.",
    '  File "a", line 1\n    x\n',
    "    ^\n\n",
    "Error: ",
    "Traceback (most recent call last):\n",
    "{",
  ]) {
    failureOfExit(1, long.repeat(262_144 / long.length));
    failureOfExit(1, `${long.repeat(262_144 / long.length)}\n\nNode.js v24.1.0`);
  }
  assert.ok(performance.now() - started < 2000);
});
