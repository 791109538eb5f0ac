// The bench's connection to its server process: commands go in, promises come out.
import { fork } from "node:child_process";
import { join } from "node:path";
import type { Command, Report } from "./server.ts";

export type Served = { latenciesNs: Float64Array; elapsedNs: number };

export type Server = {
  /** The Runtime API's host and port. */
  address: string;
  /** Awaits a new runtime's first poll; returns its time as process.hrtime.bigint(). */
  firstPoll: () => Promise<bigint>;
  /** Serves that many events and resolves when all are answered; rejects on a wrong answer. */
  serve: (load: { events: number; size: number; gapMs: number }) => Promise<Served>;
  stop: () => void;
};

type ReportOf<Kind> = Extract<Report, { report: Kind }>;

/** Starts the server process; it ends with this one. */
export async function startServer(): Promise<Server> {
  const child = fork(join(import.meta.dirname, "server.ts"), { serialization: "advanced" });
  let turn = 0;
  let take: (report: Report) => void = () => {};
  // A report of an earlier turn belongs to a row that was given up; nothing waits for it.
  child.on("message", (report: Report) => {
    if (report.turn === turn) take(report);
  });

  function expect<Kind extends Report["report"]>(kind: Kind): Promise<ReportOf<Kind>> {
    return new Promise((resolve, reject) => {
      take = (report) => {
        if (report.report === kind) resolve(report as ReportOf<Kind>);
        else reject(new Error(report.report === "failed" ? report.message : `no ${kind}`));
      };
    });
  }

  function request<Kind extends Report["report"]>(command: Command, kind: Kind) {
    turn += 1;
    child.send({ ...command, turn });
    return expect(kind);
  }

  const { port } = await expect("listening");
  return {
    address: `127.0.0.1:${port}`,
    firstPoll: async () => (await request({ command: "expect" }, "polled")).at,
    serve: ({ events, size, gapMs }) =>
      request({ command: "serve", events, size, gapMs }, "served"),
    stop: () => child.disconnect(),
  };
}
