// The rules of the handler setting: every form, and every edge case that was decided.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { HostError } from "../../../host/errors.ts";
import { explainHandler } from "../../../host/handler/explain.ts";
import { resolveHandler } from "../../../host/handler/resolve.ts";
import { createRoots } from "../../../host/handler/roots.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { temporaryFiles } from "../temporary-files.ts";

type Files = Readonly<Record<string, string>>;

const noLayer = temporaryFiles();

/** A function of these files, and what a handler means in it. */
function functionOf(files: Files, layerFiles?: Files) {
  const root = temporaryFiles(files);
  const layer = layerFiles === undefined ? noLayer : temporaryFiles(layerFiles);
  const resolve = (
    text: string,
    options: { rules?: "aws"; expressions?: false; path?: string } = {},
  ) =>
    resolveHandler(text, {
      roots: createRoots(root, layer),
      settings: {
        handlerRules: options.rules ?? "longest",
        expressions: options.expressions ?? true,
      },
      path: options.path ?? "",
    });
  /** The decision in a few words, paths relative to their root. */
  const decide = (...args: Parameters<typeof resolve>): string => {
    const { handler } = resolve(...args);
    const relative = (path: string) => path.replace(`${root}/`, "").replace(`${layer}/`, "/opt/");
    switch (handler.kind) {
      case "script":
        return ["script", relative(handler.path), ...handler.args].join(" ");
      case "module":
        return `module ${relative(handler.path)} ${handler.exportPath}`;
      case "language":
        return `${handler.language.name} ${relative(handler.path)} ${handler.exportPath}`;
      case "expression":
        return `expression ${handler.source}`;
      default:
        return ["program", relative(handler.program), ...handler.args].join(" ");
    }
  };
  return { root, layer, resolve, decide };
}

const notFound = { type: "Runtime.HandlerNotFound" };
const malformed = { type: "Runtime.MalformedHandlerName" };

describe("the forms", () => {
  const { root, decide } = functionOf({
    "hello.ts": "",
    "jobs/report.sh": "",
    "bin/convert*": "",
    "index.js": "",
    "src/app.mjs": "",
    "src/a.b.ts": "",
  });

  it("a script's file name is that script", () => {
    assert.equal(decide("hello.ts"), "script hello.ts");
    assert.equal(decide("jobs/report.sh", { path: "/bin" }), "script jobs/report.sh");
    assert.equal(decide("./bin/convert"), "script bin/convert");
    assert.equal(decide(join(root, "hello.ts")), "script hello.ts");
  });

  it("<file>.<export> is a module's export, nested or not", () => {
    assert.equal(decide("index.handler"), "module index.js handler");
    assert.equal(decide("src/app.api.get"), "module src/app.mjs api.get");
  });

  it("what holds => or ( is an expression", () => {
    for (const text of [
      "(e)=>({n:e.Records.length})",
      'import("./lib.mts").then(m=>m.make({a:1}))',
    ]) {
      assert.equal(decide(text), `expression ${text}`);
    }
  });

  it("script: is a script, never guessed, with its arguments", () => {
    assert.equal(decide("script:bin/convert,--fast,a%20b"), "script bin/convert --fast a b");
    assert.throws(() => decide("script:index.handler"), notFound);
  });

  it("module:PATH#EXPORT and PATH#EXPORT are a module, with or without its extension", () => {
    for (const text of [
      "module:src/a.b.ts#api.handler",
      "src/a.b.ts#api.handler",
      "src/a.b#api.handler",
    ]) {
      assert.equal(decide(text), "module src/a.b.ts api.handler");
    }
    assert.throws(() => decide("module:src/none.ts#handler"), notFound);
    assert.throws(() => decide("src/none.ts#handler"), notFound);
  });

  it("expr: is an expression, never guessed", () => {
    assert.equal(decide("expr:hello.ts"), "expression hello.ts");
  });

  it("cmd: is a program on PATH, never a file of the function", () => {
    const path = temporaryFiles({ "jq*": "" });
    assert.equal(decide("cmd:jq,.Records[].body", { path }), `program ${path}/jq .Records[].body`);
    assert.throws(() => decide("cmd:hello.ts", { path }), {
      ...notFound,
      message: /hello\.ts.*not on PATH.*layer/,
    });
  });
});

