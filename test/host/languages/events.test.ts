// What an event may be and what it is answered with, in every language as in JavaScript: bytes of any
// kind and size, requests over HTTP, records of a batch.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { maximumPayloadBytes } from "../../../lambda/limits.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { alb, albLists, lattice, payload1, payload2, webSocket } from "../event/http-events.ts";
import { languageCases } from "./cases.ts";

const root = join(import.meta.dirname, "../../fixtures/languages");

/** A function's export is `()` under `stdio`, the argument of `main` in that mode. */
type Way = "stdio" | "main";
const ways: readonly Way[] = ["stdio", "main"];

function start(file: string, way: Way, name: string, env: Record<string, string> = {}) {
  const [settings, handler] =
    way === "main"
      ? [{ STDLAMBDA_MODE: "main" }, `script:${file},${name}`]
      : [{ STDLAMBDA_CONVENTION: "stdio" }, `module:${file}#${name}`];
  return startHost({ handler, root, env: { ...settings, ...env } });
}

/** For Node before the host: the shell that makes pipes ends at once, and children get socket pairs. */
const withoutPipes = `import processes from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
const { spawn } = processes;
processes.spawn = (program, args, options) =>
  program === "/bin/sh" && args[1].startsWith("while read")
    ? spawn("/bin/false", [], options)
    : spawn(program, args, options);
syncBuiltinESMExports();`;

/** `page` answers them in JavaScript; the same host serves all, so each answer is made once. */
const requests = {
  "a function URL": payload2(),
  "a REST API": payload1(),
  "a load balancer": alb(),
  "a load balancer with lists": albLists(),
  "VPC Lattice": lattice({ body: "text", isBase64Encoded: false }),
  "a WebSocket": webSocket(),
};

const queue = {
  Records: ["good", "bad", "ü\n"].map((body, at) => ({
    messageId: `m${at}`,
    body,
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:1:orders",
    attributes: {},
  })),
};

async function answers(
  file: string,
  way: Way,
  name: string,
  events: readonly object[],
  env: Record<string, string>,
) {
  await using host = await start(file, way, name, env);
  const given = [];
  for (const event of events) {
    const { status, body, log } = await host.invoke(event);
    given.push({ status, body: body.toString(), log });
  }
  return given;
}

function shown<Answer extends { log: string }>(given: readonly Answer[]): Omit<Answer, "log">[] {
  return given.map(({ log, ...rest }) => rest);
}

for (const { name, program, file } of languageCases) {
  describe(`events in ${name}`, { skip: missingTool([program]) }, () => {
    for (const way of ways) {
      it(`are read and answered byte for byte (${way})`, async () => {
        await using host = await start(file, way, "duplicate");
        const large = Buffer.alloc(maximumPayloadBytes, "0123456789abcdeé\n");
        for (const event of [
          Buffer.alloc(0),
          Buffer.from("one line\r\nand another\r\n\r"),
          Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x00, 0xed, 0xa0, 0x80, 0x0a, 0x00]),
          Buffer.from("\u{1F600}é\\\"' $(id) `id` %s\t\n\n"),
          large,
          Buffer.from("after"),
        ]) {
          const { status, body } = await host.invoke(event);
          assert.equal(status, "response", body.toString("utf8", 0, 1000));
          assert.ok(body.equals(event), `${body.subarray(0, 100)} (${body.length} bytes)`);
        }
      });

      it(`are the same where no pipes can be made (${way})`, async () => {
        const preload = `data:text/javascript,${encodeURIComponent(withoutPipes)}`;
        const env = { NODE_OPTIONS: `--import=${preload}` };
        await using host = await start(file, way, "duplicate", env);
        for (const event of ["one\nline", "", "x".repeat(200_000), "last é"]) {
          const { status, body } = await host.invoke(event);
          assert.equal(status, "response", body.toString("utf8", 0, 1000));
          assert.equal(body.toString(), event);
        }
      });

      it(`over HTTP have the answers that they have in JavaScript (${way})`, async () => {
        for (const env of [{ STDLAMBDA_STDIN: "body" }, { STDLAMBDA_STDOUT: "stream" }]) {
          const events = Object.values(requests);
          const own = await answers(file, way, "page", events, env);
          const node = await answers("node.mjs", way, "page", events, env);
          assert.deepEqual(shown(own), shown(node));
          assert.match(
            own[0]?.body ?? "",
            /"statusCode":201.*POST\|\/a b\/c\|x=1&y=%20\|2\|one=1; two=2/s,
          );
        }
      });

      it(`of a queue are reported record by record (${way})`, async () => {
        const env = { STDLAMBDA_BATCH: "record", STDLAMBDA_STDIN: "body" };
        const [own] = await answers(file, way, "record", [queue], env);
        const [node] = await answers("node.mjs", way, "record", [queue], env);
        assert.equal(own?.body, '{"batchItemFailures":[{"itemIdentifier":"m1"}]}');
        assert.equal(own?.body, node?.body);
        for (const line of ["m0 good", "m1 bad", "m2 ü"]) {
          assert.ok(own?.log.split("\n").includes(line), own?.log);
        }
      });
    }
  });
}
