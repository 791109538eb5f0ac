// `stdlambda invoke --http`: a request as with curl, and the answer as its client sees it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { callMain, run } from "../command-line.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-http-"));
after(() => rmSync(root, { recursive: true, force: true }));
const file = (name: string, text: string | Buffer) => {
  writeFileSync(join(root, name), text, { mode: 0o755 });
  return join(root, name);
};
file(
  "seen.sh",
  `#!/bin/sh
echo "Status: 201"
echo "Content-Type: text/plain"
echo "X-A: ü"
echo
echo "$REQUEST_METHOD $REQUEST_URI $CONTENT_TYPE $HTTP_A $HTTP_COOKIE"
cat
`,
);
file("plain.sh", "#!/bin/sh\ncat >/dev/null\nprintf '\\377\\000'\n");
file("fails.sh", "#!/bin/sh\nexit 3\n");
file("bad.mjs", "export const handler = async () => ({ statusCode: 99 });");
file(
  "parts.mjs",
  'process.stdout.write("Status: 202\\n\\none "); setTimeout(() => console.log("two"), 50);',
);
const body = file("body.bin", Buffer.from([0, 255]));

const invoke = (...args: string[]) =>
  run(["invoke", ...args, "--root", root, "-e", "STDLAMBDA_STDIN=body"]);

describe("invoke --http", { concurrency: 2 }, () => {
  it("sends method, path, headers and body", async () => {
    const { exitCode, stdout } = await invoke(
      ...["seen.sh", "--http", "PUT", "/a%20b?x=1"],
      ...["-H", "a: 1", "-H", "A: 2", "-H", "Cookie: c=d", "-H", "Content-Type: text/x"],
      ...["-d", "hi"],
    );
    assert.equal(exitCode, 0);
    assert.equal(
      stdout.toString(),
      "HTTP/1.1 201 Created\nContent-Type: text/plain\nX-A: ü\n\nPUT /a%20b?x=1 text/x 1,2 c=d\nhi",
    );
  });

  it("takes a path alone, and posts a body as curl does", async () => {
    assert.match(String((await invoke("seen.sh", "--http", "/x")).stdout), /\nGET \/x {3}\n$/);
    const posted = await invoke("seen.sh", "--http", "http://example.org/x?y", "-d", "a=1");
    assert.match(
      String(posted.stdout),
      /\nPOST \/x\?y application\/x-www-form-urlencoded {2}\na=1$/,
    );
    const escaped = await invoke("seen.sh", "--http", "/ä b?c d#e");
    assert.match(String(escaped.stdout), /\nGET \/%C3%A4%20b\?c%20d {3}\n$/);
    for (const source of [
      ["-f", body],
      ["-d", `@${body}`],
    ]) {
      const { stdout } = await invoke("seen.sh", "--http", "/", ...source);
      assert.deepEqual(stdout.subarray(-2), Buffer.from([0, 255]));
    }
  });

  it("prints bytes as they are, and a sample's answer", async () => {
    const { stdout } = await invoke("plain.sh", "--http", "/");
    assert.deepEqual(stdout.subarray(-2), Buffer.from([255, 0]));
    const sample = await invoke("seen.sh", "-x", "http", "--http");
    assert.match(String(sample.stdout), /GET \/hello\?name=Ada/);
  });

  it("prints a streamed answer behind its prelude", async () => {
    const { stdout } = await invoke("parts.mjs", "--http", "/", "-e", "STDLAMBDA_STDOUT=stream");
    assert.match(String(stdout), /^HTTP\/1\.1 202 Accepted\n[^\0]*\n\none two\n$/);
  });

  it("shows a failure as the client sees it, and why on stderr", async () => {
    const { exitCode, stdout, stderr } = await invoke("fails.sh", "--http", "/");
    assert.equal(exitCode, 1);
    assert.match(String(stdout), /^HTTP\/1\.1 502 Bad Gateway\n/);
    assert.match(stderr, /Function\.Exit3/);
    const bad = await invoke("bad.handler", "--http", "/");
    assert.equal(bad.exitCode, 1);
    assert.match(bad.stderr, /would get 502: its statusCode is 99/);
  });

  const refused: readonly [string[], RegExp][] = [
    [["--http", "nowhere"], /--http nowhere is not a request/],
    [["--http", "GET", "/a", "/b"], /is not a request/],
    [["--http", "/", "-H", "no colon"], /-H "no colon" is not a header/],
    [["--http", "/", "-H", "a b: c"], /is not a header/],
    [["--http", "/", "-H", "a: b\nc: d"], /is not a header/],
    [["--http", "/", "-x", "sqs"], /use one of --http and -x/],
    [["--http", "/", "-d", "@nowhere"], /the file nowhere of -d does not exist/],
    [["--http", "/", "--async"], /cannot be used together/],
    [["-H", "a: b"], /give one with --http/],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      const { exitCode, stderr } = await callMain(["invoke", "x.sh", ...args, "--root", root]);
      assert.equal(exitCode, 2);
      assert.match(stderr, message);
    });
  }
});
