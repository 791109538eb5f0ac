// A Lambda Runtime API that follows a script: it can misbehave as the platform may, and notes
// whatever the runtime does that the platform would not stand.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { callOf, isRestoreCall } from "./calls.ts";
import { type Connection, serveConnection } from "./connection.ts";
import { statusReply } from "./json-reply.ts";
import { bodyOf, type RecordedRequest } from "./recorded-request.ts";
import { answerSideCall } from "./side-calls.ts";
import { type Call, judgeCall, type State, type Verdict } from "./state.ts";
import type { EventTurn, FakeTurn, Fault, Reply } from "./turn.ts";
import { errorViolations, responseViolations, type Violation } from "./violations.ts";

/** One turn as it went. */
export interface TurnRecord {
  turn: FakeTurn;
  poll: RecordedRequest;
  deliveredAtMs?: number;
  /** Every post for this turn's event, those that were refused too. */
  posts: RecordedRequest[];
}

export interface FakeOptions {
  turns: FakeTurn[];
  /** Answers to posts of init/error, in order; then 202 or what the state says. */
  initErrorReplies?: (Reply | Fault)[];
  /** Called when a post has arrived whole, before it is answered; awaited. */
  onPost?(record: TurnRecord, post: RecordedRequest): Promise<void> | void;
}

export interface FakeRuntimeApi extends AsyncDisposable {
  /** For `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  requests: RecordedRequest[];
  turns: TurnRecord[];
  violations: Violation[];
  /** Resolves when a poll is pending and no turn is left. */
  idle(): Promise<void>;
  /** Adds turns; a pending poll gets the first. */
  push(...turns: FakeTurn[]): void;
}

/** 6 MiB and 100 bytes, both ways. */
const responseLimit = 6_291_556;

