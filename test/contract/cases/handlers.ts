// The forms of the handler setting and the modes of a script, as the API sees them.
import { equal, notEqual, ok } from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ContractCase, Run, Sent } from "../case.ts";
import { bodyOf } from "../fake/recorded-request.ts";
import type { TurnRecord } from "../fake/runtime-api.ts";

const echoed: Sent = { event: '{"a":"é"}', expect: { response: '{"a":"é"}' } };

const forms = {
  "script:echo.sh": "a script, named as one",
  "./echo.sh": "a path with a dot",
  "cmd:cat": "a program on PATH",
  "expr:(e)=>e": "an expression, named as one",
  "(e)=>({...e})": "an expression",
  '(e)=>"#"&&e': "an expression that holds a #",
  "index.mjs#echo": "a module and export",
  "module:index.mjs#echo": "a module, named as one",
};

export const handlerCases: ContractCase[] = [
  ...Object.entries(forms).map(([setting, what]): ContractCase => {
    return {
      number: 80,
      name: `a handler setting may be ${what}: ${setting}`,
      handler: { script: setting },
      turns: [echoed, echoed],
    };
  }),
  {
    number: 80,
    name: "a script in a folder runs in the task root",
    handler: { script: "jobs/report.sh" },
    async prepare(root) {
      await mkdir(join(root, "jobs"));
      await writeFile(join(root, "jobs/report.sh"), folderScript);
    },
    turns: [
      {
        expect: { response: /./ },
        check: (turn, { root }) => equal(responseOf(turn), `${root}\n`),
      },
    ],
  },
  {
    number: 80,
    name: "arguments come from the setting alone, percent-decoded",
    handler: { script: "script:arguments.sh,--fast,a%20b,%2C,$HOME" },
    turns: [{ expect: { response: "[--fast][a b][,][$HOME]" } }],
  },
  {
    number: 80,
    name: "a shebang may end in CR",
    handler: { script: "crlf" },
    prepare: (root) =>
      writeFile(
        join(root, "crlf"),
        "#!/usr/bin/env node\r\nprocess.stdin.pipe(process.stdout);\r\n",
      ),
    turns: [echoed],
  },
  ...["spawn", "prefork", "prestart"].map((mode): ContractCase => {
    return {
      number: 81,
      name: `a fresh process for every event, in mode ${mode}`,
      handler: { script: "pid.mjs" },
      env: { STDLAMBDA_MODE: mode },
      prepare: (root) => writeFile(join(root, "pid.mjs"), pidScript),
      turns: [{ expect: { response: /^\d+$/ } }, { expect: { response: /^\d+$/ } }],
      check({ api }) {
        notEqual(responseOf(api.turns[0]), responseOf(api.turns[1]), "one process for two events");
      },
    };
  }),
  {
    number: 81,
    name: "a preforked child that dies while idle costs no event",
    handler: { script: "pid.mjs" },
    env: { STDLAMBDA_MODE: "prefork" },
    linux: true,
    prepare: (root) => writeFile(join(root, "pid.mjs"), pidScript),
    turns: [
      { expect: { response: /^\d+$/ } },
      { before: killChildren, expect: { response: /^\d+$/ } },
      { before: killChildren, expect: { response: /^\d+$/ } },
    ],
  },
  {
    number: 81,
    name: "a prestarted script is given its context as a line on a descriptor",
    handler: { script: "early-context.sh" },
    env: { STDLAMBDA_MODE: "prestart" },
    turns: ["first", "second"].map((requestId) => ({
      requestId,
      expect: { response: /./ },
      check(turn) {
        const { context, headers } = JSON.parse(responseOf(turn));
        equal(context.awsRequestId, requestId);
        equal(headers["lambda-runtime-aws-request-id"], requestId);
      },
    })),
  },
  {
    number: 81,
    name: "a script that ends before its event came is run by spawn from then on",
    handler: { script: "ignores-stdin.sh" },
    env: { STDLAMBDA_MODE: "prestart" },
    turns: [1, 2, 3].map(() => ({
      headers: { "Lambda-Runtime-Client-Context": '{"custom":{"do":"print"}}' },
      expect: { response: '"printed"\n' },
    })),
  },
  {
    number: 82,
    name: "in mode loop one process serves many events, and is replaced when it ends",
    handler: { script: "loop.mjs" },
    env: { STDLAMBDA_MODE: "loop" },
    turns: [
      { requestId: "first", event: { who: true }, expect: { response: /"id":"first"/ } },
      { requestId: "second", event: '{"who"\n:\r\ntrue}', expect: { response: /"id":"second"/ } },
      { event: { end: true }, expect: { error: { type: /^Function\.Exit7$/ } } },
      { event: { who: true }, expect: { response: /"process":\d+/ } },
    ],
    check({ api }) {
      const [first, second, , fourth] = api.turns.map(processOf);
      equal(first, second, "two processes for two events");
      notEqual(fourth, second, "the process that ended serves on");
    },
  },
  {
    number: 82,
    name: "in mode loop a line that no event asked for reaches no caller",
    handler: { script: "loop.mjs" },
    env: { STDLAMBDA_MODE: "loop" },
    turns: [
      { requestId: "a", event: { who: true }, expect: { response: /"id":"a"/ } },
      {
        requestId: "b",
        event: { who: true, twice: true },
        expect: { error: { type: /^Function\.TooMuchOutput$/ } },
      },
      { requestId: "c", event: { who: true }, expect: { response: /"id":"c"/ } },
    ],
    check({ api }) {
      const [first, , third] = api.turns.map(processOf);
      notEqual(third, first, "the process that wrote too much serves on");
    },
  },
  {
    number: 83,
    name: "a script that exports main is loaded once and called for each event",
    handler: { script: "with-main.mjs" },
    turns: [
      { event: "count", expect: { response: "1" } },
      { event: "fail", expect: { error: { type: /^RangeError$/, message: /^out of range$/ } } },
      { event: "exit", expect: { error: { type: /^Function\.Exit5$/ } } },
      { event: "count", expect: { response: "4" } },
    ],
  },
  {
    number: 83,
    name: "what main prints after it has returned belongs to no later event",
    handler: { script: "with-main.mjs" },
    turns: [
      { event: "late", expect: { response: "in time" } },
      { event: "patient", expect: { response: "alone" } },
    ],
  },
  {
    number: 84,
    name: "with stdout as json, text is a string, nothing is null, JSON stays",
    handler: { script: "echo.sh" },
    env: { STDLAMBDA_STDOUT: "json" },
    turns: [
      { event: 'say "é"\n', expect: { response: '"say \\"é\\""' } },
      { event: "two\nlines\n\n", expect: { response: '"two\\nlines\\n"' } },
      { event: "", expect: { response: "null" } },
      { event: '{ "a" : 1 }\n', expect: { response: '{ "a" : 1 }\n' } },
      {
        event: Buffer.from("fffe41", "hex"),
        expect: { error: { type: /^Function\.InvalidOutput$/ } },
      },
    ],
  },
];

/** Those that wait for an event; a while later the event comes. */
async function killChildren(run: Run): Promise<void> {
  const children = run.processes().filter(({ pid }) => pid !== run.pid);
  ok(children.length > 0, "no child waits for an event");
  for (const { pid } of children) process.kill(pid, "SIGKILL");
  await delay(200);
}

function processOf(turn: TurnRecord): string | undefined {
  return /"process":(\d+)/.exec(responseOf(turn))?.[1];
}

const folderScript = `event=$(cat)
case $event in *"plain echo"*) printf %s "$event" ;; *) pwd -P ;; esac
`;

const pidScript = `import { readFileSync } from "node:fs";
const event = readFileSync(0, "utf8");
process.stdout.write(event.includes("plain echo") ? event : String(process.pid));
`;

function responseOf(turn: TurnRecord | undefined): string {
  const post = turn?.posts[0];
  return post ? bodyOf(post).toString() : "";
}
