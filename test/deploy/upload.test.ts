// Packages that are too large for a request go through S3, under a name made of their content.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { it, type TestContext } from "node:test";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { writeZip } from "../../build/zip/zip.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { startDeployment } from "./deployment.ts";
import type { Call } from "./lambda-proxy.ts";

const mebibyte = 1024 * 1024;

interface Bucket {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  readonly requests: string[];
}

/** S3 as far as an upload needs it: HEAD and PUT of an object. */
async function startBucket(t: TestContext): Promise<Bucket> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://bucket").pathname;
    requests.push(`${request.method} ${path}`);
    const body = await buffer(request);
    if (request.method === "PUT") objects.set(path, body);
    const found = objects.get(path);
    response.writeHead(found ? 200 : 404, {
      "Content-Length": request.method === "HEAD" ? (found?.length ?? 0) : 0,
    });
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, objects, requests };
}

/** Lambda fetches the code from the bucket; the local service takes it in the request alone. */
function fetched(call: Call, replacement: Buffer): Call | undefined {
  if (call.method === "GET" || !call.body.includes('"S3Key"')) return undefined;
  const input = JSON.parse(call.body.toString());
  const code = { ZipFile: replacement.toString("base64") };
  const { S3Bucket, S3Key, ...rest } = input;
  const body = input.Code === undefined ? { ...rest, ...code } : { ...input, Code: code };
  return { ...call, body: Buffer.from(JSON.stringify(body)) };
}

it("sends a package of more than 50 MB through S3 once, and asks for a bucket without one", {
  timeout: 120_000,
}, async (t) => {
  const bucket = await startBucket(t);
  const small = temporaryFiles();
  // What Lambda "fetches": the hash it answers is replaced below, as its content is another one.
  const { path } = await writeZip(
    [
      {
        path: "hello.sh",
        content: { kind: "bytes", bytes: Buffer.from("#!/bin/sh\n") },
        executable: true,
      },
    ],
    join(small, "small.zip"),
  );
  const { readFileSync } = await import("node:fs");
  const stand = readFileSync(path);
  const keys: string[] = [];
  const { run, folder, client } = await startDeployment(
    t,
    { "hello.sh": "#!/bin/sh\n" },
    {
      before(call) {
        const replaced = fetched(call, stand);
        if (replaced) keys.push(JSON.parse(call.body.toString()).Code.S3Key);
        return replaced;
      },
    },
  );
  const large = await writeZip(
    [
      {
        path: "data",
        content: { kind: "bytes", bytes: randomBytes(51 * mebibyte) },
        executable: false,
      },
    ],
    join(folder, "large.zip"),
  );
  const args = ["deploy", "--layer", "none", "--zip", large.path];
  const without = await run(args);
  assert.equal(without.exitCode, 1);
  assert.match(
    without.stderr,
    /large\.zip has 51\.0 MB, and Lambda accepts up to 50\.0 MB.*\n.*--s3-bucket/,
  );

  const env = { AWS_ENDPOINT_URL_S3: bucket.url };
  const { stderr } = await run([...args, "--s3-bucket", "code"], { env });
  const key = `stdlambda/${Buffer.from(large.codeSha256, "base64").toString("hex")}.zip`;
  assert.deepEqual(keys, [key]);
  assert.deepEqual(bucket.requests, [`HEAD /code/${key}`, `PUT /code/${key}`]);
  assert.equal(bucket.objects.get(`/code/${key}`)?.length, large.bytes);
  // The stand-in runs other code than was sent, and that does not go unnoticed.
  assert.match(stderr, /hello runs other code than was sent/);
  await client.send(new GetFunctionConfigurationCommand({ FunctionName: "hello" }));

  bucket.requests.length = 0;
  await run([...args, "--s3-bucket", "code", "--name", "again"], { env });
  assert.deepEqual(bucket.requests, [`HEAD /code/${key}`]);
});
