// The floor under every runtime: the simplest possible client of the Runtime API. It trusts its
// peer (one connection, Content-Length bodies, no retries), so it is a yardstick, not a model. It
// is CommonJS because that starts fastest in Node.
"use strict";

const net = require("node:net");

const [host = "", port = ""] = (process.env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
const poll = Buffer.from(
  `GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
);

/**
 * Polls for ever and answers each event with what `answer` hands to its second argument.
 * @param {(event: Buffer, respond: (body: Buffer) => void) => void} answer
 */
function serve(answer) {
  let polling = true;
  let id = "";
  let missing = 0;
  /** @type {Buffer[]} */
  let parts = [];

  const socket = net.connect({
    host,
    port: Number(port),
    noDelay: true,
    onread: { buffer: Buffer.allocUnsafe(65_536), callback: receive },
  });
  socket.write(poll);

  /** @param {number} length @param {Uint8Array} buffer */
  function receive(length, buffer) {
    const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, length);
    if (missing > 0) takeBody(Buffer.from(chunk));
    else if (polling) takeHead(chunk);
    else {
      polling = true;
      socket.write(poll);
    }
    return true;
  }

  /** @param {Buffer} chunk */
  function takeHead(chunk) {
    const end = chunk.indexOf("\r\n\r\n") + 4;
    const head = chunk.toString("latin1", 0, end);
    id = /Aws-Request-Id: *(.+)\r/i.exec(head)?.[1] ?? "";
    missing = Number(/Content-Length: *(\d+)/i.exec(head)?.[1]);
    takeBody(Buffer.from(chunk.subarray(end)));
  }

  /** @param {Buffer} part */
  function takeBody(part) {
    parts.push(part);
    missing -= part.length;
    if (missing > 0) return;
    const event = parts.length === 1 ? part : Buffer.concat(parts);
    parts = [];
    answer(event, respond);
  }

  /** @param {Buffer} body */
  function respond(body) {
    polling = false;
    const path = `/2018-06-01/runtime/invocation/${id}/response`;
    const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.cork();
    socket.write(head, "latin1");
    socket.write(body);
    socket.uncork();
  }
}

module.exports = { serve };
