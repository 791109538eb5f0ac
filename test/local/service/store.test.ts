// What is kept, seen from outside: hostile names, great values, code that is lost, a disk that refuses.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { makeZip } from "../store/make-zip.ts";
import { startTestService, until } from "./test-service.ts";

const role = "arn:aws:iam::012345678912:role/any";
const bootstrap = `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  id=$(curl -s -D - -o /dev/null "$api/next" | tr -d '\\r' | sed -n 's/^lambda-runtime-aws-request-id: //Ip')
  env | curl -s -o /dev/null --data-binary @- "$api/$id/response"
done
`;
const zip = makeZip([{ name: "bootstrap", content: bootstrap, mode: 0o100755 }]);

function creation(FunctionName: string, more: object = {}): object {
  return {
    FunctionName,
    Runtime: "provided.al2023",
    Role: role,
    Handler: "any",
    Code: { ZipFile: zip.toString("base64") },
    ...more,
  };
}

async function call(url: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("x-amzn-errortype"),
    text,
    json: () => JSON.parse(text),
  };
}

const skip = missingTool(["curl"]);

suite("Names that every object has", { skip }, () => {
  const names = ["constructor", "toString", "hasOwnProperty", "valueOf"];
  const tags = JSON.parse('{"constructor":"1","__proto__":"2","toString":"3","prototype":"4"}');

  test("are names of functions, aliases, layers, tags and variables, after a restart too", async (t) => {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "stdlambda-names-")));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    const first = await startTestService(t, {}, { directory });
    const variables = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    for (const name of [...names, "__proto__"]) {
      const path = "/2015-03-31/functions";
      const missing = await call(first.url, "GET", `${path}/${name}`);
      assert.deepEqual([missing.status, missing.type], [404, "ResourceNotFoundException"], name);
      const unknown = await call(first.url, "POST", `${path}/${name}/invocations`, {});
      assert.deepEqual([unknown.status, unknown.type], [404, "ResourceNotFoundException"], name);
      const created = await call(
        first.url,
        "POST",
        path,
        creation(name, { Tags: tags, Environment: { Variables: variables }, Publish: true }),
      );
      assert.equal(created.status, 201, created.text);
      await delay(60);
      const alias = await call(first.url, "POST", `${path}/${name}/aliases`, {
        Name: name,
        FunctionVersion: "1",
      });
      assert.equal(alias.status, 201, alias.text);
      const layer = await call(first.url, "POST", `/2018-10-31/layers/${name}/versions`, {
        Content: { ZipFile: zip.toString("base64") },
      });
      assert.equal(layer.status, 201, layer.text);
    }
    await first.close();
    const again = await startTestService(t, {}, { directory });
    assert.deepEqual(again.faults, []);
    for (const name of [...names, "__proto__"]) {
      const arn = `arn:aws:lambda:eu-central-1:012345678912:function:${name}`;
      const kept = await call(again.url, "GET", `/2017-03-31/tags/${encodeURIComponent(arn)}`);
      assert.deepEqual(kept.json().Tags, tags);
      assert.ok(Object.hasOwn(kept.json().Tags, "__proto__"));
      const invoked = await again.invoke(`${name}:${name}`);
      assert.equal(invoked.headers.get("x-amz-executed-version"), "1");
      const lines = (await invoked.text()).split("\n");
      for (const variable of names) assert.ok(lines.includes(`${variable}=value of ${variable}`));
      assert.equal(
        (await call(again.url, "GET", `/2018-10-31/layers/${name}/versions/1`)).status,
        200,
      );
    }
    const untag = `/2017-03-31/tags/${encodeURIComponent("arn:aws:lambda:eu-central-1:012345678912:function:constructor")}?tagKeys=__proto__`;
    assert.equal((await call(again.url, "DELETE", untag)).status, 204);
  });

  test("are no members of a request, and no operations", async (t) => {
    const service = await startTestService(t, { "echo.sh": "cat" });
    const body = '{"__proto__":{"FunctionName":"x"},"constructor":{"prototype":{"Role":"y"}}}';
    const refused = await call(service.url, "POST", "/2015-03-31/functions", body);
    assert.equal(refused.status, 400);
    assert.match(
      refused.text,
      /'functionName' failed to satisfy constraint: Member must not be null/,
    );
    const logs = await fetch(service.url, {
      method: "POST",
      headers: { "x-amz-target": "Logs_20140328.constructor" },
      body: "{}",
    });
    assert.equal(logs.status, 400);
    assert.match(await logs.text(), /UnknownOperationException/);
    const event = '{"__proto__":1,"constructor":2}';
    assert.equal(await (await service.invoke("echo", event)).text(), event);
  });
});

