// Whether a run went as its row says: its events, its calls, its end.
import type { ContractCase, ExitExpected, Run, Sent } from "./case.ts";
import { bodyOf } from "./fake/recorded-request.ts";
import type { FakeRuntimeApi } from "./fake/runtime-api.ts";
import { type Violation, type ViolationName, violations } from "./fake/violations.ts";
import { judgeError, judgeTurn } from "./judge-turn.ts";
import { plainEcho } from "./make-turn.ts";

/** What a run came to: no event left and a poll pending, the process's end, or its limit. */
export type Progress = "idle" | "exit" | "limit";

/** The problems, as sentences. */
export async function judgeRun(row: ContractCase, run: Run, ended: Progress): Promise<string[]> {
  const exit = exitOf(row);
  return [
    ...(exit ? await judgeExit(run, exit, ended) : await judgeStay(run, ended)),
    ...(await judgeTurns(row, run)),
    ...judgeCalls(row, run),
    ...(row.initError ? judgeInitError(row.initError, run.api) : []),
  ];
}

/** The exit a row expects; without one the runtime has to stay. */
export function exitOf(row: ContractCase): ExitExpected | undefined {
  return row.exit ?? (row.initError && { code: "not zero", withinMs: 1000 });
}

async function judgeExit(run: Run, expected: ExitExpected, ended: Progress): Promise<string[]> {
  if (ended === "idle") return ["the runtime polls on instead of ending"];
  if (ended === "limit") return ["the runtime did not end in time"];
  const { code, atMs } = await run.exited;
  const calls = run.api.requests.map((call) => call.answeredAtMs ?? call.endedAtMs ?? 0);
  const since = Math.max(run.startedAtMs, run.signalledAtMs ?? 0, ...calls);
  const tookMs = Math.round(atMs - since);
  const problems: string[] = [];
  if (expected.code === "not zero" && code === 0) problems.push("the exit status is 0");
  if (tookMs > expected.withinMs) {
    problems.push(`it ended after ${tookMs} ms, more than ${expected.withinMs}`);
  }
  return problems;
}

async function judgeStay(run: Run, ended: Progress): Promise<string[]> {
  if (ended === "idle") return [];
  if (ended === "limit") return ["the case was not at its end in time"];
  const { code, signal } = await run.exited;
  return [`the runtime ended: ${signal ?? `exit status ${code}`}`];
}

async function judgeTurns(row: ContractCase, run: Run): Promise<string[]> {
  const problems: string[] = [];
  const rows = row.turns ?? [];
  for (const [index, sent] of rows.entries()) {
    if ("poll" in sent) continue;
    const found = await judgeSent(sent, index, run);
    problems.push(...found.map((text) => `event ${index + 1}: ${text}`));
  }
  if (!exitOf(row)) {
    const found = judgePlainEcho(run, rows.length);
    problems.push(...found.map((text) => `plain echo: ${text}`));
  }
  return problems;
}

async function judgeSent(sent: Sent, index: number, run: Run): Promise<string[]> {
  const turn = run.api.turns[index];
  if (!turn) return ["never asked for"];
  const problems = judgeTurn(sent, turn.posts);
  try {
    await sent.check?.(turn, run);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return problems;
}

/** A streaming handler streams it, so only the bytes count. */
function judgePlainEcho(run: Run, index: number): string[] {
  const turn = run.api.turns[index];
  if (!turn) return ["never asked for"];
  const [post] = turn.posts;
  if (post?.path.endsWith("/response") && turn.posts.length === 1) {
    const body = bodyOf(post).toString();
    return body === JSON.stringify(plainEcho) ? [] : [`answered ${body.slice(0, 200)}`];
  }
  return judgeTurn({ expect: { response: plainEcho } }, turn.posts);
}

function judgeCalls(row: ContractCase, { api, signalledAtMs }: Run): string[] {
  const allowed = new Set(row.allowed ?? []);
  // Whoever is told to end leaves its calls as they are.
  if (signalledAtMs !== undefined) allowed.add("poll aborted").add("truncated request");
  const problems = breachesOf(api.violations.filter(({ name }) => !allowed.has(name)));
  const polls = api.requests.filter(({ path }) => path.endsWith("/invocation/next")).length;
  const most = row.initError ? 0 : (row.polls?.atMost ?? Number.POSITIVE_INFINITY);
  if (polls > most) problems.push(`${polls} polls, ${most} at most`);
  return problems;
}

/** One sentence for each kind: a runtime in a loop makes thousands. */
function breachesOf(found: Violation[]): string[] {
  return Object.entries(Object.groupBy(found, ({ name }) => name)).map(([name, all]) => {
    const times = all.length > 1 ? `, ${all.length} times` : "";
    const detail = all[0]?.detail.slice(0, 200);
    return `breach: ${violations[name as ViolationName]} (${detail}${times})`;
  });
}

function judgeInitError(
  expected: NonNullable<ContractCase["initError"]>,
  api: FakeRuntimeApi,
): string[] {
  const posts = api.requests.filter(({ path }) => path.endsWith("/init/error"));
  const [post] = posts;
  if (!post) return ["nothing was posted to init/error"];
  const most = expected.postCount?.atMost ?? 1;
  if (posts.length > most) return [`${posts.length} posts of init/error, ${most} at most`];
  const type = post.headers["lambda-runtime-function-error-type"];
  return judgeError(expected, bodyOf(post), type).map((text) => `init/error: ${text}`);
}
