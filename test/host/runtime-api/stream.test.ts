// A streamed response: chunks, trailers, back-pressure, and a platform that answers early or breaks off.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { createErrorReport, type ErrorReport } from "../../../host/answer/error-report.ts";
import { streamResponse, type WriteChunk } from "../../../host/runtime-api/stream.ts";
import {
  type ConnectionScript,
  type ScriptedServer,
  sized,
  startScriptedServer,
  unusedAddress,
} from "./scripted-server.ts";

const path = "/2018-06-01/runtime/invocation/a/response";
const accepting: ConnectionScript = async (peer) => {
  await peer.request();
  await peer.write(sized(202, '{"status":"OK"}'));
};

type Pump = (write: WriteChunk) => Promise<ErrorReport | undefined>;

const stream = (server: Pick<ScriptedServer, "address">, pump: Pump, contentType = "text/plain") =>
  streamResponse(server.address, path, { contentType, pump });

/** Writes the pieces in turn, and stops when nobody reads. */
const writing =
  (...pieces: (string | Uint8Array)[]): Pump =>
  async (write) => {
    for (const piece of pieces) if (!(await write(Buffer.from(piece as string)))) break;
    return undefined;
  };

/** Never ends by itself: stops when nobody reads. Resolves with the number of bytes taken. */
async function writeForEver(write: WriteChunk): Promise<number> {
  const piece = Buffer.alloc(64 * 1024, "x");
  let bytes = 0;
  while (await write(piece)) bytes += piece.length;
  return bytes;
}

test("pieces are chunks on a connection that closes, with the mode and the trailers declared", async () => {
  await using server = await startScriptedServer(accepting);
  const answer = await stream(server, writing("one", "", "two"));
  assert.equal(answer?.status, 202);
  const [request] = server.requests;
  const lines = (request?.head ?? "").split("\r\n");
  assert.equal(lines[0], `POST ${path} HTTP/1.1`);
  for (const line of [
    "Content-Type: text/plain",
    "Lambda-Runtime-Function-Response-Mode: streaming",
    "Transfer-Encoding: chunked",
    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    "Connection: close",
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.equal(request?.body.toString(), "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
});

test("a stream of nothing is an empty body", async () => {
  await using server = await startScriptedServer(accepting);
  assert.equal((await stream(server, writing("", "")))?.status, 202);
  assert.equal(server.requests[0]?.body.toString(), "0\r\n\r\n");
});

test("an error midway is told in trailers", async () => {
  await using server = await startScriptedServer(accepting);
  const failure = { errorType: "TypeError", errorMessage: "no", stackTrace: [] };
  const answer = await stream(server, async (write) => {
    await write(Buffer.from("half"));
    return createErrorReport(failure);
  });
  assert.equal(answer?.status, 202);
  const body = Buffer.from(JSON.stringify(failure)).toString("base64");
  assert.equal(
    server.requests[0]?.body.toString(),
    "4\r\nhalf\r\n0\r\n" +
      "Lambda-Runtime-Function-Error-Type: Function.TypeError\r\n" +
      `Lambda-Runtime-Function-Error-Body: ${body}\r\n\r\n`,
  );
});

test("each piece leaves before the next is written", async () => {
  const arrived: string[] = [];
  await using server = await startScriptedServer(async (peer) => {
    peer.socket.on("data", (bytes: Buffer) => arrived.push(bytes.toString()));
    await accepting(peer);
  });
  await stream(server, async (write) => {
    for (const piece of ["first", "second"]) {
      await write(Buffer.from(piece));
      const start = performance.now();
      while (!arrived.some((bytes) => bytes.includes(piece)) && performance.now() - start < 500) {
        await delay(1);
      }
      assert.ok(
        arrived.some((bytes) => bytes.includes(piece)),
        `${piece} has arrived`,
      );
    }
    return undefined;
  });
});

test("any content type and any pieces make one head and the same body", async () => {
  await using server = await startScriptedServer(accepting);
  const piece = fc.uint8Array({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.array(piece), async (type, pieces) => {
      const from = server.requests.length;
      await stream(server, writing(...pieces), type);
      const request = server.requests[from];
      assert.equal(request?.head.split("\r\n").length, 9);
      assert.deepEqual(unchunked(request?.body as Buffer), Buffer.concat(pieces));
    }),
    { numRuns: 40 },
  );
});

test("an answer in pieces, behind interim ones, is read whole", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.write("HTTP/1.1 100 Continue\r\n\r\n");
    await peer.request();
    await peer.write("HTTP/1.1 ", "400 Bad\r\nContent-", "Length: 6\r\n\r\nno", "", " wa", "y");
  });
  const answer = await stream(server, async (write) => {
    for (const piece of ["a", "b", "c"]) {
      assert.equal(await write(Buffer.from(piece)), true, "an interim answer stops nothing");
      await delay(10);
    }
    return undefined;
  });
  assert.equal(answer?.status, 400);
  assert.equal(answer?.body.toString(), "no way");
});

