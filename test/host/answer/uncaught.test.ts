// What ended a script, told from what the real interpreters print.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { failureFromEnding } from "../../../host/answer/script-failure.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { temporaryFiles } from "../temporary-files.ts";

interface Ended {
  errorType: string;
  errorMessage: string;
  stackTrace: readonly string[];
}

/** Runs a script as the host does, and gives the failure of its end. */
function run(command: readonly string[], name: string, source: string): Ended {
  const folder = temporaryFiles({ [name]: source });
  const [program = "", ...options] = command;
  const args = [...options, join(folder, name)];
  const env = { ...process.env };
  delete env.RUST_BACKTRACE;
  const { status, stderr, signal } = spawnSync(program, args, {
    encoding: "utf8",
    env,
    input: "{}",
  });
  assert.equal(signal, null, stderr);
  return (
    failureFromEnding({ kind: "exit", status: status as number }, stderr, { program, args }) ??
    assert.fail(`ended well: ${stderr}`)
  );
}

function said({ errorType, errorMessage }: Ended): string {
  return `${errorType}: ${errorMessage}`;
}

function eachSays(command: readonly string[], name: string, cases: Record<string, string>): void {
  for (const [source, expected] of Object.entries(cases)) {
    assert.equal(said(run(command, name, source)), expected, source);
  }
}

describe("Node", () => {
  const node = [process.execPath];

  it("an error that was refused, aborted or emitted has its own name and message", () => {
    eachSays(node, "a.mjs", {
      'await fetch("http://127.0.0.1:1/");': "TypeError: fetch failed",
      'import { get } from "node:http"; get("http://127.0.0.1:2/");':
        "Error: connect ECONNREFUSED 127.0.0.1:2",
      "AbortSignal.timeout(5).addEventListener('abort', (e) => { throw e.target.reason; }); setTimeout(() => {}, 100);":
        "TimeoutError: The operation was aborted due to timeout",
      "structuredClone(() => {});": "DataCloneError: () => {} could not be cloned.",
      'import { EventEmitter } from "node:events"; const e = new RangeError("two\\nlines"); e.stack = "RangeError: two\\nlines"; new EventEmitter().emit("error", e);':
        "RangeError: two\nlines",
      'import { EventEmitter } from "node:events"; new EventEmitter().emit("error", new RangeError("two\\nlines"));':
        "RangeError: two\nlines",
      'import { spawn } from "node:child_process"; spawn("/none");': "Error: spawn /none ENOENT",
      "await Promise.any([Promise.reject(new Error('a'))]);":
        "AggregateError: All promises were rejected",
      "const e = new Error('x'); e.name = 'Sold out'; throw e;": "Sold out: x",
    });
  });

  it("a top-level await that never settles is told in words", () => {
    const { errorType, errorMessage } = run(node, "a.mjs", "await new Promise(() => {});");
    assert.equal(errorType, "Function.Exit13");
    assert.match(errorMessage, /^Detected unsettled top-level await at file:.*a\.mjs:1$/);
  });

  it("an error that quotes the report of a child is the one, whole", () => {
    const source =
      'import { execFileSync } from "node:child_process"; execFileSync(process.execPath, ["-e", "throw new TypeError(\'inner\')"], { stdio: "pipe" });';
    const failure = run(node, "a.mjs", source);
    assert.equal(failure.errorType, "Error");
    assert.match(failure.errorMessage, /^Command failed: [\s\S]*TypeError: inner[\s\S]*Node\.js v/);
    assert.ok(failure.stackTrace.some((line) => line.includes("execFileSync")));
  });

  it("what a child printed is not how the script ended", () => {
    const source =
      'import { spawnSync } from "node:child_process"; spawnSync(process.execPath, ["-e", "throw new TypeError(\'inner\')"], { stdio: "inherit" }); console.error("fatal: no stock"); process.exit(1);';
    assert.equal(said(run(node, "a.mjs", source)), "Function.Exit1: fatal: no stock");
  });

  it("a full heap is told by V8's own words", () => {
    const folder = temporaryFiles({
      "a.mjs": "const all = []; for (;;) all.push(new Array(1000).fill(all.length));",
    });
    const { signal, stderr } = spawnSync(
      process.execPath,
      ["--max-old-space-size=20", join(folder, "a.mjs")],
      { encoding: "utf8" },
    );
    const failure = failureFromEnding({ kind: "signal", signal: signal as string }, stderr);
    assert.match(
      failure?.errorMessage ?? "",
      /^killed by SIG(?:ABRT|TRAP): FATAL ERROR: .*JavaScript heap out of memory$/,
    );
  });
});