test("names and values of megabytes are refused at once, in a message that can be read", async (t) => {
  const service = await startTestService(t, {});
  const a = "a".repeat(1_000_000);
  const requests: [string, string, unknown][] = [
    ["a name", "/2015-03-31/functions", creation(a)],
    ["an ARN", "/2015-03-31/functions", creation(`arn:aws:lambda:x:1:function:${a}`)],
    ["a role", "/2015-03-31/functions", creation("a", { Role: role + a.repeat(5) })],
    ["a bad role", "/2015-03-31/functions", creation("a", { Role: `${role}${"a/".repeat(2e6)}!` })],
    ["a description", "/2015-03-31/functions", creation("a", { Description: a })],
    [
      "a variable",
      "/2015-03-31/functions",
      creation("a", { Environment: { Variables: { [a.repeat(5)]: "b" } } }),
    ],
    [
      "a variable's value",
      "/2015-03-31/functions",
      creation("a", { Environment: { Variables: { ab: a } } }),
    ],
    ["a tag", "/2015-03-31/functions", creation("a", { Tags: { [a]: "b" } })],
    ["a tag's value", "/2015-03-31/functions", creation("a", { Tags: { b: a } })],
    ["a layer's name", `/2018-10-31/layers/${a.slice(0, 400_000)}/versions`, { Content: {} }],
    ["an invocation", `/2015-03-31/functions/${a.slice(0, 400_000)}/invocations`, {}],
  ];
  for (const [what, path, body] of requests) {
    const startedAt = performance.now();
    const { status, type, text } = await call(service.url, "POST", path, body);
    assert.ok(status === 400 || status === 404, `${what}: ${status} ${text.slice(0, 300)}`);
    assert.notEqual(type, null);
    assert.ok(text.length < 10_000, `${what}: a message of ${text.length} characters`);
    assert.ok(performance.now() - startedAt < 5000, what);
  }
  assert.deepEqual(service.faults, []);
  assert.equal(
    (await call(service.url, "GET", "/2015-03-31/functions")).json().Functions.length,
    0,
  );
});

test("an event that the disk does not take is refused, and taken once it does", async (t) => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "stdlambda-disk-")));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const service = await startTestService(t, { "tell.sh": "cat >&2" }, { directory });
  const event = { "x-amz-invocation-type": "Event" };
  // Its folder is gone; a full disk refuses in the same way.
  rmSync(join(directory, "queue"), { recursive: true });
  const refused = await service.invoke("tell", { n: 1 }, event);
  const body = await refused.text();
  assert.deepEqual(
    [refused.status, refused.headers.get("x-amzn-errortype")],
    [500, "ServiceException"],
  );
  assert.match(
    body,
    /could not accept the event: .*Nothing has changed; .*start the service again/,
  );
  assert.equal((await service.invoke("tell")).status, 200, "the others are answered");
  assert.deepEqual(
    service.log("tell").filter((line) => line.includes('"n"')),
    [],
  );
  mkdirSync(join(directory, "queue"));
  assert.equal((await service.invoke("tell", { n: 2 }, event)).status, 202);
  await until(() => service.log("tell").includes('{"n":2}'), "the event");
  await until(() => readdirSync(join(directory, "queue")).length === 0, "an empty queue");
});

test("a function whose code is lost fails without taking up its concurrency", {
  skip,
}, async (t) => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "stdlambda-lost-")));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const first = await startTestService(t, {}, { directory, concurrency: 1 });
  await call(first.url, "POST", "/2015-03-31/functions", creation("lost"));
  await delay(60);
  await first.close();
  for (const folder of ["code", "unpacked"]) {
    for (const name of readdirSync(join(directory, folder))) {
      rmSync(join(directory, folder, name), { recursive: true });
    }
  }
  const service = await startTestService(t, { "echo.sh": "cat" }, { directory, concurrency: 1 });
  for (let n = 0; n < 3; n++) {
    const response = await service.invoke("lost");
    assert.equal(response.status, 500);
    assert.match(await response.text(), /is gone. Upload it again/);
  }
  assert.equal((await service.invoke("echo")).status, 200, "the one place is free");
  const code = { ZipFile: zip.toString("base64") };
  const updated = await call(service.url, "PUT", "/2015-03-31/functions/lost/code", code);
  assert.equal(updated.status, 200, updated.text);
  await delay(60);
  assert.match(await (await service.invoke("lost")).text(), /AWS_LAMBDA_FUNCTION_NAME=lost/);
});
