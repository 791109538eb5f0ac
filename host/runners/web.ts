// Mode `web`: the script is an HTTP server, started once; each HTTP event is a request to it.
import { failed, type Outcome } from "../answer/outcome.ts";
import { atDeadline, endingTimes } from "../deadline.ts";
import { readHttpRequest, takesStream } from "../event/http-request.ts";
import type { Invocation } from "../invocation.ts";
import { endChildren } from "../process/end-children.ts";
import { replenishPipes } from "../process/pipes.ts";
import {
  errorStatus,
  eventOutcome,
  methodNotAllowed,
  requestOutcome,
  streamed,
} from "../web/answer.ts";
import type { WebClient } from "../web/client.ts";
import { failureOf, notReady, timedOut } from "../web/failure.ts";
import { loadClient } from "../web/load-client.ts";
import { eventRequest, webRequest } from "../web/request.ts";
import { sendTwice } from "../web/send-twice.ts";
import { freePort, startWebServer, type WebServer } from "../web/server.ts";
import { statusMatcher } from "../web/status-matcher.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** An init has 10 s on demand, and the message must be posted within them. */
const readyWithinMs = 9500;

interface Serving {
  readonly server: WebServer;
  readonly client: WebClient;
}

export function webRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  const { web } = settings;
  const isErrorStatus = statusMatcher(web.errors);
  let serving: Serving | undefined;
  let starting: Promise<Serving> | undefined;

  async function start(readyBy: number): Promise<Serving> {
    await replenishPipes();
    const loading = loadClient();
    const port = web.port ?? (await freePort());
    const { readyPath } = web;
    const started = await startWebServer(command, {
      environment: command.environment,
      directory: platform.taskRoot,
      port,
      log,
      readyBy,
      isReady: readyPath === undefined ? undefined : async (at) => answers(at, readyPath, readyBy),
    });
    if (started.kind !== "ready") throw notReady(started, port);
    const { createWebClient } = await loading;
    return { server: started.server, client: createWebClient(started.server.origin) };
  }

  async function answers(origin: string, path: string, readyBy: number): Promise<boolean> {
    const { createWebClient } = await loadClient();
    const client = createWebClient(origin);
    try {
      const signal = AbortSignal.timeout(Math.max(1, readyBy - Date.now()));
      const request = { method: "GET", path, headers: ["host", "localhost"], body: undefined };
      return (await client.send(request, signal)).status < 500;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  }

  /** The running server, or a new one if that has ended: one for all events that wait for it. */
  async function ready(readyBy: number): Promise<Serving> {
    if (serving?.server.child.running) return serving;
    starting ??= restart(readyBy).finally(() => {
      starting = undefined;
    });
    return starting;
  }

  async function restart(readyBy: number): Promise<Serving> {
    await serving?.client.close();
    serving = undefined;
    serving = await start(readyBy);
    return serving;
  }

  async function run(invocation: Invocation): Promise<Outcome> {
    const started = Date.now();
    const times = endingTimes(invocation.deadlineMs);
    const { server, client } = await ready(times?.terminateAt ?? started + readyWithinMs);
    const request = readHttpRequest(invocation.event);
    const isHttp = request !== undefined && request.source !== "websocket";
    const sent = isHttp
      ? webRequest(request, invocation, platform, web.basePath)
      : eventRequest(invocation, platform, web.eventsPath);
    const abort = new AbortController();
    const cancel = atDeadline(invocation.deadlineMs, () => abort.abort(timedOut(started)));
    server.begin(invocation);
    let isStreamed = false;
    try {
      const answer =
        sent === undefined
          ? methodNotAllowed()
          : await sendTwice(client, server, sent, abort.signal);
      if (!isHttp) return await eventOutcome(answer);
      if (isErrorStatus(answer.status)) return failed(await errorStatus(answer));
      if (settings.stdout === "stream" && takesStream(request.source)) {
        isStreamed = true;
        const why = (error: unknown) => failureOf(error, server);
        return streamed(answer, request, why, () => {
          cancel();
          server.end(invocation);
        });
      }
      return await requestOutcome(answer, request);
    } catch (error) {
      return failed(await failureOf(error, server));
    } finally {
      if (!isStreamed) {
        cancel();
        // Its log lines, written before the answer, are in the pipe: one turn of the loop reads them.
        await new Promise(setImmediate);
        server.end(invocation);
      }
    }
  }

  return {
    async prepare() {
      await ready(Date.now() + readyWithinMs);
    },
    run,
    async stop() {
      // The server may finish its requests first.
      await endChildren(serving === undefined ? [] : [serving.server.child]);
      await serving?.client.close();
    },
  };
}