describe("Python", { skip: missingTool(["python3"]) }, () => {
  const python = ["python3"];
  const logged = "import logging, sys, traceback\n";

  it("what was caught and logged is not how the script ended", () => {
    eachSays(python, "a.py", {
      [`${logged}try:\n    int("x")\nexcept ValueError:\n    logging.exception("bad order")\nprint("fatal: no stock", file=sys.stderr)\nsys.exit(1)`]:
        "Function.Exit1: fatal: no stock",
      [`${logged}def main():\n    try:\n        int("x")\n    except ValueError:\n        traceback.print_exc()\n    sys.exit("fatal: no stock")\nmain()`]:
        "Function.Exit1: fatal: no stock",
      [`${logged}def main():\n    try:\n        int("x")\n    except ValueError:\n        logging.exception("bad order")\n        sys.exit(1)\nmain()`]:
        "Function.Exit1: ValueError: invalid literal for int() with base 10: 'x'",
      [`${logged}try:\n    int("x")\nexcept ValueError:\n    traceback.print_exc()\nraise KeyError("sku")`]:
        "KeyError: 'sku'",
      [`${logged}import threading\nt = threading.Thread(target=lambda: int("x"))\nt.start(); t.join()\nprint("fatal: no stock", file=sys.stderr)\nsys.exit(1)`]:
        "Function.Exit1: fatal: no stock",
    });
  });

  it("what a child printed, or a message quotes, is not how the script ended", () => {
    eachSays(python, "a.py", {
      'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "int(\'x\')"])\nsys.exit(1)':
        "Function.Exit1: ValueError: invalid literal for int() with base 10: 'x'",
      'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "int(\'x\')"])\nraise KeyError(1)':
        "KeyError: 1",
    });
    const quoting = run(
      python,
      "a.py",
      'import traceback\ntry:\n    int("x")\nexcept ValueError:\n    text = traceback.format_exc()\nraise RuntimeError("child said:\\n" + text)',
    );
    assert.match(said(quoting), /^RuntimeError: child said:\nTraceback [\s\S]*ValueError: invalid/);
  });

  it("what is printed after the report is not mixed into its message", () => {
    eachSays(python, "a.py", {
      'import atexit, sys\natexit.register(lambda: print("bye", file=sys.stderr))\nraise ValueError("no stock")':
        "ValueError: no stock",
      'import atexit\ndef hook():\n    raise KeyError("hook")\natexit.register(hook)\nraise ValueError("no stock")':
        "ValueError: no stock",
      'class A:\n    def __del__(self): raise RuntimeError("del")\na = A()\nraise ValueError("no stock")':
        "ValueError: no stock",
    });
  });

  it("notes, and lines of a message, belong to it", () => {
    eachSays(python, "a.py", {
      'def f():\n    raise ValueError("one\\ntwo\\n  three\\n\\nfive")\nif __name__ == "__main__":\n    f()':
        "ValueError: one\ntwo\n  three\n\nfive",
      'try:\n    raise KeyError("a")\nexcept KeyError:\n    raise ValueError("b\\nc")':
        "ValueError: b\nc",
    });
  });

  it("a report that comes with another status is not how the script ended", () => {
    const source =
      "import os, sys, traceback\ntry:\n    1/0\nexcept Exception:\n    traceback.print_exc()\nos._exit(3)";
    assert.equal(run(python, "a.py", source).errorType, "Function.Exit3");
  });
});

