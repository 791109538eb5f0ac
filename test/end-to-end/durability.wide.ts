// `stdlambda dev` killed in the middle of its work, again and again: what it said it has, it has.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  PublishVersionCommand,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { processesWith } from "../contract/processes.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { clientOf, role } from "./client.ts";
import { startDev, until } from "./dev-process.ts";
import { zip } from "./zip.ts";

const skip = missingTool(["bash", "curl"]);
const rounds = 3;
const writers = 3;

/** Counts the events that reach a function; `RECEIVER` is its address. */
async function startReceiver(t: TestContext) {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const id = (request.url ?? "").slice(1);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Acknowledged {
  /** The description that was last acknowledged of each function, and one that may be there. */
  readonly functions: Map<string, { sure: string; tried: string; alias: boolean }>;
  readonly events: Set<string>;
}

/** Creates, changes and publishes until the service is gone. */
async function write(
  client: LambdaClient,
  prefix: string,
  code: Buffer,
  { functions }: Acknowledged,
): Promise<void> {
  for (let number = 0; ; number += 1) {
    const FunctionName = `${prefix}-${number}`;
    await client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "provided.al2023",
        Role: role,
        Handler: "any",
        Description: "created",
        Code: { ZipFile: code },
      }),
    );
    const known = { sure: "created", tried: "created", alias: false };
    functions.set(FunctionName, known);
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 5, minDelay: 0.06 }, { FunctionName });
    known.tried = "changed";
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Description: "changed" }),
    );
    known.sure = "changed";
    await delay(60);
    await client.send(new PublishVersionCommand({ FunctionName }));
    await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
    known.alias = true;
  }
}

async function sendEvents(client: LambdaClient, { events }: Acknowledged): Promise<void> {
  for (;;) {
    const id = randomUUID();
    const Payload = Buffer.from(JSON.stringify(id));
    await client.send(
      new InvokeCommand({ FunctionName: "deliver", InvocationType: "Event", Payload }),
    );
    events.add(id);
    await delay(20);
  }
}

async function check(client: LambdaClient, { functions }: Acknowledged): Promise<void> {
  const listed = new Set<string>();
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName } of Functions) listed.add(FunctionName as string);
  }
  for (const name of functions.keys()) assert.ok(listed.has(name), `${name} is lost`);
  for (const FunctionName of listed) {
    const { Configuration, Code } = await client.send(new GetFunctionCommand({ FunctionName }));
    const known = functions.get(FunctionName);
    if (known === undefined) continue;
    assert.ok([known.sure, known.tried].includes(Configuration?.Description ?? ""), FunctionName);
    assert.equal((await fetch(Code?.Location as string)).status, 200, "its code is there");
    if (!known.alias) continue;
    const alias = await client.send(new GetAliasCommand({ FunctionName, Name: "live" }));
    assert.equal(alias.FunctionVersion, "1");
  }
}

suite("A service that is killed", { skip, timeout: 100_000 }, () => {
  test("has all it acknowledged when it is back, and leaves no process behind", async (t) => {
    const receiver = await startReceiver(t);
    const mark = randomUUID();
    const root = temporaryFiles({
      "deliver.sh": 'read -r id; sleep 0.05; curl -s "$RECEIVER/$(echo "$id" | tr -d \\")"',
      "rest.sh": "sleep 1000 & cat",
      "hang.sh": "sleep 1000",
    });
    // By turns with and without bubblewrap, whose absence leaves the end of the runtimes to us.
    const start = (round: number) =>
      startDev(
        t,
        {},
        {
          root,
          args: [
            ...(round % 2 === 0 ? [] : ["--no-bubblewrap"]),
            "--env",
            `RECEIVER=${receiver.url}`,
            "--env",
            `MARK=${mark}`,
          ],
        },
      );
    const code = await zip({ "bootstrap*": "#!/bin/sh\nexit 1\n", any: randomUUID() });
    const acknowledged: Acknowledged = { functions: new Map(), events: new Set() };
    for (let round = 0; round < rounds; round += 1) {
      const dev = await start(round);
      const client = clientOf(t, dev, { maxAttempts: 1 });
      await check(client, acknowledged);
      // One environment is frozen, another one at work when the end comes.
      assert.equal(await (await dev.invoke("rest", round)).text(), String(round));
      const work = [
        dev.invoke("hang"),
        sendEvents(client, acknowledged),
        ...Array.from({ length: writers }, (_, writer) =>
          write(client, `f${round}-${writer}`, code, acknowledged),
        ),
      ];
      const ended = Promise.allSettled(work);
      await delay(300 + 150 * round);
      await dev.end("SIGKILL");
      for (const outcome of await ended) {
        assert.equal(outcome.status, "rejected");
        assert.match(String(outcome.reason.cause ?? outcome.reason), /ECONN|socket|fetch/i);
      }
      await until(() => processesWith(`MARK=${mark}`).length === 0, "the runtimes end as well");
    }
    assert.ok(acknowledged.functions.size > writers, "there was something to lose");
    assert.ok(acknowledged.events.size > 0);
    const dev = await start(rounds);
    await check(clientOf(t, dev), acknowledged);
    await until(
      () => [...acknowledged.events].every((id) => receiver.seen.has(id)),
      "each event is delivered",
    );
    assert.doesNotMatch(dev.log(), /damaged|is gone/);
    const left = (folder: string) => readdirSync(join(root, ".stdlambda", folder));
    await until(() => left("queue").length === 0, "the queue is empty");
    await dev.end();
    assert.deepEqual(left("tmp"), [], "no environment has left its files");
  });
});
