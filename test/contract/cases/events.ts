// Events and responses: bytes in are bytes out, one process for many events.
import { ok } from "node:assert/strict";
import type { ContractCase, Sent } from "../case.ts";
import { bodyOf } from "../fake/recorded-request.ts";
import { type Resources, resourcesOf } from "../processes.ts";

const mebibyte = 1024 * 1024;
const everyByte = Buffer.from([...Array(256).keys()]);
const sixMebibytes = () => Buffer.alloc(6 * mebibyte, "0123456789abcdef");

const echoed = (event: string | Buffer): Sent => ({ event, expect: { response: event } });

const samples = new WeakMap<object, Resources>();

export const eventCases: ContractCase[] = [
  {
    number: 1,
    name: "the event comes back byte for byte, one post for each, then the next poll",
    handler: { script: "echo.sh", function: "index.echo" },
    turns: [echoed('{"a":1}'), echoed('{"text":"é😀"}'), echoed('{"list":[1,2,{"b":null}]}')],
  },
  {
    number: 1,
    name: "all polls and posts go over one connection",
    handler: { script: "echo.sh", function: "index.echo" },
    turns: [echoed('{"a":1}'), echoed('{"a":2}'), echoed('{"a":3}')],
    check({ api }) {
      const calls = api.requests.filter(({ path }) => path.includes("/runtime/"));
      const used = new Set(calls.map(({ connection }) => connection));
      ok(used.size === 1, `${used.size} connections were used`);
    },
  },
  {
    number: 1,
    name: "a request id of odd characters is percent-encoded in the path",
    handler: { script: "echo.sh", function: "index.echo" },
    turns: [{ requestId: "an/odd id?#é", event: "{}", expect: { response: "{}" } }],
  },
  {
    number: 2,
    name: "a thousand events leave one process with flat descriptors, zombies and memory",
    handler: { script: "echo.sh", function: "index.echo" },
    alone: true,
    linux: true,
    limitMs: 60_000,
    turns: Array.from({ length: 1000 }, (_, index): Sent => {
      const sent = echoed(JSON.stringify({ index, padding: "x".repeat(200) }));
      // Early ones still grow the heap; from here on it has to be flat.
      if (index === 300) sent.before = (run) => void samples.set(run, resourcesOf(run.pid));
      return sent;
    }),
    idle(run) {
      const before = samples.get(run);
      const after = resourcesOf(run.pid);
      const story = `${JSON.stringify(before)} became ${JSON.stringify(after)}`;
      ok(before && after.descriptors <= before.descriptors + 2, `descriptors: ${story}`);
      ok(after.zombies <= 1, `zombies: ${story}`);
      ok(after.children <= before.children + 1, `children: ${story}`);
      ok(after.residentMb <= before.residentMb + 15, `memory: ${story}`);
    },
  },
  {
    number: 3,
    name: "every byte, invalid UTF-8 and trailing newlines are the response as they are",
    handler: { script: "every-byte.sh" },
    turns: [
      {
        expect: {
          response: Buffer.concat([everyByte, Buffer.from("fffec0800a0a0a", "hex")]),
        },
      },
    ],
  },
  {
    number: 4,
    name: "nothing on stdout is an empty response of length 0",
    handler: { script: "silent.sh" },
    turns: [
      {
        expect: { response: "" },
        check({ posts }) {
          const length = posts[0]?.headers["content-length"];
          ok(length === "0", `Content-Length is ${length}`);
        },
      },
    ],
  },
  {
    number: 4,
    name: "undefined is the response null",
    handler: { function: "index.nothing" },
    turns: [{ expect: { response: "null" } }],
  },
  {
    number: 5,
    name: "an event with NUL, CRLF, every byte or nothing in it reaches stdin as it is",
    handler: { script: "echo.sh" },
    turns: [
      echoed(Buffer.from("a\0b\0")),
      echoed("one\r\ntwo\r\n\r\n"),
      echoed("this is not JSON"),
      echoed(everyByte),
      echoed(""),
      echoed("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
    ],
  },
  {
    number: 6,
    name: "an event of 6 MiB that is read late comes whole",
    handler: { script: "slow-reader.sh" },
    turns: [{ event: sixMebibytes, expect: { response: sixMebibytes } }],
  },
  {
    number: 6,
    name: "an event of 6 MiB is echoed whole",
    handler: { script: "echo.sh", function: "index.echo" },
    turns: [echoed(JSON.stringify("é😀".repeat(mebibyte)))],
  },
  {
    number: 7,
    name: "a script need not read an event of 6 MiB",
    handler: { script: "ignores-stdin.sh" },
    turns: [
      { event: sixMebibytes, expect: { response: "" } },
      {
        event: sixMebibytes,
        headers: { "Lambda-Runtime-Client-Context": '{"custom":{"do":"print"}}' },
        expect: { response: '"printed"\n' },
      },
    ],
  },
  {
    number: 23,
    name: "a response of one byte too many, or of 30 MB, is refused once and never posted twice",
    handler: { script: "prints-many.sh" },
    turns: [tooLarge(6_291_557), tooLarge(30_000_000)],
  },
  {
    number: 23,
    name: "a response of just the largest size is posted",
    handler: { script: "prints-many.sh" },
    turns: [{ event: "bytes:6291556", expect: { response: () => Buffer.alloc(6_291_556) } }],
  },
  {
    number: 24,
    name: "a script that prints without an end is stopped, and memory stays bounded",
    handler: { script: "endless.sh" },
    alone: true,
    linux: true,
    turns: [
      { expect: { error: { type: /^Function\.ResponseSizeTooLarge$/, message: /6.?291.?556/ } } },
    ],
    idle(run) {
      const { peakMb } = resourcesOf(run.pid);
      ok(peakMb < 160, `memory peaked at ${peakMb} MB`);
      const left = run.processes().filter(({ command }) => command.includes("conformance-endless"));
      ok(left.length === 0, `${left.length} processes still run`);
    },
  },
];

function tooLarge(bytes: number): Sent {
  return {
    event: `bytes:${bytes}`,
    expect: {
      anyOf: [
        { error: { type: /^Function\.ResponseSizeTooLarge$/ } },
        { response: () => Buffer.alloc(bytes) },
      ],
    },
    check({ posts }) {
      const [post] = posts;
      if (!post?.path.endsWith("/response")) return;
      ok(post.status === 413, `${bodyOf(post).length} bytes were answered ${post.status}`);
    },
  };
}
