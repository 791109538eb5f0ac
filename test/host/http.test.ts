// A script that serves HTTP, from the event that the platform sends to the answer that it gets.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alb, payload2 } from "./event/http-events.ts";
import { functionFolder } from "./runners/function-folder.ts";

const page = `Status: 201 Made
Content-Type: text/plain
Set-Cookie: a=1
Set-Cookie: b=2
`;

const node = `const { REQUEST_METHOD, PATH_INFO, QUERY_STRING, CONTENT_LENGTH, HTTP_COOKIE } = process.env;
  process.stdout.write(${JSON.stringify(page)} + "\\n" + [REQUEST_METHOD, PATH_INFO, QUERY_STRING, CONTENT_LENGTH, HTTP_COOKIE].join("|"));`;

const folder = functionFolder({
  "page.sh": `#!/bin/sh
cat > /dev/null
printf '%s\\n%s' '${page}' "$REQUEST_METHOD|$PATH_INFO|$QUERY_STRING|$CONTENT_LENGTH|$HTTP_COOKIE"
`,
  "page.mjs": node,
  "main.mjs": `export function main() { ${node} }`,
  "prestart.mjs": `import { readFileSync } from "node:fs";
readFileSync(0);
const { http } = JSON.parse(readFileSync(3, "utf8"));
Object.assign(process.env, http);
${node}`,
  "stdin.sh": "#!/bin/sh\nexec cat\n",
  "loop.mjs": `import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { http } = JSON.parse(line);
  console.log(JSON.stringify({ statusCode: 200, body: http?.PATH_INFO ?? "none" }));
}`,
  "variable.mjs": `export function main() { console.log(process.env.PATH_INFO ?? "none", "PATH_INFO" in process.env); }`,
  "fails.sh": "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'; exit 3\n",
  "half.sh": "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nhalf'; sleep 0.1; exit 3\n",
  "authorizer.sh":
    '#!/bin/sh\necho "{\\"isAuthorized\\":true,\\"method\\":\\"$REQUEST_METHOD\\"}"\n',
});

const answer = {
  statusCode: 201,
  headers: { "Content-Type": "text/plain" },
  cookies: ["a=1", "b=2"],
  body: "POST|/a b/c|x=1&y=%20|2|one=1; two=2",
  isBase64Encoded: false,
};

describe("a script serves HTTP", { concurrency: 2 }, () => {
  const ways: readonly [string, Record<string, string>][] = [
    ["page.sh", {}],
    ["page.mjs", {}],
    ["page.mjs", { STDLAMBDA_MODE: "spawn" }],
    ["main.mjs", {}],
    ["main.main", { STDLAMBDA_CONVENTION: "stdio" }],
    ["prestart.mjs", { STDLAMBDA_MODE: "prestart" }],
  ];
  for (const [handler, env] of ways) {
    it(`${handler} ${Object.values(env)}: the same event has the same answer`, async () => {
      await using host = await folder.start(handler, env);
      for (let n = 0; n < 2; n++) {
        const { status, body } = await host.invoke(payload2());
        assert.equal(status, "response");
        assert.deepEqual(JSON.parse(String(body)), answer);
      }
    });
  }

  it("with a line for each event, too", async () => {
    await using host = await folder.start("loop.mjs", { STDLAMBDA_MODE: "loop" });
    assert.equal(JSON.parse(String((await host.invoke(payload2())).body)).body, "/a b/c");
    assert.equal(JSON.parse(String((await host.invoke({})).body)).body, "none");
  });

  it("reads the event, or the body alone", async () => {
    const event = payload2({ body: "AP8=", isBase64Encoded: true });
    await using whole = await folder.start("stdin.sh");
    const { body } = JSON.parse(String((await whole.invoke(event)).body));
    assert.deepEqual(JSON.parse(body), event);
    await using alone = await folder.start("stdin.sh", { STDLAMBDA_STDIN: "body" });
    const bytes = JSON.parse(String((await alone.invoke(event)).body));
    assert.deepEqual([bytes.body, bytes.isBase64Encoded], ["AP8=", true]);
    assert.equal(JSON.parse(String((await alone.invoke(alb())).body)).body, "");
    assert.deepEqual(JSON.parse(String((await alone.invoke({ plain: 1 })).body)), { plain: 1 });
  });

  it("has no variable of a request when the next event is none", async () => {
    await using host = await folder.start("variable.mjs");
    assert.equal(JSON.parse(String((await host.invoke(payload2())).body)).body, "/a b/c true\n");
    assert.equal(String((await host.invoke({})).body), "none false\n");
  });

  it("answers an authorizer and other events byte for byte", async () => {
    await using host = await folder.start("authorizer.sh");
    const request = { ...payload2(), type: "REQUEST", routeArn: "arn:x" };
    const { body } = await host.invoke(request);
    assert.equal(String(body), '{"isAuthorized":true,"method":""}\n');
  });

  it("is left alone with raw", async () => {
    await using host = await folder.start("page.sh", { STDLAMBDA_STDOUT: "raw" });
    assert.match(String((await host.invoke(payload2())).body), /^Status: 201 Made\n/);
  });

  it("streams its body behind a prelude", async () => {
    await using host = await folder.start("page.sh", { STDLAMBDA_STDOUT: "stream" });
    const { body, headers } = await host.invoke(payload2());
    assert.equal(headers["content-type"], "application/vnd.awslambda.http-integration-response");
    const [prelude = "", rest] = String(body).split("\0".repeat(8));
    const { statusCode, headers: fields, cookies } = answer;
    assert.deepEqual(JSON.parse(prelude), { statusCode, headers: fields, cookies });
    assert.equal(rest, answer.body);
  });

  it("fails as ever before its body, and in the trailers behind it", async () => {
    await using early = await folder.start("fails.sh", { STDLAMBDA_STDOUT: "stream" });
    assert.equal((await early.invoke(payload2())).status, "error");
    await using late = await folder.start("half.sh", { STDLAMBDA_STDOUT: "stream" });
    const { status, trailers, body } = await late.invoke(payload2());
    assert.equal(status, "response");
    assert.match(String(body), /half$/);
    assert.equal(trailers["lambda-runtime-function-error-type"], "Function.NonZeroExit");
  });

  it("takes 10,000 headers without a fault", async () => {
    await using host = await folder.start("page.sh");
    const headers = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, n) => [`x-${"n".repeat(80)}-${n}`, "v".repeat(60)]),
    );
    const { status, log } = await host.invoke(payload2({ headers }));
    assert.equal(status, "response");
    assert.match(log, /left out/);
  });
});
