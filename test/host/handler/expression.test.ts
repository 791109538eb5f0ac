// A handler that is an expression, evaluated once at init.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evaluateExpression } from "../../../host/handler/expression.ts";
import { temporaryFiles } from "../temporary-files.ts";

const root = temporaryFiles({
  "lib.mts": "export const make = (o: { a: number }) => (e: number) => e + o.a;\n",
  "lib.cjs": "module.exports = (e) => e * 2;\n",
  "typed.ts": "export default function (e: number): number { return e - 1; }\n",
});

async function call(source: string, argument?: unknown): Promise<unknown> {
  return (await evaluateExpression(source, root))(argument);
}

describe("an expression", () => {
  it("gives the function", async () => {
    assert.deepEqual(await call("(e)=>({n:e.Records.length})", { Records: [1, 2] }), { n: 2 });
    assert.equal(await call("e=>e//the-event", 7), 7);
    assert.equal(await call("function(e){return(this,e)}", 1), 1);
    assert.equal(await call("JSON.stringify", { a: 1 }), '{"a":1}');
  });

  it("gives a promise of it, from modules beside it", async () => {
    assert.equal(await call('import("./lib.mts").then(m=>m.make({a:1}))', 1), 2);
    assert.equal(await call('import("./typed.ts").then(m=>m.default)', 1), 0);
  });

  it("requires what stands beside it", async () => {
    assert.equal(await call('require("./lib.cjs")', 4), 8);
    assert.equal(await call('require("node:path").basename', "/a/b"), "b");
  });
});

describe("an expression that is not a handler", () => {
  it("does not parse: Runtime.UserCodeSyntaxError with its text", async () => {
    for (const source of ["(e)=>", "e=>{", "const a=1", "1)//", "a;b"]) {
      await assert.rejects(
        evaluateExpression(source, root),
        (error: Error & { type?: string }) =>
          error.type === "Runtime.UserCodeSyntaxError" && error.message.includes(source),
        source,
      );
    }
  });

  it("gives no function: Runtime.InvalidExpression with what it gave", async () => {
    const values = {
      "1": "number",
      "({})": "object",
      null: "null",
      "Promise.resolve()": "undefined",
    };
    for (const [source, kind] of Object.entries(values)) {
      await assert.rejects(evaluateExpression(source, root), {
        type: "Runtime.InvalidExpression",
        message: new RegExp(`evaluated to ${kind}, not to a function`),
      });
    }
  });

  it("throws while it is evaluated: Runtime.InvalidExpression with the reason", async () => {
    const throwing = {
      "none()": /ReferenceError: none is not defined/,
      'import("./none.mjs")': /none\.mjs/,
      'Promise.reject("text")': /string: text/,
      "(()=>{throw(null)})()": /null/,
    };
    for (const [source, message] of Object.entries(throwing)) {
      await assert.rejects(evaluateExpression(source, root), {
        type: "Runtime.InvalidExpression",
        message,
      });
    }
  });
});
