// Responses in any framing, cut at any bytes, and what is no response.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createResponseParser } from "../../../host/runtime-api/response-parser.ts";
import { cut, cuts, encode, type ResponseModel, responseModel } from "./response-model.ts";

function assertReads(model: ResponseModel, response: ReturnType<typeof readAll>): void {
  assert.ok(response, "there is a response");
  assert.equal(response.status, model.status);
  assert.deepEqual(response.body, model.body);
  for (const [name, value] of model.fields) assert.equal(response.headers.get(name), value);
}

/** Pushes the pieces through one buffer, which is overwritten after each, as a socket's is. */
function readAll(parser: ReturnType<typeof createResponseParser>, pieces: readonly Buffer[]) {
  for (const piece of pieces) {
    const reused = Buffer.from(piece);
    const response = parser.push(reused);
    reused.fill("#");
    if (response !== undefined) return response;
  }
  return parser.end();
}

test("a response is read the same wherever it is cut", () => {
  fc.assert(
    fc.property(responseModel(), cuts(), (model, positions) => {
      const pieces = cut(encode(model), positions);
      assertReads(model, readAll(createResponseParser(), pieces));
    }),
    { numRuns: 400 },
  );
});

test("a response that comes byte by byte is read", () => {
  fc.assert(
    fc.property(responseModel(), (model) => {
      const bytes = encode(model);
      const pieces = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
      assertReads(model, readAll(createResponseParser(), pieces));
    }),
    { numRuns: 50 },
  );
});

test("responses one after the other keep to themselves, through one buffer for all", () => {
  const many = fc.array(fc.tuple(responseModel({ untilClose: false }), cuts()), {
    minLength: 2,
    maxLength: 6,
  });
  fc.assert(
    fc.property(many, (models) => {
      const parser = createResponseParser();
      const responses = models.map(([model, positions]) =>
        readAll(parser, cut(encode(model), positions)),
      );
      for (const [at, [model]] of models.entries()) assertReads(model, responses[at]);
    }),
    { numRuns: 150 },
  );
});

test("a response that breaks off before its last byte is none", () => {
  fc.assert(
    fc.property(
      responseModel({ untilClose: false }),
      fc.double({ min: 0, max: 1 }),
      (model, at) => {
        const bytes = encode(model);
        const length = Math.min(Math.floor(at * bytes.length), bytes.length - 1);
        assert.equal(readAll(createResponseParser(), [bytes.subarray(0, length)]), undefined);
      },
    ),
  );
});

test("bytes beyond a response make the connection unusable, not the response", () => {
  fc.assert(
    fc.property(
      responseModel({ untilClose: false }),
      fc.string({ minLength: 1 }),
      (model, more) => {
        const bytes = Buffer.concat([encode(model), Buffer.from(more)]);
        const response = createResponseParser().push(bytes);
        assert.deepEqual(response?.body, model.body);
        assert.equal(response?.reusable, false);
      },
    ),
  );
});

const reuse = {
  "HTTP/1.1 200 OK\r\nContent-Length: 0": true,
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close": false,
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close": false,
  "HTTP/1.0 200 OK\r\nContent-Length: 0": false,
  "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive": true,
  "HTTP/1.1 204 No Content": true,
} as const;

for (const [head, reusable] of Object.entries(reuse)) {
  test(`the connection ${reusable ? "stays" : "ends"} after ${JSON.stringify(head)}`, () => {
    assert.equal(createResponseParser().push(Buffer.from(`${head}\r\n\r\n`))?.reusable, reusable);
  });
}

// None of them ends: a parser that waited for more would wait for ever.
const malformed = {
  "another protocol": "SSH-2.0-OpenSSH_9.2\r\n",
  "another protocol without a line end": "+PONG",
  "a version of HTTP that is unknown": "HTTP/2.0 200 OK\r\n\r\n",
  "lines that end in LF": "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
  "one line that ends in LF": "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n",
  "a status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
  "a status that is no number": "HTTP/1.1 OK\r\n\r\n",
  "a header without a colon": "HTTP/1.1 200 OK\r\nabc\r\n\r\n",
  "a header without a name": "HTTP/1.1 200 OK\r\n: a\r\n\r\n",
  "a blank before the colon": "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n",
  "a folded header": "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
  "NUL in a value": "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n",
  "CR in a value": "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
  "a negative length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
  "a length with an exponent": "HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
  "an empty length": "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
  "two different lengths": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
  "a length no memory holds": "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
  "an unknown transfer coding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
  "a chunk size that is no number": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz",
  "a negative chunk size": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
  "a chunk size of nine digits":
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n000000001\r\n",
  "a chunk larger than memory": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
  "a chunk size that ends in LF": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nx",
  "a chunk longer than its size": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz",
  "a chunk without its CRLF": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx2",
  "an extension of 70 KB": `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${"x".repeat(70_000)}`,
} as const;

