// The script as a server: started once, ready when it accepts a connection, its output in the log.
import { type AddressInfo, connect, createServer } from "node:net";
import type { Ending } from "../answer/script-failure.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";
import { type Child, type Command, startChild } from "../process/child.ts";
import { createLineCutter } from "../process/lines.ts";
import { sleep } from "../sleep.ts";

export interface WebServer {
  readonly child: Child;
  /** `http://127.0.0.1:8080`, where it listens. */
  readonly origin: string;
  /** The process has ended and its output is read. */
  readonly finished: Promise<Ending>;
  /** The end of what it wrote, stdout and stderr. */
  lastLines(): string;
  /** Its lines belong to the event that it serves; to none while it serves several. */
  begin(invocation: Invocation): void;
  end(invocation: Invocation): void;
}

export type WebStart =
  | { readonly kind: "ready"; readonly server: WebServer }
  | { readonly kind: "ended"; readonly ending: Ending; readonly lastLines: string }
  | { readonly kind: "late"; readonly lastLines: string }
  | { readonly kind: "taken" };

export interface WebServerOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly port: number;
  readonly log: Log;
  /** Epoch milliseconds; the server is ended if it is not ready by then. */
  readonly readyBy: number;
  /** The path that shows whether the server is ready; without one a connection is enough. */
  readonly isReady?: ((origin: string) => Promise<boolean>) | undefined;
}

const usualPort = 8080;

/** Between two checks: a server is ready a few milliseconds before anybody can know. */
const lookMs = 5;

/** This many lines show why a server did not come up. */
const keptLines = 10;

export async function startWebServer(
  command: Command,
  { environment, directory, port, log, readyBy, isReady }: WebServerOptions,
): Promise<WebStart> {
  // Another program would get this function's events.
  if ((await listeningOn(port)) !== undefined) return { kind: "taken" };
  const child = startChild(command, {
    environment: { ...environment, PORT: String(port) },
    directory,
  });
  const last: string[] = [];
  const served = new Set<Invocation>();
  let current: Invocation | undefined;
  const outputs = ["stdout", "stderr"].map(() =>
    createLineCutter((line) => {
      const text = line.toString("utf8").replace(/\r$/, "");
      log.line(text, current);
      last.push(text);
      if (last.length > keptLines) last.shift();
    }),
  );
  const finished = child.ended.then(async () => {
    const ending = await child.finish();
    for (const output of outputs) output.flush();
    return ending;
  });
  child.read(
    (piece) => void outputs[0]?.push(piece),
    (piece) => void outputs[1]?.push(piece),
  );
  child.end(Buffer.alloc(0));
  const lastLines = () => last.join("\n");
  const attribute = () => {
    [current] = served.size === 1 ? served : [];
  };
  const begin = (invocation: Invocation) => {
    served.add(invocation);
    attribute();
  };
  const end = (invocation: Invocation) => {
    served.delete(invocation);
    attribute();
  };

  while (child.running) {
    const origin = await listeningOn(port);
    if (
      origin !== undefined &&
      child.running &&
      (isReady === undefined || (await isReady(origin)))
    ) {
      return { kind: "ready", server: { child, origin, finished, lastLines, begin, end } };
    }
    if (Date.now() >= readyBy) {
      child.signal("SIGKILL");
      await finished;
      return { kind: "late", lastLines: lastLines() };
    }
    await Promise.race([sleep(lookMs), finished]);
  }
  const ending = await finished;
  return { kind: "ended", ending, lastLines: lastLines() };
}

/** The usual port, or another one if it is taken, as by a second environment on one machine. */
export async function freePort(): Promise<number> {
  if ((await listeningOn(usualPort)) === undefined) return usualPort;
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Servers that listen on `localhost` may have taken either address. */
async function listeningOn(port: number): Promise<string | undefined> {
  for (const host of ["127.0.0.1", "::1"]) {
    if (await accepts(host, port)) return `http://${host === "::1" ? "[::1]" : host}:${port}`;
  }
  return undefined;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