describe("the order", () => {
  it("a script with a known extension comes before any module", () => {
    const { decide, resolve } = functionOf({ "a.ts": "", "a.js": "" });
    assert.equal(decide("a.ts"), "script a.ts");
    assert.deepEqual(resolve("a.ts").warnings, []);
  });

  it("an unknown extension lets a module win, with a warning", () => {
    const { decide, resolve } = functionOf({ "index.handler*": "", "index.ts": "" });
    assert.equal(decide("index.handler"), "module index.ts handler");
    assert.match(
      resolve("index.handler").warnings.join(),
      /could be the script .* Write script:index\.handler/,
    );
  });

  it("an unknown extension is a script where no module matches", () => {
    const { decide, resolve } = functionOf({ "report.v2": "#!/bin/sh\n", "other.js": "" });
    assert.equal(decide("report.v2"), "script report.v2");
    assert.deepEqual(resolve("report.v2").warnings, []);
  });

  it("a file that cannot be a script is passed over, and the error says why", () => {
    const { decide } = functionOf({ "notes.txt": "hello" });
    assert.throws(() => decide("notes.txt"), {
      type: "Runtime.NotExecutable",
      message:
        /notes\.txt cannot be run: it has no known extension, no shebang and no executable bit/,
    });
  });

  it("a script's file comes before an expression", () => {
    const { decide } = functionOf({ "app/(group)/hello.ts": "", "a=>b.sh": "" });
    assert.equal(decide("a=>b.sh", { path: "/bin" }), "script a=>b.sh");
  });

  it("the function comes before its layers", () => {
    const { decide } = functionOf({ "a.js": "" }, { "a.js": "", "b.js": "", "bin/tool*": "" });
    assert.equal(decide("a.handler"), "module a.js handler");
    assert.equal(decide("b.handler"), "module /opt/b.js handler");
    assert.equal(decide("bin/tool"), "script /opt/bin/tool");
  });

  it("each extension of a module is looked for in its turn", () => {
    const extensions = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"];
    for (const [at, first] of extensions.entries()) {
      const files = extensions.slice(at).map((extension) => [`m${extension}`, ""]);
      assert.equal(functionOf(Object.fromEntries(files)).decide("m.run"), `module m${first} run`);
    }
  });
});

