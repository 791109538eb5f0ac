// The `aws` convention beside AWS's own runtime for Node: the same handlers give the same answers.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { peers } from "../../contract/peers.ts";
import { type Host, startHost } from "../../helpers/runtime-api.ts";
import { functionFolder } from "./function-folder.ts";

/** Bodies of `export const handler = …`. */
const handlers: Readonly<Record<string, string>> = {
  "an object": "async () => ({ a: [1, null, 'é'] })",
  "a value without a promise": "() => ({ sync: true })",
  undefined: "async () => undefined",
  null: "async () => null",
  "a string": "async () => 'te\\u0022xt'",
  "a number": "async () => 1.5",
  "NaN and dates": "async () => [NaN, new Date(0)]",
  "what toJSON gives": "async () => ({ toJSON: () => 'converted' })",
  "a Buffer": "async () => Buffer.from('ab')",
  "the event": "async (event) => event",
  "the event's type": "async (event) => typeof event",
  "a thenable": "() => ({ then: (resolve) => resolve(7) })",
  "a function with a then":
    "() => Object.assign(() => {}, { then: (resolve) => resolve('of a function') })",
  "a thenable that resolves with a promise":
    "() => ({ then: (resolve) => setTimeout(resolve, 2, Promise.resolve({ then: (more) => more('deep') })) })",
  "a thenable that rejects": "() => ({ then: (_, reject) => reject(new RangeError('refused')) })",
  "a thenable that rejects with a text": "() => ({ then: (_, reject) => reject('refused') })",
  "a thenable that throws": "() => ({ then() { throw new RangeError('thrown'); } })",
  "a thenable that throws after it resolved":
    "() => ({ then(resolve) { resolve(1); throw new Error('too late'); } })",
  "a thenable that settles twice":
    "() => ({ then(resolve, reject) { resolve(1); reject(new Error('no')); resolve(2); } })",
  "a then that throws when it is read":
    "() => ({ get then() { throw new RangeError('getter'); } })",
  "a then that is no function": "() => ({ then: 5 })",
  "a promise of a class of its own":
    "() => { class Mine extends Promise { then(a, b) { return super.then((v) => a('own ' + v), b); } } return Mine.resolve('value'); }",
  "an async thenable": "async () => ({ then: (resolve) => resolve('of async') })",
  "a function": "() => () => 1",
  "a symbol": "() => Symbol('s')",
  "a Map, a Set, a RegExp and an Error":
    "() => [new Map([[1, 2]]), new Set([1]), /x/, new Error('e')]",
  "an ArrayBuffer, a DataView and a Blob":
    "() => [new ArrayBuffer(2), new DataView(new ArrayBuffer(2)), new Blob(['a'])]",
  "a typed array": "() => new Uint16Array([1, 2])",
  "a BigInt": "() => 1n",
  "a cycle": "() => { const a = {}; a.a = a; return a; }",
  "an Error": "async () => { throw new Error('failed'); }",
  "an Error without a promise": "() => { throw new Error('at once'); }",
  "an Error with a code and a cause": `async () => { throw Object.assign(new Error("é\\nsecond", { cause: new Error("x") }), { code: "E" }); }`,
  "an Error with a name": `async () => { const error = new Error("m"); error.name = "Custom.Name"; throw error; }`,
  "a class of its own": `async () => { class Mine extends TypeError { name = "Mine"; } throw new Mine("mine"); }`,
  "an Error without a message": "async () => { throw new RangeError(); }",
  "an AggregateError": "async () => { throw new AggregateError([new Error('a')], 'many'); }",
  "a string thrown": "async () => { throw 'text'; }",
  "a number thrown": "async () => { throw 12; }",
  "false thrown": "async () => { throw false; }",
  "undefined thrown": "async () => { throw undefined; }",
  "null thrown": "async () => { throw null; }",
  "the names of the context":
    "async (event, context) => Object.keys(context).filter((key) => context[key] !== undefined).sort()",
  "the arguments": "async (...rest) => rest.length",
  "a nested promise": "async () => Promise.resolve(Promise.resolve('inner'))",
};

/** Where ours is meant to differ, with the reason. */
const differs: Readonly<Record<string, string>> = {
  "a function": "AWS's native client refuses it as a wrong argument; ours is null, as of undefined",
  "a symbol": "AWS's native client refuses it as a wrong argument; ours is null, as of undefined",
  "a BigInt": "ours says what JSON cannot hold",
  "a cycle": "ours says what JSON cannot hold",
  "the names of the context": "ours has deadlineMs besides",
};

const fileOf = (name: string) => name.replaceAll(/\W+/g, "-");
const folder = functionFolder(
  Object.fromEntries(
    Object.entries(handlers).map(([name, body]) => [
      `${fileOf(name)}.mjs`,
      `export const handler = ${body};\n`,
    ]),
  ),
);

const skip = existsSync(peers.ric.bootstrap)
  ? false
  : `${peers.ric.title} is not installed: npm run peers`;

describe(`a function answers as in ${peers.ric.title}`, { concurrency: 2, skip }, () => {
  for (const name of Object.keys(handlers)) {
    it(name, { skip: differs[name] }, async () => {
      const options = { handler: `${fileOf(name)}.handler`, root: folder.root };
      await using ours = await startHost(options);
      await using theirs = await startHost({ ...options, bootstrap: peers.ric.bootstrap });
      assert.deepEqual(await answerOf(ours), await answerOf(theirs));
    });
  }
});

/** The stack has another name there, and other files in it. */
async function answerOf(host: Host) {
  const { status, body } = await host.invoke({ a: [1, "é"] });
  const value = body.length === 0 ? undefined : JSON.parse(body.toString());
  if (status === "response") return { status, value };
  return { status, errorType: value.errorType, errorMessage: value.errorMessage };
}