describe("Ruby", { skip: missingTool(["ruby"]) }, () => {
  it("names the class and gives the message, whole", () => {
    eachSays(["ruby"], "a.rb", {
      'def f; raise "no stock"; end\nf': "RuntimeError: no stock",
      'module A; class B < StandardError; end; end\ndef f; raise A::B, "of (C)"; end\nf':
        "A::B: of (C)",
      'def f; raise KeyError, "one\ntwo"; end\nf': "KeyError: one\ntwo",
      'raise KeyError, "one\ntwo"': "KeyError: one\ntwo",
      "nil.foo": "NoMethodError: undefined method `foo' for nil:NilClass",
      "def f = f()\nf": "SystemStackError: stack level too deep",
      'at_exit { warn "bye" }\nraise KeyError, "no stock"': "KeyError: no stock",
    });
  });

  it("of a chain is the outer one", () => {
    const source =
      'def g; raise ArgumentError, "inner"; end\ndef f\n  g\nrescue\n  raise TypeError, "outer"\nend\nf';
    const failure = run(["ruby"], "a.rb", source);
    assert.equal(said(failure), "TypeError: outer");
    assert.match(failure.stackTrace[0] ?? "", /a\.rb:5:in .rescue in f'$/);
    assert.match(failure.stackTrace.at(-1) ?? "", /a\.rb:7:in .<main>'$/);
    assert.equal(failure.stackTrace.length, 3);
  });

  it("what was caught and logged is not how the script ended", () => {
    eachSays(["ruby"], "a.rb", {
      'begin\n  raise ArgumentError, "x"\nrescue => e\n  warn e.full_message\nend\nwarn "fatal: no stock"\nexit 1':
        "Function.Exit1: fatal: no stock",
      'def f; raise ArgumentError, "x"; end\nbegin\n  f\nrescue => e\n  warn e.full_message\nend\nabort "fatal: no stock"':
        "Function.Exit1: fatal: no stock",
      'begin\n  raise ArgumentError, "x"\nrescue => e\n  warn e.full_message\nend\nraise KeyError, "y"':
        "KeyError: y",
    });
  });
});

describe("Perl", { skip: missingTool(["perl"]) }, () => {
  it("gives the words of die, whatever Perl adds", () => {
    for (const [source, expected] of [
      ['die "no stock";', /^Function\.Exit255: no stock at .*a\.pl line 1\.$/],
      [
        'use Carp; sub f { Carp::confess("no stock") } sub g { f(1) } g();',
        /^Function\.Exit255: no stock at .*a\.pl line 1\.$/,
      ],
      [
        "use strict; $x = 1;",
        /^Function\.Exit255: Global symbol "\$x" requires explicit package name/,
      ],
      ["use None::Such;", /^Function\.Exit2: Can't locate None\/Such\.pm in @INC/],
      [
        'eval { die "inner" }; warn $@; print STDERR "fatal: no stock\\n"; exit 1;',
        /^Function\.Exit1: fatal: no stock$/,
      ],
    ] as const) {
      assert.match(said(run(["perl"], "a.pl", source)), expected);
    }
  });
});

// Without a php.ini PHP prints errors to stdout; Debian's has them in the log, which is stderr.
const php = ["php", "-d", "display_errors=0", "-d", "log_errors=1"];

describe("PHP", { skip: missingTool(["php"]) }, () => {
  it("names the class and gives the message, whole", () => {
    eachSays(php, "a.php", {
      '<?php function f() { throw new InvalidArgumentException("one\ntwo"); } f();':
        "InvalidArgumentException: one\ntwo",
      "<?php nope();": "Error: Call to undefined function nope()",
      '<?php namespace A; class B extends \\Exception {} throw new B("of in x:1");':
        "A\\B: of in x:1",
      '<?php throw new Exception("");': "Exception: ",
    });
  });

  it("of a chain is the outer one", () => {
    const source =
      '<?php try { throw new RuntimeException("inner"); } catch (Exception $e) { throw new LogicException("outer", 1, $e); }';
    assert.equal(said(run(php, "a.php", source)), "LogicException: outer");
  });

  it("what was caught and logged is not how the script ended", () => {
    const source =
      '<?php try { throw new RuntimeException("inner"); } catch (Exception $e) { error_log("caught: $e"); fwrite(STDERR, "fatal: no stock\\n"); exit(255); }';
    assert.equal(said(run(php, "a.php", source)), "Function.Exit255: fatal: no stock");
  });
});

describe("Lua", { skip: missingTool(["lua5.4"]) }, () => {
  it("gives the message without the traceback", () => {
    for (const [source, expected] of [
      ['error("no stock")', /^Function\.Exit1: .*a\.lua:1: no stock$/],
      ['error("one\\ntwo", 0)', /^Function\.Exit1: one\ntwo$/],
      [
        'io.stderr:write(debug.traceback("caught"), "\\nfatal: no stock\\n") os.exit(1)',
        /^Function\.Exit1: fatal: no stock$/,
      ],
    ] as const) {
      assert.match(said(run(["lua5.4"], "a.lua", source)), expected);
    }
  });
});

describe("Common Lisp", { skip: missingTool(["sbcl"]) }, () => {
  it("names the condition and gives its text", () => {
    eachSays(["sbcl", "--script"], "a.lisp", {
      '(error "no ~a" "stock")': "SIMPLE-ERROR: no stock",
      '(define-condition sold-out (error) () (:report "one\ntwo")) (error (quote sold-out))':
        "SOLD-OUT: one\ntwo",
      "(car 1)": "TYPE-ERROR: The value\n  1\nis not of type\n  LIST\nwhen binding LIST",
      '(handler-case (error "inner") (error (e) (format *error-output* "caught: ~a~%" e))) (format *error-output* "fatal: no stock~%") (sb-ext:exit :code 1)':
        "Function.Exit1: fatal: no stock",
    });
  });
});

describe("PicoLisp", { skip: missingTool(["picolisp"]) }, () => {
  it("gives its message, and the expression as the stack", () => {
    eachSays(["picolisp"], "a.l", {
      "(de f (X) (car X))\n(+ 1 'a)": "Function.Exit1: a -- Number expected",
      '(quit "No stock")': "Function.Exit1: No stock",
    });
    assert.match(
      run(["picolisp"], "a.l", "(+ 1 'a)").stackTrace[0] ?? "",
      /a\.l:1\] !\? \(\+ 1 'a\)$/,
    );
  });
});

/** Printed by Go 1.19, Rust 1.95 and 1.63, and Java 17. */
const golden: Record<string, readonly [status: number, stderr: string, expected: string]> = {
  "go: a panic": [
    2,
    "starting\npanic: no stock\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/a.go:11 +0x1af\n",
    "panic: no stock",
  ],
  "go: lines of an error": [
    2,
    "panic: one\ntwo\n\ngoroutine 6 [running]:\nmain.main.func2()\n\t/tmp/a.go:18 +0x27\ncreated by main.main\n\t/tmp/a.go:18 +0x277\n",
    "panic: one\ntwo",
  ],
  "go: a nil pointer": [
    2,
    "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x465378]\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/a.go:19 +0xb8\n",
    "panic: runtime error: invalid memory address or nil pointer dereference",
  ],
  "go: a panic in a panic": [
    2,
    "panic: first\n\tpanic: second\n\ngoroutine 1 [running]:\nmain.main.func1()\n\t/tmp/a.go:15 +0x27\npanic({0x46b5a0, 0x490d98})\n\t/usr/lib/go/panic.go:884 +0x212\n",
    "panic: second",
  ],
  "go: a panic again": [
    2,
    "panic: no stock [recovered]\n\tpanic: no stock\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/a.go:23 +0x2b6\n",
    "panic: no stock",
  ],
  "go: a deadlock is no panic": [
    2,
    "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n\t/tmp/a.go:17 +0xb4\n",
    "Function.Exit2: all goroutines are asleep - deadlock!",
  ],
  "go: recovered, logged, and a status of the program's own": [
    2,
    "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/a.go:1 +0x1\nfatal: no stock\n",
    "Function.Exit2: fatal: no stock",
  ],
  "go: another status": [
    1,
    "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/a.go:1 +0x1\n",
    "Function.Exit1: /tmp/a.go:1 +0x1",
  ],
  "rust: a panic": [
    101,
    "\nthread 'main' (22261) panicked at a.rs:6:10:\nno stock\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
    "panic: no stock",
  ],
  "rust: lines of a message, with a backtrace": [
    101,
    "\nthread 'main' (7) panicked at a.rs:17:96:\none\ntwo\nstack backtrace:\n   0: std::panicking::begin_panic::<&str>\n             at /rustc/59/library/std/src/panicking.rs:761:5\n   1: a::main\nnote: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
    "panic: one\ntwo",
  ],
  "rust: as before 1.73": [
    101,
    "thread 'main' panicked at 'no stock', a.rs:2:5\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
    "panic: no stock",
  ],
  "rust: of a thread and then of main": [
    101,
    "\nthread '<unnamed>' (9) panicked at a.rs:10:34:\nin thread\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\nthread 'main' (8) panicked at a.rs:10:62:\ncalled `Result::unwrap()` on an `Err` value: Any { .. }\n",
    "panic: called `Result::unwrap()` on an `Err` value: Any { .. }",
  ],
  "rust: caught, and a status of the program's own": [
    101,
    "\nthread 'main' (22270) panicked at a.rs:14:48:\ncaught\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\nfatal: no stock\n",
    "Function.Exit101: fatal: no stock",
  ],
  "java: an exception": [
    1,
    'Exception in thread "main" java.lang.IllegalArgumentException: one\ntwo\n\tat A.f(A.java:3)\n\tat A.main(A.java:6)\n',
    "java.lang.IllegalArgumentException: one\ntwo",
  ],
  "java: its cause": [
    1,
    'Exception in thread "main" A$SoldOut: outer\n\tat A.main(A.java:7)\nCaused by: java.lang.IllegalArgumentException: inner\ntwo\n\tat A.f(A.java:3)\n\t... 1 more\n',
    "A$SoldOut: outer",
  ],
  "java: without a message": [
    1,
    'Exception in thread "main" java.lang.RuntimeException\n\tat A.main(A.java:10)\n',
    "java.lang.RuntimeException: ",
  ],
  "java: printed by printStackTrace": [
    1,
    "java.lang.IllegalArgumentException: bad\n\tat A.f(A.java:3)\nfatal: no stock\n",
    "Function.Exit1: fatal: no stock",
  ],
  "java: a shutdown hook speaks last": [
    1,
    'Exception in thread "main" java.lang.RuntimeException: x\n\tat A.main(A.java:9)\nbye\n',
    "Function.Exit1: bye",
  ],
};

for (const [name, [status, stderr, expected]] of Object.entries(golden)) {
  it(`golden, ${name}`, () => {
    assert.equal(
      said(failureFromEnding({ kind: "exit", status }, stderr) ?? assert.fail()),
      expected,
    );
  });
}

function built(compile: readonly string[], name: string, source: string): string {
  const folder = temporaryFiles({ [name]: source });
  const [program = "", ...args] = compile;
  const env = {
    ...process.env,
    GOFLAGS: "-mod=mod",
    GO111MODULE: "off",
    GOCACHE: join(folder, "cache"),
  };
  const made = spawnSync(program, [...args, join(folder, name)], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  assert.equal(made.status, 0, made.stderr);
  return folder;
}

function endOf(program: string, args: readonly string[], cwd: string): string {
  const env = { ...process.env, RUST_BACKTRACE: "0" };
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: "utf8", env });
  const ending = { kind: "exit", status: status as number } as const;
  return said(failureFromEnding(ending, stderr, { program, args }) ?? assert.fail());
}

/** Too large for CI's machine; their reports are kept above. */
const without = (tool: string) =>
  spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0
    ? false
    : `no ${tool}: see the golden reports`;

it("Go's own panic", { skip: without("go") }, () => {
  const folder = built(
    ["go", "build", "-o", "a"],
    "a.go",
    'package main\nfunc main() { panic("no stock") }',
  );
  assert.equal(endOf(join(folder, "a"), [], folder), "panic: no stock");
});

it("Rust's own panic", { skip: without("rustc") }, () => {
  const folder = built(["rustc", "-o", "a"], "a.rs", 'fn main() { panic!("no stock") }');
  assert.equal(endOf(join(folder, "a"), [], folder), "panic: no stock");
});

it("Java's own exception", { skip: without("javac") }, () => {
  const folder = built(
    ["javac"],
    "A.java",
    'public class A { public static void main(String[] a) { throw new IllegalStateException("no stock"); } }',
  );
  assert.equal(
    endOf("java", ["-cp", ".", "A"], folder),
    "java.lang.IllegalStateException: no stock",
  );
});