describe("the decided edge cases", () => {
  it("hello.ts with only a hello.js that exports ts -> module", () => {
    assert.equal(functionOf({ "hello.js": "" }).decide("hello.ts"), "module hello.js ts");
  });

  it("a.b.ts existing -> script", () => {
    assert.equal(functionOf({ "a.b.ts": "", "a.js": "" }).decide("a.b.ts"), "script a.b.ts");
  });

  it("a.b.handler with a.b.ts -> module a.b.ts, export handler", () => {
    assert.equal(functionOf({ "a.b.ts": "" }).decide("a.b.handler"), "module a.b.ts handler");
  });

  it("a.b.handler with a.js only -> module a.js, export b.handler", () => {
    assert.equal(functionOf({ "a.js": "" }).decide("a.b.handler"), "module a.js b.handler");
  });

  it("both -> a.b, with a warning", () => {
    const { decide, resolve } = functionOf({ "a.js": "", "a.b.ts": "" });
    assert.equal(decide("a.b.handler"), "module a.b.ts handler");
    assert.match(
      resolve("a.b.handler").warnings.join(),
      /the longer file name is used.*PATH#EXPORT/,
    );
  });

  it("my.app/index.handler -> only the base name is split", () => {
    const { decide } = functionOf({ "my.app/index.js": "", "my.js": "" });
    assert.equal(decide("my.app/index.handler"), "module my.app/index.js handler");
    assert.throws(() => functionOf({ "my.js": "" }).decide("my.app/index.handler"), notFound);
  });

  it("index.handler with index.js and a directory index/ -> index.js", () => {
    const { decide } = functionOf({ "index.js": "", "index/handler.js": "" });
    assert.equal(decide("index.handler"), "module index.js handler");
  });

  it("index.handler as a directory is not a script", () => {
    const { root, decide } = functionOf({ "index.js": "" });
    mkdirSync(join(root, "index.handler"));
    assert.equal(decide("index.handler"), "module index.js handler");
  });

  it("index.js and index.ts -> index.js", () => {
    const { decide, resolve } = functionOf({ "index.js": "", "index.ts": "" });
    assert.equal(decide("index.handler"), "module index.js handler");
    assert.deepEqual(resolve("index.handler").warnings, []);
  });

  it("app.handler with app.js and app.py -> app.js, with a warning", () => {
    const { decide, resolve } = functionOf({ "app.js": "", "app.py": "" });
    assert.equal(decide("app.handler"), "module app.js handler");
    assert.match(resolve("app.handler").warnings.join(), /app\.js.*app\.py; the first is used/);
    assert.equal(decide("app.py#handler"), "Python app.py handler");
    assert.equal(decide("module:app.py#a.b::c"), "Python app.py a.b::c");
  });

  it("src.app.handler with src/app.py -> as Python names modules", () => {
    const { decide } = functionOf({ "src/app.py": "", "src/lib/a.py": "" });
    assert.equal(decide("src.app.handler"), "Python src/app.py handler");
    assert.equal(decide("src/lib.a.handler"), "Python src/lib/a.py handler");
    assert.equal(decide("src/app.handler"), "Python src/app.py handler");
  });

  it("foo..bar is a legal file name; only .. segments are refused", () => {
    const { decide } = functionOf({ "foo..bar*": "", "a..js": "", "..hidden/x.ts": "" });
    assert.equal(decide("foo..bar"), "script foo..bar");
    assert.equal(decide("a..run"), "module a..js run");
    assert.equal(decide("..hidden/x.ts"), "script ..hidden/x.ts");
    for (const text of ["../a.ts", "a/../foo..bar", "script:../x.sh", "module:../x#y"]) {
      assert.throws(() => decide(text), malformed, text);
    }
  });

  it("app/(group)/hello.ts existing -> script", () => {
    const { decide } = functionOf({ "app/(group)/hello.ts": "", "app/(group)/index.js": "" });
    assert.equal(decide("app/(group)/hello.ts"), "script app/(group)/hello.ts");
    assert.equal(decide("app/(group)/index.get"), "module app/(group)/index.js get");
    assert.equal(decide("app/(group)/index.js#get"), "module app/(group)/index.js get");
  });

  it("@scope/pkg.handler -> resolved as a package", () => {
    const { decide } = functionOf({
      "node_modules/@scope/pkg/package.json": '{"main":"lib/main.js"}',
      "node_modules/@scope/pkg/lib/main.js": "",
    });
    const file = "node_modules/@scope/pkg/lib/main.js";
    assert.equal(decide("@scope/pkg.handler"), `module ${file} handler`);
    assert.equal(decide("@scope/pkg.api.get"), `module ${file} api.get`);
    assert.equal(decide("module:@scope/pkg#handler"), `module ${file} handler`);
    assert.equal(decide("@scope/pkg#handler"), `module ${file} handler`);
    assert.equal(decide("@scope/pkg/lib/main.handler"), `module ${file} handler`);
    assert.throws(() => decide("@scope/none.handler"), {
      ...notFound,
      message: /package @scope\/none.*not installed/,
    });
  });

  it("a package for import alone is found as well", () => {
    const { decide } = functionOf({
      "node_modules/@scope/esm/package.json": '{"type":"module","exports":{"import":"./esm.js"}}',
      "node_modules/@scope/esm/esm.js": "export const handler = () => 1;",
    });
    assert.equal(decide("@scope/esm.handler"), "module node_modules/@scope/esm/esm.js handler");
  });

  it("a package of a layer is found under its nodejs folder", () => {
    const { decide } = functionOf(
      {},
      {
        "nodejs/node_modules/@scope/pkg/package.json": '{"main":"main.js"}',
        "nodejs/node_modules/@scope/pkg/main.js": "",
      },
    );
    assert.equal(
      decide("@scope/pkg.handler"),
      "module /opt/nodejs/node_modules/@scope/pkg/main.js handler",
    );
  });

  it("a file in a folder that begins with @ comes before a package", () => {
    const { decide } = functionOf({ "@app/index.ts": "" });
    assert.equal(decide("@app/index.handler"), "module @app/index.ts handler");
  });
});

describe("STDLAMBDA_HANDLER_RULES=aws", () => {
  it("splits at the first dot of the base name and nowhere else", () => {
    const { decide, resolve } = functionOf({ "a.js": "", "a.b.js": "" });
    assert.equal(decide("a.b.handler", { rules: "aws" }), "module a.js b.handler");
    assert.deepEqual(resolve("a.b.handler", { rules: "aws" }).warnings, []);
    assert.throws(
      () => functionOf({ "a.b.js": "" }).decide("a.b.handler", { rules: "aws" }),
      notFound,
    );
  });
});

describe("STDLAMBDA_EXPRESSIONS=off", () => {
  it("refuses an expression, guessed or not, and says so", () => {
    const { decide } = functionOf({});
    for (const text of ["(e)=>e", "expr:(e)=>e"]) {
      assert.throws(() => decide(text, { expressions: false }), {
        ...notFound,
        message: /STDLAMBDA_EXPRESSIONS=off/,
      });
    }
  });
});

