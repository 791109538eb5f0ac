// Response streaming: chunks as they are written, trailers for a failure, the HTTP prelude.
import { ok } from "node:assert/strict";
import type { ContractCase } from "../case.ts";
import { bodyOf } from "../fake/recorded-request.ts";
import type { TurnRecord } from "../fake/runtime-api.ts";

const stream = { STDLAMBDA_STDOUT: "stream" };
const nul8 = "\0".repeat(8);

export const streamingCases: ContractCase[] = [
  {
    number: 42,
    name: "a stream is posted as it is written",
    handler: { script: "chunks.mjs", function: "index.streams" },
    env: stream,
    turns: [{ expect: { stream: /^(\d+\n){5}$/ } }],
  },
  {
    number: 42,
    name: "what is written 100 ms apart arrives 100 ms apart",
    handler: { script: "chunks.mjs", function: "index.streams" },
    env: stream,
    alone: true,
    turns: [{ expect: { stream: /^(\d+\n){5}$/ }, check: arrivesLive }],
  },
  {
    number: 42,
    name: "a streaming post has a connection of its own, which is closed after it",
    handler: { script: "chunks.mjs", function: "index.streams" },
    env: stream,
    turns: [
      {
        expect: { stream: /^(\d+\n){5}$/ },
        check({ posts, poll }) {
          const [post] = posts;
          ok(post?.connection !== poll.connection, "it went over the connection of the polls");
          ok(post?.connectionClosed, "its connection was not closed");
        },
      },
    ],
  },
  {
    number: 43,
    name: "a stream that fails midway ends with error trailers and no /error",
    handler: { script: "half-then-fails.sh", function: "index.streamFailsMidway" },
    env: stream,
    turns: [
      {
        expect: {
          stream: "the first half\n",
          error: { message: /^no second half$/, type: /^(Function\.Exit1|TypeError)$/ },
        },
      },
    ],
  },
  {
    number: 44,
    name: "a stream that fails before its first byte is an error",
    handler: { script: "exit-3.sh", function: "index.streamFailsFirst" },
    env: stream,
    turns: [
      {
        expect: {
          error: { message: /^the disk is full: é$/, type: /^(Function\.Exit3|TypeError)$/ },
        },
      },
    ],
  },
  {
    number: 45,
    name: "the HTTP prelude is JSON and 8 NUL bytes before the payload",
    handler: { function: "index.prelude" },
    turns: [
      {
        expect: {
          stream: /\0{8}<p>hello<\/p>$/,
          contentType: "application/vnd.awslambda.http-integration-response",
        },
        check({ posts }) {
          const [metadata = "", payload] = bodyOf(posts[0] as never)
            .toString()
            .split(nul8);
          const { statusCode, headers, cookies } = JSON.parse(metadata);
          ok(statusCode === 201 && headers["Content-Type"] === "text/html", metadata);
          ok(String(cookies) === "a=b; Path=/,c=d", metadata);
          ok(metadata.length < 16_000 && payload === "<p>hello</p>", payload);
        },
      },
    ],
  },
  {
    number: 46,
    name: "a stream of nothing is an empty response",
    handler: { script: "silent.sh" },
    env: stream,
    turns: [{ expect: { anyOf: [{ stream: "" }, { response: "" }] } }],
  },
  {
    number: 46,
    name: "a stream of more than 6 MiB is posted whole",
    handler: { script: "prints-many.sh" },
    env: stream,
    turns: [{ event: "bytes:20000000", expect: { stream: () => Buffer.alloc(20_000_000) } }],
  },
  {
    number: 46,
    name: "a stream keeps every byte",
    handler: { script: "echo.sh" },
    env: stream,
    turns: [
      {
        event: Buffer.from([...Array(256).keys()]),
        expect: { stream: Buffer.from([...Array(256).keys()]) },
      },
    ],
  },
];

/** Each line holds the time at which the handler wrote it. */
function arrivesLive({ posts }: TurnRecord): void {
  const arrivals = (posts[0]?.chunks ?? []).flatMap(({ epochMs, bytes }) =>
    bytes
      .toString()
      .trim()
      .split("\n")
      .map((line) => epochMs - Number(line)),
  );
  const [first = Number.POSITIVE_INFINITY] = arrivals;
  ok(arrivals.length === 5, `${arrivals.length} lines`);
  ok(first < 50, `the first chunk came ${first} ms after it was written`);
  ok(Math.max(...arrivals) < 90, `chunks came ${arrivals.join(", ")} ms after they were written`);
}
