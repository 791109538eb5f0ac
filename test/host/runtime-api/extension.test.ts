// The registration that makes Lambda send SIGTERM.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { registerForSigterm } from "../../../host/runtime-api/extension.ts";
import { type ConnectionScript, sized, startScriptedServer } from "./scripted-server.ts";

const registered = sized(200, "{}", "Lambda-Extension-Identifier: id-1");

test("it registers for no event, then leaves one call open", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    await peer.write(registered);
    await peer.request();
  });
  await registerForSigterm(server.address);
  await delay(30);
  const [register, next] = server.requests;
  assert.match(register?.head ?? "", /^POST \/2020-01-01\/extension\/register HTTP\/1\.1\r\n/);
  assert.match(register?.head ?? "", /\r\nLambda-Extension-Name: stdlambda\r\n/);
  assert.equal(register?.body.toString(), '{"events":[]}');
  assert.match(next?.head ?? "", /^GET \/2020-01-01\/extension\/event\/next HTTP\/1\.1\r\n/);
  assert.match(next?.head ?? "", /\r\nLambda-Extension-Identifier: id-1\r\n/);
  assert.equal(server.requests.length, 2);
});

test("the end of the open call is nobody's error", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    await peer.write(registered);
    await peer.request();
    peer.reset();
  });
  await registerForSigterm(server.address);
  await delay(30);
  assert.equal(server.connections, 1, "the call is not repeated");
});

for (const [what, script] of Object.entries<ConnectionScript>({
  "403": async (peer) => {
    await peer.request();
    await peer.write(sized(403, "no"));
  },
  "200 without an identifier": async (peer) => {
    await peer.request();
    await peer.write(sized(200, "{}"));
  },
  "a reset": async (peer) => {
    await peer.request();
    peer.reset();
  },
})) {
  test(`a registration answered with ${what} is an error`, async () => {
    await using server = await startScriptedServer(script);
    await assert.rejects(registerForSigterm(server.address), Error);
    assert.equal(server.requests.length, 1);
  });
}
