// HTTP/1.1 as the Runtime API may speak it without being wrong.
import { ok } from "node:assert/strict";
import type { ContractCase, Sent } from "../case.ts";
import type { Delivery } from "../fake/turn.ts";

const handler = { script: "echo.sh", function: "index.echo" };
const event = JSON.stringify({ text: "é😀".repeat(5000) });
const delivered = (delivery: Delivery): Sent[] =>
  [1, 2, 3].map(() => ({ event, delivery, postDelivery: delivery, expect: { response: event } }));

export const wireCases: ContractCase[] = [
  {
    number: 75,
    name: "an event in chunks, with extensions and a trailer, comes whole",
    handler,
    turns: delivered({ chunked: true }),
  },
  {
    number: 75,
    name: "a head that comes byte by byte is one head",
    handler,
    turns: delivered({ splitHead: true }),
  },
  {
    number: 75,
    name: "a head byte by byte before a chunked event is one head",
    handler,
    turns: delivered({ splitHead: true, chunked: true, lowerCase: true }),
  },
  {
    number: 75,
    name: "interim answers (1xx) are passed over",
    handler,
    turns: delivered({ interim: true }),
  },
  {
    number: 75,
    name: "a connection that the API closes after an answer is replaced",
    handler,
    turns: delivered({ close: true }),
  },
  {
    number: 75,
    name: "an empty event in chunks is an empty event",
    handler: { script: "echo.sh" },
    turns: [{ event: "", delivery: { chunked: true }, expect: { response: "" } }],
  },
  {
    number: 76,
    name: "the Runtime API is never asked by way of a proxy",
    handler,
    env: {
      HTTP_PROXY: "http://127.0.0.1:9",
      http_proxy: "http://127.0.0.1:9",
      ALL_PROXY: "http://127.0.0.1:9",
      NODE_USE_ENV_PROXY: "1",
    },
    turns: [{ event: "{}", expect: { response: "{}" } }],
  },
  {
    number: 77,
    name: "a poll tells the runtime's release in User-Agent",
    handler,
    turns: [{ event: "{}", expect: { response: "{}" } }],
    check({ api }) {
      const polls = api.requests.filter(({ path }) => path.endsWith("/next"));
      ok(
        polls.every(({ headers }) => /\S+\/\S+/.test(headers["user-agent"] ?? "")),
        "a poll has no User-Agent of the form name/version",
      );
    },
  },
];
