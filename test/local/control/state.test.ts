import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  creating,
  lastModified,
  requireAtRest,
  settled,
  settlingMilliseconds,
  updating,
} from "../../../local/control/state.ts";
import { openStore } from "../../../local/store/open-store.ts";
import { functionInput, startControl, temporaryDirectory } from "./control-server.ts";
import { updated } from "./functions.ts";

const code = { kind: "zip", sha256: "x", size: 1 } as const;

test("a version comes to rest by the time alone, and always as the same revision", () => {
  const now = Date.parse("2026-11-21T14:00:00.000Z");
  for (const motion of [creating, updating]) {
    const LastModified = lastModified(new Date(now));
    assert.equal(LastModified, "2026-11-21T14:00:00.000+0000");
    const version = { configuration: { ...motion, LastModified, RevisionId: "a" }, code };
    assert.equal(settled(version, now + settlingMilliseconds - 1), version);
    const rest = settled(version, now + settlingMilliseconds);
    assert.deepEqual(rest, settled(version, now + 86_400_000));
    assert.equal(rest.configuration.State, "Active");
    assert.equal(rest.configuration.LastUpdateStatus, "Successful");
    assert.equal("StateReason" in rest.configuration, false);
    assert.match(
      rest.configuration.RevisionId ?? "",
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.equal(settled(rest, now + 86_400_000), rest);
  }
});

test("only a version at rest may be changed", () => {
  const FunctionArn = "arn:aws:lambda:us-east-1:012345678912:function:hello";
  for (const [motion, message] of [
    [creating, /^The operation cannot be performed at this time\. .* following state: Pending$/],
    [updating, /An update is in progress for resource: arn:aws:lambda:.*:function:hello$/],
  ] as const) {
    assert.throws(() => requireAtRest({ ...motion, FunctionArn }), {
      type: "ResourceConflictException",
      status: 409,
      message,
    });
  }
  requireAtRest({ State: "Active", LastUpdateStatus: "Successful" });
});

test("a clock that was set back, or a time that cannot be read, leaves nothing stuck", () => {
  const now = Date.parse("2026-11-21T14:00:00.000Z");
  for (const LastModified of ["2027-01-01T00:00:00.000+0000", "yesterday", undefined]) {
    const version = { configuration: { ...creating, ...(LastModified && { LastModified }) }, code };
    assert.equal(settled(version, now).configuration.State, "Active");
  }
});

test("functions outlive the service, and are at rest when it comes back", async (t) => {
  const directory = temporaryDirectory(t);
  await t.test("the first service", async (t) => {
    const { client } = await startControl(t, { directory });
    await client.send(new CreateFunctionCommand({ ...functionInput("hello"), Publish: true }));
    await updated(client, "hello");
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: "hello", Timeout: 12 }),
    );
    // The service ends while the update is in progress.
  });
  const { client, store } = await startControl(t, { directory });
  await updated(client, "hello");
  for (const Qualifier of ["$LATEST", "1"]) {
    const input = { FunctionName: "hello", Qualifier };
    const now = await client.send(new GetFunctionConfigurationCommand(input));
    assert.equal(now.State, "Active");
    assert.equal(now.LastUpdateStatus, "Successful");
    assert.equal(now.Timeout, Qualifier === "1" ? 3 : 12);
  }
  assert.equal(store.functions.all().length, 1);
});

test("the rest of a function is written down soon", async (t) => {
  const directory = temporaryDirectory(t);
  const { client, store } = await startControl(t, { directory });
  await client.send(new CreateFunctionCommand(functionInput("hello")));
  await updated(client, "hello");
  const input = { FunctionName: "hello" };
  const { RevisionId } = await client.send(new GetFunctionConfigurationCommand(input));
  while (store.functions.get("hello")?.latest.configuration.State !== "Active") {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const kept = store.functions.get("hello")?.latest.configuration;
  assert.equal(kept?.RevisionId, RevisionId);
  await store.close();
  const again = await openStore(directory, { onDamage: (message) => assert.fail(message) });
  assert.equal(again.functions.get("hello")?.latest.configuration.State, "Active");
  await again.close();
});
