// What `stdlambda resolve` prints.
import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { explainHandler } from "../../../host/handler/explain.ts";
import { temporaryFiles } from "../temporary-files.ts";

const bin = temporaryFiles({ "jq*": "", "sh*": "" });
const root = temporaryFiles({
  "hello.ts": "",
  "a.b.ts": "",
  "a.js": "",
  "job.sh": "",
  "tool*": "",
});
const environment = { LAMBDA_TASK_ROOT: root, PATH: bin };

function explain(handler: string, more: NodeJS.ProcessEnv = {}) {
  return explainHandler(handler, { ...environment, ...more });
}

it("tells each kind of decision in its first line", () => {
  const decisions = {
    "hello.ts": `script ${join(root, "hello.ts")}, run by Node`,
    "script:job.sh,-x,a%20b": `script ${join(root, "job.sh")}, run by ${bin}/sh, arguments ["-x","a b"]`,
    tool: `script ${join(root, "tool")}, run by the operating system`,
    "a.run": `export run of module ${join(root, "a.js")}`,
    "(e)=>e": "expression (e)=>e",
    "cmd:jq,.a": `program ${join(bin, "jq")}, arguments [".a"]`,
  };
  for (const [handler, line] of Object.entries(decisions)) {
    const { found, text } = explain(handler);
    assert.ok(found, text);
    assert.equal(text.split("\n")[0], line);
  }
});

it("tells what was tried, and warns", () => {
  const { found, text } = explain("a.b.handler");
  assert.ok(found);
  assert.match(text, /^ {2}tried script a\.b\.handler: no such file$/m);
  assert.match(text, /^warning: .*the longer file name is used/m);
});

it("tells the type and the text of the error that the host would report", () => {
  assert.match(explain("none.ts").text, /^Runtime\.HandlerNotFound: The handler "none\.ts"/);
  assert.match(explain("").text, /^Runtime\.MalformedHandlerName: /);
  const bad = explain("hello.ts", { STDLAMBDA_MOOD: "x" });
  assert.match(bad.text, /^Runtime\.InvalidSetting: /);
  assert.equal(bad.found, false);
});

it("obeys the settings", () => {
  assert.equal(explain("(e)=>e", { STDLAMBDA_EXPRESSIONS: "off" }).found, false);
  assert.match(
    explain("a.b.handler", { STDLAMBDA_HANDLER_RULES: "aws" }).text,
    /^export b\.handler of/,
  );
});