test("an answer until close is read whole", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    await peer.write("HTTP/1.1 500 X\r\n\r\nall ", "of it");
    peer.end();
  });
  const answer = await stream(server, writing("x"));
  assert.equal(answer?.status, 500);
  assert.equal(answer?.body.toString(), "all of it");
});

const breaking: Record<string, { script: ConnectionScript; status: number | undefined }> = {
  "answers 413 early and reads no further": {
    script: (peer) => delay(20).then(() => peer.write(sized(413, "enough"))),
    status: 413,
  },
  "answers early, reads no further and resets": {
    script: async (peer) => {
      await delay(20);
      await peer.write(sized(413, "enough"));
      peer.reset();
    },
    status: 413,
  },
  "resets midway": { script: (peer) => delay(20).then(peer.reset), status: undefined },
  "closes its side and reads no further": {
    script: (peer) => delay(20).then(peer.end),
    status: undefined,
  },
  "answers with no HTTP": {
    script: (peer) => delay(20).then(() => peer.write("what?\r\n")),
    status: undefined,
  },
};

for (const [what, { script, status }] of Object.entries(breaking)) {
  test(`a platform that ${what} ends the pump, and the call`, async () => {
    await using server = await startScriptedServer(script);
    let ended = false;
    const answer = await stream(server, async (write) => {
      await writeForEver(write);
      ended = true;
      assert.equal(await write(Buffer.from("more")), false);
      return createErrorReport({ errorType: "Killed", errorMessage: "", stackTrace: [] });
    });
    assert.equal(answer?.status, status);
    assert.ok(ended);
  });
}

test("a platform that closes after the last chunk gives no answer", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    peer.end();
  });
  assert.equal(await stream(server, writing("x")), undefined);
});

test("nobody listening gives no answer, and ends the pump", async () => {
  const address = await unusedAddress();
  assert.equal(
    await stream({ address }, async (write) => {
      await writeForEver(write);
      return undefined;
    }),
    undefined,
  );
});

test("a pump that fails closes the connection", async () => {
  let closed: Promise<unknown> = Promise.resolve();
  await using server = await startScriptedServer((peer) => {
    closed = new Promise((resolve) => peer.socket.on("end", resolve));
    peer.socket.resume();
  });
  await assert.rejects(
    stream(server, async (write) => {
      await write(Buffer.from("x"));
      throw new Error("a fault of the pump");
    }),
    /a fault of the pump/,
  );
  await closed;
});

test("a reader that stops holds the writer: no more than one piece waits here", async () => {
  let reading: () => void = () => {};
  await using server = await startScriptedServer(async (peer) => {
    await new Promise<void>((resolve) => {
      reading = resolve;
    });
    await accepting(peer);
  });
  const pieces = 200;
  let taken = 0;
  let waiting = 0;
  const answered = stream(server, async (write) => {
    for (let at = 0; at < pieces; at++) {
      waiting = performance.now();
      assert.equal(await write(Buffer.alloc(256 * 1024, "x")), true);
      taken++;
    }
    return undefined;
  });
  while (waiting === 0 || performance.now() - waiting < 150) await delay(10);
  assert.ok(taken < 60, `${taken} of ${pieces} pieces were taken with nobody reading`);
  reading();
  assert.equal((await answered)?.status, 202);
  assert.equal(unchunked(server.requests[0]?.body as Buffer).length, pieces * 256 * 1024);
});

test("the bytes of a piece may be reused once it is taken", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await delay(50);
    await accepting(peer);
  });
  const reused = Buffer.alloc(512 * 1024);
  await stream(server, async (write) => {
    for (const letter of "abcdefghijklmnop") {
      reused.fill(letter);
      await write(reused);
    }
    return undefined;
  });
  const body = unchunked(server.requests[0]?.body as Buffer).toString("latin1");
  assert.equal(body, [..."abcdefghijklmnop"].map((letter) => letter.repeat(512 * 1024)).join(""));
});

test("the cost of an answer in many pieces grows with its size alone", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    const body = Buffer.alloc(32 * 1024 * 1024, "x");
    peer.socket.write(sized(400, body));
  });
  const before = process.cpuUsage();
  const answer = await stream(server, writing("x"));
  const { user, system } = process.cpuUsage(before);
  assert.equal(answer?.body.length, 32 * 1024 * 1024);
  // Reading all again with each of 512 pieces took seconds.
  assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms of CPU`);
});

function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, end), 16);
    if (length === 0) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
