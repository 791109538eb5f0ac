// Mode `web` on Managed Instances: as many requests at one server as there are slots.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startHost } from "../../helpers/runtime-api.ts";
import { taskRoot } from "../bootstrap-process.ts";

const slots = 8;
const files = {
  "server.mjs": `import { createServer } from "node:http";
let most = 0;
let open = 0;
createServer(async (request, response) => {
  most = Math.max(most, ++open);
  const { searchParams } = new URL(request.url, "http://x");
  if (searchParams.has("exit")) process.exit(4);
  await new Promise((resolve) => setTimeout(resolve, Number(searchParams.get("ms"))));
  open--;
  response.end(JSON.stringify({ n: searchParams.get("n"), most, pid: process.pid }));
}).listen(process.env.PORT);
`,
};

const get = (query: string) => ({
  version: "2.0",
  rawPath: "/",
  rawQueryString: query,
  headers: { host: "x" },
  requestContext: { http: { method: "GET", path: "/" } },
});

test("one server has the requests of all slots at a time; one that ends comes back", async () => {
  using folder = taskRoot(files);
  await using host = await startHost({
    handler: "server.mjs",
    root: folder.root,
    env: { AWS_LAMBDA_MAX_CONCURRENCY: String(slots), STDLAMBDA_MODE: "web" },
  });
  const range = Array.from({ length: slots }, (_, n) => n);
  const ask = async (query: string, deadlineMs = 10_000) =>
    JSON.parse(
      (await host.invoke(get(query), { deadlineMs: Date.now() + deadlineMs })).body.toString(),
    );
  const bodies = (await Promise.all(range.map((n) => ask(`n=${n}&ms=300`)))).map(({ body }) =>
    JSON.parse(body),
  );
  assert.deepEqual(
    bodies.map(({ n }) => n),
    range.map(String),
  );
  assert.equal(bodies[slots - 1].most, slots);
  const [first] = bodies;

  const late = ask("n=late&ms=5000", 800);
  assert.equal((await late).errorType, "Function.Timeout");

  const inHand = [ask("n=1&ms=1000"), ask("n=2&ms=1000"), ask("exit=1")];
  for (const answer of await Promise.all(inHand)) assert.equal(answer.errorType, "Function.Exit4");
  const again = (await Promise.all(range.map((n) => ask(`n=${n}&ms=50`)))).map(({ body }) =>
    JSON.parse(body),
  );
  assert.deepEqual(
    again.map(({ n }) => n),
    range.map(String),
  );
  assert.equal(new Set(again.map(({ pid }) => pid)).size, 1);
  assert.notEqual(again[0].pid, first.pid);
});
