// The keep-alive connection, against a server whose every byte is scripted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { ConnectionError, openConnection } from "../../../host/runtime-api/connection.ts";
import { cut, cuts, encode, responseModel } from "./response-model.ts";
import { type Peer, sized, startScriptedServer, unusedAddress } from "./scripted-server.ts";

const head = "GET / HTTP/1.1\r\nHost: x\r\n";
const post = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n`;

/** Answers every request on the connection with what `answer` gives. */
const answering =
  (...answers: (string | Buffer)[]) =>
  async (peer: Peer) => {
    for (const answer of answers) {
      await peer.request();
      await peer.write(answer);
    }
  };

test("responses cut anywhere come whole, one after the other on one connection", async () => {
  const models = fc.array(fc.tuple(responseModel({ untilClose: false }), cuts()), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(models, async (responses) => {
      await using server = await startScriptedServer(async (peer) => {
        for (const [model, positions] of responses) {
          await peer.request();
          await peer.write(...cut(encode(model), positions));
        }
      });
      const connection = openConnection(server.address);
      const bodies: Buffer[] = [];
      for (const [model] of responses) {
        const response = await connection.request(head);
        assert.equal(response.status, model.status);
        bodies.push(response.body);
      }
      // Looked at last: no later response has written into an earlier body.
      for (const [at, [model]] of responses.entries()) assert.deepEqual(bodies[at], model.body);
      assert.equal(server.connections, 1);
      connection.close();
    }),
    { numRuns: 40 },
  );
});

test("a connection that is closed at any byte is an error, and the next request is served", async () => {
  const answer = Buffer.from(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n",
  );
  let length = 0;
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    const part = answer.subarray(0, length);
    await peer.write(part);
    if (part.length < answer.length) {
      peer.end();
      return;
    }
    await peer.request();
    await peer.write(sized(200, "next"));
  });
  for (; length < answer.length; length++) {
    const connection = openConnection(server.address);
    await assert.rejects(connection.request(head), ConnectionError);
    const broken = length;
    length = answer.length;
    assert.equal((await connection.request(head)).body.toString(), "abc");
    assert.equal((await connection.request(head)).body.toString(), "next");
    length = broken;
    connection.close();
  }
});

for (const [what, bytes] of Object.entries({
  "another protocol": "220 mail.example ESMTP\r\n",
  "a bad length": "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
  "a bad chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
  "a head larger than 1 MiB": `HTTP/1.1 200 OK\r\nA: ${"x".repeat(1024 * 1024)}`,
})) {
  test(`${what} is an error although the server waits, and the next request is served afresh`, async () => {
    await using server = await startScriptedServer(answering(bytes), answering(sized(200, "ok")));
    const connection = openConnection(server.address);
    await assert.rejects(connection.request(head), { name: "ConnectionError" });
    assert.equal((await connection.request(head)).body.toString(), "ok");
    assert.equal(server.connections, 2);
    connection.close();
  });
}

test("bytes that nobody asked for are not an answer to the next request", async () => {
  await using server = await startScriptedServer(
    async (peer) => {
      await peer.request();
      await peer.write(sized(200, "first"));
      await delay(20);
      await peer.write(sized(200, "unasked"));
    },
    answering(sized(200, "second")),
  );
  const connection = openConnection(server.address);
  assert.equal((await connection.request(head)).body.toString(), "first");
  await delay(60);
  assert.equal((await connection.request(head)).body.toString(), "second");
  connection.close();
});

test("bytes behind an answer are not an answer to the next request", async () => {
  await using server = await startScriptedServer(
    answering(Buffer.concat([sized(200, "first"), sized(200, "unasked")])),
    answering(sized(200, "second")),
  );
  const connection = openConnection(server.address);
  assert.equal((await connection.request(head)).body.toString(), "first");
  assert.equal((await connection.request(head)).body.toString(), "second");
  connection.close();
});

test("a connection the server closes while it is idle is replaced", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    await peer.write(sized(200, "ok"));
    peer.end();
  });
  const connection = openConnection(server.address);
  for (const _ of [1, 2, 3]) {
    assert.equal((await connection.request(head)).body.toString(), "ok");
    await delay(10);
  }
  assert.equal(server.connections, 3);
  connection.close();
});

for (const [what, field] of Object.entries({
  "Connection: close": "HTTP/1.1 200 OK\r\nConnection: close",
  "HTTP/1.0": "HTTP/1.0 200 OK",
})) {
  test(`after an answer with ${what} the next request has a connection of its own`, async () => {
    await using server = await startScriptedServer(
      answering(`${field}\r\nContent-Length: 2\r\n\r\nok`),
    );
    const connection = openConnection(server.address);
    assert.equal((await connection.request(head)).body.toString(), "ok");
    assert.equal((await connection.request(head)).body.toString(), "ok");
    assert.equal(server.connections, 2);
    connection.close();
  });
}

test("a body until close ends with the connection, a broken one is an error", async () => {
  const start = "HTTP/1.1 200 OK\r\n\r\nall of";
  await using server = await startScriptedServer(
    async (peer) => {
      await peer.request();
      await peer.write(start, " it");
      peer.end();
    },
    async (peer) => {
      await peer.request();
      await peer.write(start);
      await delay(10);
      peer.reset();
    },
    answering(sized(200, "ok")),
  );
  const connection = openConnection(server.address);
  assert.equal((await connection.request(head)).body.toString(), "all of it");
  await assert.rejects(connection.request(head), ConnectionError);
  assert.equal((await connection.request(head)).body.toString(), "ok");
  connection.close();
});

test("an early answer to a request that is not read leaves nothing of it before the next", async () => {
  const body = Buffer.alloc(20 * 1024 * 1024);
  await using server = await startScriptedServer(
    // Reads nothing: the request cannot leave this process.
    (peer) => peer.write(sized(413, "too large")),
    answering(sized(200, "ok")),
  );
  const connection = openConnection(server.address);
  assert.equal((await connection.request(post(body.length), body)).status, 413);
  assert.equal((await connection.request(head)).body.toString(), "ok");
  assert.equal(server.connections, 2);
  connection.close();
});

test("an early answer followed by a reset is still read", async () => {
  const body = Buffer.alloc(20 * 1024 * 1024);
  await using server = await startScriptedServer(async (peer) => {
    await peer.write(sized(413, "too large"));
    await delay(20);
    peer.reset();
  });
  const connection = openConnection(server.address);
  assert.equal((await connection.request(post(body.length), body)).status, 413);
  connection.close();
});

test("a server that closes its side and reads nothing does not keep a large request waiting", async () => {
  const body = Buffer.alloc(20 * 1024 * 1024);
  await using server = await startScriptedServer((peer) => peer.end());
  const connection = openConnection(server.address);
  await assert.rejects(connection.request(post(body.length), body), /closed the connection/);
  connection.close();
});

test("a request larger than all buffers arrives byte for byte", async () => {
  await using server = await startScriptedServer(answering(sized(202), sized(202)));
  const connection = openConnection(server.address);
  for (const length of [16 * 1024, 16 * 1024 + 1]) {
    const body = Buffer.alloc(length, "body ");
    assert.equal((await connection.request(post(length), body)).status, 202);
    assert.ok(server.requests.at(-1)?.body.equals(body));
  }
  await using slow = await startScriptedServer(async (peer) => {
    await delay(30);
    await answering(sized(202))(peer);
  });
  const body = Buffer.alloc(6 * 1024 * 1024, "0123456789a");
  const slowConnection = openConnection(slow.address);
  assert.equal((await slowConnection.request(post(body.length), body)).status, 202);
  assert.ok(slow.requests[0]?.body.equals(body));
  connection.close();
  slowConnection.close();
});

test("large requests that are read whole share one connection", async () => {
  const body = Buffer.alloc(5 * 1024 * 1024);
  await using server = await startScriptedServer(async (peer) => {
    for (;;) {
      await peer.request();
      await peer.write(sized(202));
    }
  });
  const connection = openConnection(server.address);
  for (let count = 0; count < 20; count++) await connection.request(post(body.length), body);
  assert.equal(server.connections, 1);
  connection.close();
});

test("nobody listening is an error that names the address, time and again", async () => {
  const address = await unusedAddress();
  const connection = openConnection(address);
  for (const _ of [1, 2]) {
    await assert.rejects(connection.request(head), new RegExp(`ECONNREFUSED.*:${address.port}`));
  }
});

test("a poll that is not answered stays open, on one connection", async () => {
  await using server = await startScriptedServer(async (peer) => {
    await peer.request();
    await delay(400);
    await peer.write(sized(200, "at last"));
  });
  const connection = openConnection(server.address);
  assert.equal((await connection.request(head)).body.toString(), "at last");
  assert.equal(server.connections, 1);
  connection.close();
});