describe("what leads out of the function", () => {
  it("is malformed, by a link or by an absolute path", () => {
    const outside = temporaryFiles({ "x.sh": "", "y.js": "" });
    const { root, decide } = functionOf({});
    symlinkSync(join(outside, "x.sh"), join(root, "x.sh"));
    symlinkSync(join(outside, "y.js"), join(root, "y.js"));
    for (const text of [
      "x.sh",
      "script:x.sh",
      "y.handler",
      "module:y.js#handler",
      join(outside, "x.sh"),
      `script:${outside}/x.sh`,
    ]) {
      assert.throws(() => decide(text), malformed, text);
    }
  });
});

describe("a handler that is not found", () => {
  it("lists every candidate in its order, and the nearest names", () => {
    const { decide } = functionOf({ "src/app.api.ts": "", "src/other.ts": "" });
    assert.throws(
      () => decide("src/ap.api.get"),
      (error: Error) => {
        const lines = error.message.split("\n");
        const tried = lines.filter((line) => line.startsWith("  ")).map((line) => line.trim());
        assert.equal(tried[0], "script src/ap.api.get: no such file");
        assert.equal(tried[1], "export get of src/ap.api.js: no such file");
        assert.match(tried[9] ?? "", /^export get of src\/ap\.api\.py, .*: no such file$/);
        assert.equal(tried[10], "export api.get of src/ap.js: no such file");
        assert.equal(tried.length, 19);
        assert.match(lines.at(-1) ?? "", /^Nearest files: src\/app\.api\.ts/);
        return true;
      },
    );
  });

  it("tells the cmd: form of a program's name", () => {
    const path = temporaryFiles({ "jq*": "" });
    assert.throws(() => functionOf({}).decide("jq", { path }), { message: /write cmd:jq\./ });
  });

  it("says that a function holds no script", () => {
    assert.throws(() => functionOf({}).decide("hello.ts"), { message: /holds no script/ });
  });
});

describe("through the host", () => {
  const { root } = functionOf({
    "src/a.b.ts": "export const api = { handler: (e: { n: number }) => e.n + 1 };",
    "enum.ts": "enum Size { small = 7 }\nexport const handler = () => Size.small;",
    "over.mjs":
      "import { handler as inner } from './enum.ts';\nexport const handler = () => inner();",
    "elided.ts":
      "import { Shape } from './types.ts';\nexport const handler = (e: Shape): number => e.n * 2;",
    "types.ts": "export interface Shape { n: number }",
    "node_modules/@scope/esm/package.json": '{"type":"module","exports":{"import":"./esm.js"}}',
    "node_modules/@scope/esm/esm.js": "export const handler = ({ n }) => n * 10;",
    "arguments.sh": '#!/usr/bin/env -S sh -e "-u"\nprintf "[%s,%s]" "$1" "$2"\n',
  });

  const answers = {
    "src/a.b.ts#api.handler": "4",
    "enum.handler": "7",
    "over.handler": "7",
    "elided.handler": "6",
    "@scope/esm.handler": "30",
    "(e)=>e.n": "3",
    "script:arguments.sh,1,%32": "[1,2]",
  };
  for (const [handler, answer] of Object.entries(answers)) {
    it(`${handler} answers ${answer}`, async () => {
      await using host = await startHost({ handler, root });
      const { body, status } = await host.invoke({ n: 3 });
      assert.equal(`${status} ${body}`, `response ${answer}`);
    });
  }

  it("a handler that is not found is posted with what resolve prints, and the host ends", async () => {
    await using host = await startHost({ handler: "src/none.handler", root });
    const posted = await host.initError;
    const { errorType, errorMessage } = JSON.parse(posted?.body.toString() ?? "{}");
    const { text } = explainHandler("src/none.handler", { LAMBDA_TASK_ROOT: root });
    assert.equal(`${errorType}: ${errorMessage}`, text);
    assert.notEqual((await host.exited).code, 0);
  });

  it("a warning stands in the log", async () => {
    const both = functionOf({ "a.js": "", "a.b.js": "exports.run = () => 1;" });
    await using host = await startHost({ handler: "a.b.run", root: both.root });
    await host.invoke({});
    assert.match(host.log(), /^WARN stdlambda: the handler a\.b\.run could be/m);
  });
});

it("any text resolves or is a HostError that tells what to do", () => {
  const { resolve } = functionOf({ "a.js": "", "b.sh": "" });
  const part = fc.constantFrom(
    "a",
    "b",
    ".",
    "..",
    "/",
    "#",
    "@",
    ":",
    ",",
    "(",
    "=>",
    "sh",
    "script:",
    "module:",
    "x",
    "%",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(part).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (handler) => {
      try {
        assert.ok(resolve(handler, { path: "/bin" }).handler.kind);
      } catch (error) {
        assert.ok(error instanceof HostError, String(error));
        assert.match(error.message, /\./);
      }
    }),
  );
});
