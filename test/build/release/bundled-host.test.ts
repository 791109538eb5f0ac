// The host as it is shipped: bundled, with its adapters and the client of mode web beside it.
import assert from "node:assert/strict";
import { copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, it } from "node:test";
import { writeHost } from "../../../build/release/write-host.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { payload2 } from "../../host/event/http-events.ts";
import { functionFolder } from "../../host/runners/function-folder.ts";

const host = join(import.meta.dirname, "../../../host");
const output = mkdtempSync(join(tmpdir(), "stdlambda-bundle-"));
after(() => rmSync(output, { recursive: true, force: true }));
await writeHost(host, output);
copyFileSync(join(host, "bootstrap"), join(output, "bootstrap"));

const folder = functionFolder({
  "index.mjs": "export const handler = async (event) => event;",
  "page.sh": '#!/bin/sh\ncat >/dev/null\necho "hello $PATH_INFO"\n',
  "app.mjs":
    'export default { fetch: async (request) => { if (request.url.includes("throw")) throw new RangeError("x"); return new Response("fetched " + new URL(request.url).pathname); } };',
  "server.mjs":
    'import { createServer } from "node:http"; createServer((request, response) => response.end("served " + request.url)).listen(process.env.PORT);',
  "text.mjs": "export const echo = (text) => text.toUpperCase();",
  "record.sh": "#!/bin/sh\ngrep -q fail && exit 3\nexit 0\n",
  "function.py": "def handler(event, context):\n    return {'python': event['a']}\n",
});

function start(handler: string, env: Record<string, string> = {}) {
  return startHost({ handler, root: folder.root, env, bootstrap: join(output, "bootstrap") });
}

const request = payload2({ rawPath: "/x", rawQueryString: "" });

describe("the bundled host", () => {
  it("serves functions", async () => {
    await using host = await start("index.handler");
    assert.deepEqual(JSON.parse(String((await host.invoke({ a: 1 })).body)), { a: 1 });
  });

  it("reads and writes the encoding that is set", async () => {
    const env = { STDLAMBDA_CONVENTION: "string", STDLAMBDA_ENCODING: "koi8-r" };
    await using host = await start("text.echo", env);
    const { body } = await host.invoke(Buffer.from([0xc1]));
    assert.deepEqual(Buffer.from(body), Buffer.from([0xe1]));
  });

  it("says what a layer without the tables of encodings lacks", async () => {
    const thin = join(output, "../", `${basename(output)}-thin`);
    cpSync(output, thin, { recursive: true });
    after(() => rmSync(thin, { recursive: true, force: true }));
    rmSync(join(thin, "encodings.cjs"));
    const env = { STDLAMBDA_CONVENTION: "string", STDLAMBDA_ENCODING: "koi8-r" };
    await using host = await startHost({
      ...{ handler: "text.echo", root: folder.root, env },
      bootstrap: join(thin, "bootstrap"),
    });
    assert.match(String((await host.initError)?.body), /a thin one brings utf-8 alone/);
  });

  it("serves requests, records, Fetch functions and web servers", async () => {
    await using page = await start("page.sh");
    assert.equal(JSON.parse(String((await page.invoke(request)).body)).body, "hello /x\n");
    await using app = await start("app.fetch");
    assert.equal(JSON.parse(String((await app.invoke(request)).body)).body, "fetched /x");
    const error = await app.invoke({ ...request, rawPath: "/throw" });
    assert.equal(JSON.parse(String(error.body)).errorType, "RangeError");
    assert.equal(JSON.parse(String((await app.invoke({})).body)).errorType, "Function.NotHttp");
    const port = String(18_000 + (process.pid % 10_000));
    await using web = await start("server.mjs", {
      STDLAMBDA_MODE: "web",
      STDLAMBDA_WEB_PORT: port,
    });
    assert.equal(JSON.parse(String((await web.invoke(request)).body)).body, "served /x");
    await using batch = await start("record.sh", { STDLAMBDA_BATCH: "record" });
    const records = ["a", "fail"].map((body, at) => ({
      eventSource: "aws:sqs",
      messageId: `m${at}`,
      body,
    }));
    assert.deepEqual(JSON.parse(String((await batch.invoke({ Records: records })).body)), {
      batchItemFailures: [{ itemIdentifier: "m1" }],
    });
  });

  it("serves functions of other languages", { skip: missingTool(["python3"]) }, async () => {
    await using host = await start("function.handler");
    assert.deepEqual(JSON.parse(String((await host.invoke({ a: 1 })).body)), { python: 1 });
  });
});
