// stdlambda.config.json, .ts and .mjs: what they declare, and what is said of what is wrong.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../../../host/expected-error.ts";
import { declareConfiguration } from "../../../project/config-file/declare-configuration.ts";
import type { DeclaredFunctions } from "../../../project/declared-function.ts";
import { makeFolder, writeInto } from "../folder.ts";

const env = { PATH: process.env.PATH ?? "", STAGE: "test" };

function declareText(
  text: string,
  name = "stdlambda.config.json",
  files: Record<string, string> = {},
): Promise<DeclaredFunctions> {
  const root = makeFolder({ "hello.ts": "1", ...files, [name]: text });
  return declareConfiguration(join(root, name), env);
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail("it was accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ExpectedError, String(error));
  return error.message;
}

test("a text is short for a handler, with Lambda's own defaults", async () => {
  const { functions, kind, warnings } = await declareText('{"functions":{"hello":"hello.ts"}}');
  assert.equal(kind, "configuration");
  assert.deepEqual(warnings, []);
  const [{ root, ...rest } = assert.fail()] = functions;
  assert.deepEqual(rest, {
    name: "hello",
    handler: "hello.ts",
    runtime: "provided.al2023",
    memory: 128,
    timeout: 3,
    environment: {},
    layers: [],
    source: "stdlambda.config.json",
  });
});

test("every key has its place in the declared function", async () => {
  const configuration = {
    functions: {
      hello: {
        handler: "a.ts",
        root: "sub",
        runtime: "nodejs24.x",
        memory: 256,
        timeout: 900,
        environment: { NAME: "x", COUNT: 5, IS_ON: true },
        layers: ["layer", "layer.zip", "arn:aws:lambda:eu-west-1:123456789012:layer:x:7"],
        mode: "spawn",
        url: { auth: "iam", stream: true, cors: { allowOrigins: ["*"], maxAge: 5 } },
        logFormat: "json",
        applicationLogLevel: "WARN",
        systemLogLevel: "DEBUG",
        maxConcurrency: 10,
        snapStart: true,
        reservedConcurrency: 0,
        ephemeralStorage: 1024,
        architecture: "arm64",
      },
    },
  };
  const files = { "sub/a.ts": "1", "layer/bin/": "", "layer.zip": "PK" };
  const { functions } = await declareText(JSON.stringify(configuration), undefined, files);
  const [{ root, layers, ...rest } = assert.fail()] = functions;
  assert.deepEqual(
    layers.map((layer) => layer.replace(root.replace(/\/sub$/, ""), "ROOT")),
    ["ROOT/layer", "ROOT/layer.zip", "arn:aws:lambda:eu-west-1:123456789012:layer:x:7"],
  );
  assert.deepEqual(rest, {
    name: "hello",
    handler: "a.ts",
    runtime: "nodejs24.x",
    memory: 256,
    timeout: 900,
    environment: { STDLAMBDA_MODE: "spawn", NAME: "x", COUNT: "5", IS_ON: "true" },
    source: "stdlambda.config.json",
    url: {
      authType: "AWS_IAM",
      invokeMode: "RESPONSE_STREAM",
      cors: { AllowOrigins: ["*"], MaxAge: 5 },
    },
    logFormat: "JSON",
    applicationLogLevel: "WARN",
    systemLogLevel: "DEBUG",
    maxConcurrency: 10,
    snapStart: true,
    reservedConcurrency: 0,
    ephemeralStorage: 1024,
    architecture: "arm64",
  });
});

test("defaults stand under each function: variables merge, layers come first, the rest is replaced", async () => {
  const { functions } = await declareText(
    JSON.stringify({
      defaults: { timeout: 9, mode: "loop", environment: { AA: "1", BB: "1" }, layers: ["one"] },
      functions: {
        a: { handler: "hello.ts", timeout: 4, environment: { BB: "2" }, layers: ["two"] },
        b: { handler: "hello.ts", mode: "spawn" },
      },
    }),
    undefined,
    { "one/": "", "two/": "" },
  );
  const [a, b] = functions;
  assert.equal(a?.timeout, 4);
  assert.equal(b?.timeout, 9);
  assert.deepEqual(a?.environment, { STDLAMBDA_MODE: "loop", AA: "1", BB: "2" });
  assert.equal(b?.environment.STDLAMBDA_MODE, "spawn");
  assert.deepEqual(
    a?.layers.map((layer) => layer.split("/").at(-1)),
    ["one", "two"],
  );
});

test("url may be true, false, iam or an object", async () => {
  const text = JSON.stringify({
    functions: Object.fromEntries(
      [true, false, "iam", {}].map((url, index) => [`f${index}`, { handler: "hello.ts", url }]),
    ),
  });
  const { functions } = await declareText(text);
  assert.deepEqual(
    functions.map(({ url }) => url?.authType),
    ["NONE", undefined, "AWS_IAM", "NONE"],
  );
});

test("a handler that names nothing is a warning: the file may come later", async () => {
  const { warnings, functions } = await declareText('{"functions":{"a":"helo.ts"}}');
  assert.equal(functions.length, 1);
  assert.match(warnings[0] ?? "", /functions\.a: The handler "helo\.ts" names nothing.*hello\.ts/);
});

const refused: Record<string, readonly [text: string, message: RegExp]> = {
  "an unknown key": [
    '{"functions":{"a":{"handler":"hello.ts",\n "memry":5}}}',
    /json:2:2: functions\.a\.memry: is not known\. Did you mean memory\?/,
  ],
  "an unknown key at the top": ['{"functons":{}}', /functons: .*Did you mean functions\?/],
  "a number as a text": [
    '{"functions":{"a":{"handler":"hello.ts","timeout":"5"}}}',
    /functions\.a\.timeout: must be a number, not "5"/,
  ],
  "a missing handler": [
    '{"functions":{"a":{}}}',
    /functions\.a\.handler: is missing; write a file/,
  ],
  "a function that is neither": [
    '{"functions":{"a":5}}',
    /a: must be a file name, FILE\.EXPORT or/,
  ],
  "missing functions": ["{}", /functions: is missing; write \{ "functions"/],
  "a list": ["[]", /it must be an object, not a list/],
  "no function": ['{"functions":{}}', /there are no functions in it; write one as/],
  "a bad mode": [
    '{"functions":{"a":{"handler":"hello.ts","mode":"spwn"}}}',
    /"spwn" is not possible\. Did you mean spawn\?/,
  ],
  "a bad name": ['{"functions":{"a b":"hello.ts"}}', /"a b" is not a name for a function; use/],
  "a handler with white space": ['{"functions":{"a":"a b"}}', /"a b" is not a handler; write/],
  "a second function of one name": [
    '{"functions":{\n"a":"hello.ts",\n"a":"hello.ts"}}',
    /json:3:1: the key occurs twice/,
  ],
  "too little memory": [
    '{"functions":{"a":{"handler":"hello.ts","memory":1.5}}}',
    /a\.memory: 1\.5 is not possible; write a whole number of MB from 128 to/,
  ],
  "too much time, in the defaults": [
    '{"functions":{"a":"hello.ts","b":{"handler":"hello.ts"}},\n"defaults":{"timeout":901}}',
    /json:2:13: defaults\.timeout: 901 is not possible/,
  ],
  "a reserved variable": [
    '{"functions":{"a":{"handler":"hello.ts","environment":{"_HANDLER":"x"}}}}',
    /environment\._HANDLER: .*reserved/,
  ],
  "a variable's name": [
    '{"functions":{"a":{"handler":"hello.ts","environment":{"A-B":"x"}}}}',
    /"A-B" is not a name for a variable on Lambda/,
  ],
  "a variable that is a list": [
    '{"functions":{"a":{"handler":"hello.ts","environment":{"AB":[]}}}}',
    /environment\.AB: must be a string/,
  ],
  "an unknown setting": [
    '{"functions":{"a":{"handler":"hello.ts","environment":{"STDLAMBDA_MOD":"x"}}}}',
    /environment\.STDLAMBDA_MOD: .*Did you mean STDLAMBDA_MODE/,
  ],
  "too large an environment": [
    JSON.stringify({
      functions: { a: { handler: "hello.ts", environment: { BIG: "x".repeat(5000) } } },
    }),
    /the variables take 50\d\d bytes, and Lambda allows 4096/,
  ],
  "a layer that is not there": [
    '{"functions":{"a":{"handler":"hello.ts","layers":["gone"]}}}',
    /layers\.0: .*gone does not exist; name a folder/,
  ],
  "a layer's ARN without a version": [
    '{"functions":{"a":{"handler":"hello.ts","layers":["arn:aws:lambda:eu-west-1:1:layer:x"]}}}',
    /not the ARN of a layer version/,
  ],
  "six layers": [
    '{"functions":{"a":{"handler":"hello.ts","layers":[".",".",".",".",".","."]}}}',
    /there are 6 layers, and Lambda allows 5/,
  ],
  "a root that is a file": [
    '{"functions":{"a":{"handler":"hello.ts","root":"hello.ts"}}}',
    /a\.root: .*is not a folder/,
  ],
  "a comma too many": [
    '{"functions":{\n  "a":"b",}}',
    /json:2:11: it is not valid JSON: a name in "/,
  ],
  "an empty file": ["", /json:1:1: it is not valid JSON: a value is expected, not the end/],
};

for (const [what, [text, message]] of Object.entries(refused)) {
  test(`${what} is refused with place and advice`, async () => {
    assert.match(await messageOf(declareText(text)), message);
  });
}

test("everything that is wrong is told at once", async () => {
  const message = await messageOf(
    declareText('{"functions":{"a":{"handler":5,"memory":"x","nope":1}}}'),
  );
  assert.equal(message.split("\n").length, 3);
});

test("TypeScript is read with what it imports, and anew each time", async () => {
  const root = makeFolder({
    "hello.ts": "1",
    "lib/limits.ts": "export const memory: number = 256;",
    "stdlambda.config.ts":
      'import { memory } from "./lib/limits.ts";\n' +
      "const stage: string = process.env.STAGE as string;\n" +
      'export default { functions: { hello: { handler: "hello.ts", memory, environment: { STAGE: stage } } } };\n',
  });
  const file = join(root, "stdlambda.config.ts");
  const first = await declareConfiguration(file, env);
  assert.equal(first.functions[0]?.memory, 256);
  assert.deepEqual(first.functions[0]?.environment, { STAGE: "test" });
  assert.deepEqual(first.files, [file, join(root, "lib/limits.ts")]);
  writeInto(root, "lib/limits.ts", "export const memory: number = 512;");
  const second = await declareConfiguration(file, env);
  assert.equal(second.functions[0]?.memory, 512);
});

const broken: Record<string, readonly [name: string, text: string, message: RegExp]> = {
  "TypeScript that does not parse": [
    "stdlambda.config.ts",
    "export default {\n  functions: {,\n};\n",
    /^stdlambda\.config\.ts:2:15: SyntaxError/,
  ],
  "JavaScript that does not parse": [
    "stdlambda.config.mjs",
    "export default {\n  functions: {,\n};\n",
    /^stdlambda\.config\.mjs:2:15: SyntaxError/,
  ],
  "what throws": [
    "stdlambda.config.ts",
    '\nthrow new TypeError("no");\nexport default {};\n',
    /^stdlambda\.config\.ts:2:7: TypeError: no/,
  ],
  "an import that does not parse": [
    "stdlambda.config.ts",
    'import "./bad.ts";\nexport default {};\n',
    /^stdlambda\.config\.ts: bad\.ts:1:\d+: SyntaxError/,
  ],
  "an import that is not there": [
    "stdlambda.config.ts",
    'import "./gone.ts";\nexport default {};\n',
    /Cannot find module '.*gone\.ts'/,
  ],
  "no default export": [
    "stdlambda.config.ts",
    "export const functions = {};\n",
    /there is no default export \(it exports functions\); write export default/,
  ],
  "a function as a value": [
    "stdlambda.config.ts",
    "export default { functions: { a: () => 1 } };\n",
    /it must hold plain values only/,
  ],
  "one that ends the process": [
    "stdlambda.config.mjs",
    "process.exit(3);\nexport default {};\n",
    /it ended with status 3 before it exported anything/,
  ],
  "a wrong shape": [
    "stdlambda.config.mjs",
    'export default { functions: { a: { handler: "hello.ts", tiemout: 1 } } };\n',
    /^stdlambda\.config\.mjs: functions\.a\.tiemout: is not known\. Did you mean timeout\?/,
  ],
};

for (const [what, [name, text, message]] of Object.entries(broken)) {
  test(`${what} is refused with place and reason`, async () => {
    assert.match(await messageOf(declareText(text, name, { "bad.ts": "const = 1;" })), message);
  });
}
