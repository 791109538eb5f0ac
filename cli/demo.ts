// What `npm start` runs: real events, sent to real scripts through the real host, on one screen.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { hostBootstrap } from "../build/release/host-location.ts";
import { lambdaDefaults } from "../lambda/defaults.ts";
import { startLocalFunction } from "../local/sandbox/local-function.ts";
import { createPalette, type Palette } from "./terminal/output.ts";

const examples = join(import.meta.dirname, "../scripts-examples");
const demonstrated = [
  { folder: "03-libraries", script: "greet.sh" },
  { folder: "02-scripts", script: "echo.ts" },
] as const;
/** Enough for a median that one slow event does not affect. */
const warmEvents = 9;

interface Demonstration {
  readonly path: string;
  readonly source: string;
  readonly event: string;
  readonly response: string;
  readonly log: string;
  /** In milliseconds, measured in this run. */
  readonly times: { readonly coldStart: number; readonly first: number; readonly warm: number };
}

async function demonstrate(folder: string, script: string): Promise<Demonstration> {
  const root = join(examples, folder);
  const event = await readFile(join(root, "event.json"));
  const log = new PassThrough();
  const logText = text(log);
  const local = await startLocalFunction({
    bootstrap: hostBootstrap(),
    handler: script,
    root,
    memory: lambdaDefaults.memory,
    timeoutSeconds: 30,
    variables: {},
    caller: process.env,
    log,
    onFault: (message) => log.write(`warning: ${message}\n`),
  });
  const answers: { body: string; duration: number }[] = [];
  try {
    for (let count = 0; count <= warmEvents; count++) {
      const { result, duration } = await local.invoke({ event });
      if (result.kind === "stream") throw new Error(`${script} streams; the demo does not`);
      if (result.kind === "error") throw new Error(`${script} failed: ${result.body}`);
      answers.push({ body: result.body.toString(), duration: await duration });
      await local.idle();
    }
  } finally {
    await local.stop();
    log.end();
  }
  const [first, ...warm] = answers.map(({ duration }) => duration) as [number, ...number[]];
  return {
    path: `scripts-examples/${folder}/${script}`,
    source: await readFile(join(root, script), "utf8"),
    event: event.toString(),
    response: answers[0]?.body ?? "",
    // Only of the first event, because the warm ones say the same.
    log: (await logText).split("\n", 1)[0] as string,
    times: { coldStart: local.initDuration() as number, first, warm: median(warm) },
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;
}

function show({ path, source, event, response, log }: Demonstration, palette: Palette): string {
  const row = (name: string, value: string) =>
    `  ${palette.bold(name.padEnd(9))} ${value.trimEnd()}`;
  return [
    palette.bold(path),
    ...source
      .trimEnd()
      .split("\n")
      .map((line) => palette.dim(`  | ${line}`)),
    row("event", event),
    ...(log ? [row("log", log)] : []),
    row("response", response),
    "",
  ].join("\n");
}

function table(demonstrations: readonly Demonstration[], palette: Palette): string {
  const cell = (value: string) => value.padStart(14);
  const milliseconds = (value: number) => cell(`${value.toFixed(1)} ms`);
  return [
    palette.bold(
      `${" ".repeat(10)}${["cold start", "first event", "warm event"].map(cell).join("")}`,
    ),
    ...demonstrations.map(({ path, times: { coldStart, first, warm } }) =>
      [basename(path).padEnd(10), ...[coldStart, first, warm].map(milliseconds)].join(""),
    ),
    palette.dim(
      `Measured in this run: from the host's start to its first poll of the Runtime API; from event to\nanswer, the first and the median of ${warmEvents} after it.`,
    ),
  ].join("\n");
}

const next = `Try next:
  npx stdlambda invoke greet.sh --root scripts-examples/03-libraries -d '{"name":"Grace"}'
  npx stdlambda resolve echo.ts --root scripts-examples/02-scripts
  npm cit                                     all tests
  scripts-examples/README.md                  more examples
`;

const palette = createPalette(process.stdout, process.env);
console.log("Events from a Lambda Runtime API, answered by scripts through the real host:\n");
const shown: Demonstration[] = [];
for (const { folder, script } of demonstrated) {
  const demonstration = await demonstrate(folder, script);
  shown.push(demonstration);
  console.log(show(demonstration, palette));
}
console.log(`${table(shown, palette)}\n\n${next}`);
