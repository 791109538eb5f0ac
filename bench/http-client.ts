// The bench's client of a service: node:http with one keep-alive connection, the same for the floor
// and for `stdlambda dev`. One event after another, each answer compared with its event.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Served } from "./start-server.ts";

export type HttpClient = {
  /** Posts event number `number` and resolves with its time in nanoseconds. */
  send: (number: number, size: number) => Promise<number>;
  close: () => void;
};

/** A client for one address, `http://127.0.0.1:9000/path`. */
export function createHttpClient(url: string): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (number, size) =>
      new Promise((resolve, reject) => {
        const event = eventText(number, size);
        const headers = { "Content-Type": "application/json", "Content-Length": event.length };
        const sentAt = process.hrtime.bigint();
        const call = request(url, { method: "POST", agent, headers }, (response) => {
          let text = "";
          response.setEncoding("latin1");
          response.on("data", (part: string) => {
            text += part;
          });
          response.on("error", reject);
          response.on("end", () => {
            const elapsedNs = Number(process.hrtime.bigint() - sentAt);
            if (text === event) resolve(elapsedNs);
            else reject(new Error(`event ${number} got ${response.statusCode}: ${text}`));
          });
        });
        call.on("error", reject);
        call.end(event);
      }),
    close: () => agent.destroy(),
  };
}

/** Sends a load, one event after another. */
export async function sendLoad(
  client: HttpClient,
  { events, size, gapMs }: { events: number; size: number; gapMs: number },
): Promise<Served> {
  const latenciesNs = new Float64Array(events);
  const startedAt = process.hrtime.bigint();
  for (let number = 0; number < events; number += 1) {
    if (gapMs > 0) await sleep(gapMs);
    latenciesNs[number] = await client.send(number, size);
  }
  return { latenciesNs, elapsedNs: Number(process.hrtime.bigint() - startedAt) };
}

function eventText(number: number, size: number): string {
  const start = `{"n":"${String(number).padStart(8, "0")}","pad":"`;
  return `${start}${"x".repeat(size - start.length - 2)}"}`;
}