for (const [what, bytes] of Object.entries(malformed)) {
  test(`${what} is an error at once, in one piece and byte by byte`, () => {
    assert.throws(() => createResponseParser().push(Buffer.from(bytes, "latin1")), Error);
    const parser = createResponseParser();
    assert.throws(() => {
      for (const byte of Buffer.from(bytes, "latin1")) parser.push(Buffer.of(byte));
    }, Error);
  });
}

test("any bytes are a response, the beginning of one, or an error", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom(
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "\r\n",
        "\r\n\r\n",
        "3\r\nabc\r\n",
        "0\r\n\r\n",
        "A: b\r\n",
      )
      .map((text) => new Uint8Array(Buffer.from(text))),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const parser = createResponseParser();
      try {
        for (const bytes of pieces) {
          const response = parser.push(Buffer.from(bytes));
          if (response !== undefined) assert.ok(response.status >= 200 && response.status <= 999);
        }
      } catch (error) {
        assert.equal((error as Error).constructor, Error);
        assert.ok((error as Error).message.length > 5);
      }
    }),
    { numRuns: 1000 },
  );
});

test("a head of one byte more than 1 MiB is refused, one of 1 MiB is not", () => {
  const head = (length: number) => {
    const [start, end] = ["HTTP/1.1 200 OK\r\nA: ", "\r\nContent-Length: 0"];
    return `${start}${"x".repeat(length - start.length - end.length)}${end}\r\n\r\n`;
  };
  const mebibyte = 1024 * 1024;
  assert.equal(createResponseParser().push(Buffer.from(head(mebibyte)))?.status, 200);
  assert.throws(
    () => createResponseParser().push(Buffer.from(head(mebibyte + 1))),
    /larger than 1048576 bytes/,
  );
  const parser = createResponseParser();
  assert.throws(() => {
    for (;;) parser.push(Buffer.alloc(65536, "HTTP/1.1 200 OK and so on "));
  }, /larger than 1048576 bytes/);
});

test("a body in chunks or until close is bounded as one with a length is", () => {
  for (const framing of ["Transfer-Encoding: chunked", "X: until close"]) {
    const parser = createResponseParser();
    parser.push(Buffer.from(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`));
    const piece = Buffer.alloc(8 * 1024 * 1024);
    const chunk = Buffer.concat([Buffer.from("800000\r\n"), piece, Buffer.from("\r\n")]);
    assert.throws(() => {
      for (;;) parser.push(framing.startsWith("T") ? chunk : piece);
    }, /too large/);
  }
});

test("bodies of 0 and 1 byte, of 64 KiB and a byte around it, and of 6 MiB are whole", () => {
  for (const length of [0, 1, 65535, 65536, 65537, 6 * 1024 * 1024 + 100]) {
    const body = Buffer.alloc(length, "0123456789abcdefghijk");
    for (const framing of ["sized", "chunked", "until-close"] as const) {
      const bytes = encode({
        status: 200,
        interim: 0,
        fields: [],
        framing,
        body,
        chunkSize: 50_000,
      });
      const pieces = [];
      for (let at = 0; at < bytes.length; at += 65536) pieces.push(bytes.subarray(at, at + 65536));
      const response = readAll(createResponseParser(), pieces);
      assert.ok(response?.body.equals(body), `${framing} body of ${length} bytes`);
    }
  }
});

test("header values are UTF-8, and latin1 where they are not", () => {
  const read = (bytes: Buffer) =>
    createResponseParser().push(
      Buffer.concat([
        Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nB: é😀\r\nA: "),
        bytes,
        Buffer.from("\r\n\r\n"),
      ]),
    )?.headers;
  assert.equal(read(Buffer.from("日本 ü"))?.get("a"), "日本 ü");
  const mixed = read(Buffer.from("caf\xe9", "latin1"));
  assert.equal(mixed?.get("a"), "café");
  assert.equal(mixed?.get("b"), "é😀", "one line of latin1 does not garble the others");
});

test("blanks and tabs around a value are dropped, and nothing else", () => {
  const head =
    "HTTP/1.1 200 OK\r\nA:\t \u00a0x \ufeff \t\r\nB:\r\nC:   \r\nContent-Length:0\r\n\r\n";
  const headers = createResponseParser().push(Buffer.from(head))?.headers;
  assert.equal(headers?.get("a"), "\u00a0x \ufeff");
  assert.equal(headers?.get("b"), "");
  assert.equal(headers?.get("c"), "");
});

test("repeated fields are joined, and names are taken in any case", () => {
  const head = "HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nCONTENT-LENGTH: 0\r\n__proto__: p\r\n\r\n";
  const headers = createResponseParser().push(Buffer.from(head))?.headers;
  assert.equal(headers?.get("x-a"), "1, 2");
  assert.equal(headers?.get("__proto__"), "p");
});

test("two equal lengths are one", () => {
  const bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab";
  assert.equal(createResponseParser().push(Buffer.from(bytes))?.body.toString(), "ab");
});

test("answers that have no body by their status have none, whatever their headers say", () => {
  for (const status of [204, 304]) {
    const bytes = Buffer.from(`HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\n`);
    assert.equal(createResponseParser().push(bytes)?.body.length, 0);
  }
});