/** Starts the fake on a free port of 127.0.0.1. */
export async function startFakeRuntimeApi(options: FakeOptions): Promise<FakeRuntimeApi> {
  const remaining = [...options.turns];
  const initErrorReplies = [...(options.initErrorReplies ?? [])];
  const requests: RecordedRequest[] = [];
  const turns: TurnRecord[] = [];
  const violations: Violation[] = [];
  const sockets = new Set<Socket>();
  let idleWaiters: (() => void)[] = [];
  let connections = 0;
  let closing = false;
  /** A poll is pending and no turn is left. */
  let idle = false;
  let state: State = "started";
  let current: { record: TurnRecord; turn: EventTurn; replies: (Reply | Fault)[] } | undefined;
  let pendingPoll: { request: RecordedRequest; connection: Connection } | undefined;

  const server = createServer((socket) => {
    sockets.add(socket);
    connections += 1;
    serveConnection(socket, connections, {
      head: handleHead,
      request: (request, connection) => void handleRequest(request, connection),
      closed(unanswered) {
        sockets.delete(socket);
        if (!unanswered || unanswered !== pendingPoll?.request || closing) return;
        pendingPoll = undefined;
        violations.push({ name: "poll aborted", detail: `connection ${unanswered.connection}` });
      },
      violation: (name, detail) => void violations.push({ name, detail }),
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  function handleHead(request: RecordedRequest, connection: Connection): boolean {
    requests.push(request);
    const call = callOf(request)?.call;
    if (call !== "response" && call !== "error") return false;
    current?.record.posts.push(request);
    if (current?.replies[0] === "reset at head") {
      current.replies.shift();
      fail(connection, "reset at head");
      return true;
    }
    if (state === "running") state = "posting";
    return false;
  }

  async function handleRequest(request: RecordedRequest, connection: Connection): Promise<void> {
    const found = callOf(request);
    if (!found) await handleSideCall(request, connection);
    else if (found.call === "next") await handleNext(request, connection);
    else if (found.call === "init error") await handleInitError(request, connection);
    else await handlePost(request, connection, found.call, found.id);
  }

  function judge(call: Call, asked?: string, at: State = state): Verdict {
    const verdict = judgeCall(at, call, { asked, current: current?.turn.requestId });
    if (verdict.violation) violations.push({ name: verdict.violation, detail: `while ${at}` });
    return verdict;
  }

  async function handleNext(request: RecordedRequest, connection: Connection): Promise<void> {
    const verdict = judge("next");
    if (verdict.status !== 200) return connection.answer(request, statusReply(verdict));
    if (state === "running" && current) return deliverEvent(request, connection, current.turn);
    if (state === "polling") return; // Two polls: the first one is served, as on the platform.
    state = "polling";
    pendingPoll = { request, connection };
    await serveTurn();
  }

  async function serveTurn(): Promise<void> {
    const poll = pendingPoll;
    if (!poll) return;
    const turn = remaining.shift();
    idle = turn === undefined;
    if (!turn) {
      for (const resolve of idleWaiters) resolve();
      idleWaiters = [];
      return;
    }
    const record: TurnRecord = { turn, poll: poll.request, posts: [] };
    turns.push(record);
    if ("fault" in turn) {
      pendingPoll = undefined;
      state = "answered";
      if (typeof turn.fault === "string") fail(poll.connection, turn.fault);
      else await poll.connection.answer(poll.request, statusReply(turn.fault));
      return;
    }
    await turn.before?.();
    if (turn.holdMs > 0) await delay(turn.holdMs);
    if (pendingPoll !== poll) return; // It was given up while it was held.
    pendingPoll = undefined;
    current = { record, turn, replies: [...turn.posts] };
    state = "running";
    record.deliveredAtMs = performance.now();
    const delivered = deliverEvent(poll.request, poll.connection, turn);
    turn.during?.();
    await delivered;
  }

  async function deliverEvent(
    request: RecordedRequest,
    connection: Connection,
    turn: EventTurn,
  ): Promise<void> {
    const reply = { status: 200, headers: turn.headers(), body: turn.event };
    await connection.answer(request, reply, turn.delivery);
  }

  async function handleInitError(request: RecordedRequest, connection: Connection): Promise<void> {
    violations.push(...errorViolations(request.headers, bodyOf(request)));
    const scripted = initErrorReplies.shift();
    if (typeof scripted === "string") return fail(connection, scripted);
    const reply = scripted ?? judge("init error");
    if (reply.status === 202) state = "init failed";
    await connection.answer(request, statusReply(reply));
  }

  async function handlePost(
    request: RecordedRequest,
    connection: Connection,
    call: "response" | "error",
    id: string,
  ): Promise<void> {
    const body = bodyOf(request);
    if (call === "error") violations.push(...errorViolations(request.headers, body));
    else violations.push(...responseViolations(request.headers, request.trailers));
    // The head has moved "running" on to "posting"; this post is judged by what it found.
    const verdict = judge(call, id, state === "posting" ? "running" : state);
    if (current) await options.onPost?.(current.record, request);
    if (verdict.status !== 202 || !current) {
      if (state === "posting") state = "running";
      return connection.answer(request, statusReply(verdict));
    }
    const scripted = current.replies.shift();
    if (typeof scripted === "string") {
      state = "running";
      return fail(connection, scripted);
    }
    const streamed = request.headers["lambda-runtime-function-response-mode"] === "streaming";
    const large = call === "response" && !streamed && body.length > responseLimit;
    const reply = scripted ?? (large ? tooLarge : verdict);
    state = stateAfterPost(reply, current.replies.length > 0);
    // The platform closes a connection that the runtime asked it to close.
    const close = request.headers.connection?.toLowerCase() === "close";
    const delivery = { ...current.turn.postDelivery, ...(close ? { close } : {}) };
    await connection.answer(request, statusReply(reply), delivery);
  }

  async function handleSideCall(request: RecordedRequest, connection: Connection): Promise<void> {
    const reply = answerSideCall(request);
    if (reply === "held") return; // Until the connection ends.
    if (reply) return connection.answer(request, reply);
    if (!isRestoreCall(request)) {
      const detail = `${request.method} ${request.path}`;
      violations.push({ name: "unknown request", detail });
    }
    await connection.answer(request, statusReply({ status: 404, errorType: "NotFound" }));
  }

  function fail(connection: Connection, fault: Fault): void {
    connection.fail(fault);
    if (fault !== "down") return;
    closing = true;
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
  }

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    turns,
    violations,
    idle: () =>
      new Promise((resolve) => {
        if (idle) resolve();
        else idleWaiters.push(resolve);
      }),
    push(...more) {
      remaining.push(...more);
      if (idle) void serveTurn();
    },
    async [Symbol.asyncDispose]() {
      closing = true;
      const closed = server.listening ? once(server, "close") : undefined;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const tooLarge: Reply = { status: 413, errorType: "RequestEntityTooLarge" };

/** With `more` answers scripted a further post is expected, so the invocation stays open. */
function stateAfterPost({ status }: Reply, more: boolean): State {
  if (more) return "running";
  return status === 403 || status === 500 ? "lost" : "answered";
}
