// `stdlambda serve` beside OpenFaaS's of-watchdog and a bare node:http server, by wrk, round by round:
// `node bench/serve.ts --watchdog PATH`. of-watchdog is not fetched; without it its rows are left out.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";

const { values } = parseArgs({
  options: {
    watchdog: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    connections: { type: "string", default: "8" },
  },
});
const checkout = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "stdlambda-bench-serve-"));
const echo = `const pieces = []; for await (const piece of process.stdin) pieces.push(piece); process.stdout.write(Buffer.concat(pieces));`;
const bare = `import { createServer } from "node:http";
createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  response.writeHead(200, { "Content-Length": body.length }).end(body);
}).listen(process.env.PORT);`;
const files = {
  "functions/stdlambda.config.json": JSON.stringify({
    functions: {
      spawn: { handler: "cmd:cat" },
      main: { handler: "main.mjs" },
      function: { handler: "function.handler" },
    },
  }),
  "functions/main.mjs": `export const main = async () => { ${echo} };`,
  "functions/function.mjs": "export const handler = async (event) => event;",
  "bare.mjs": bare,
  "post.lua": `wrk.method="POST"; wrk.body='{"name":"World"}'; wrk.headers["Content-Type"]="application/json"`,
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilAnswered(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const isUp = await fetch(url, { method: "POST", body: "{}" }).then(
      (answered) => answered.ok,
      () => false,
    );
    if (isUp) return;
    if (tries > 300) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function requestsPerSecond(url: string): Promise<number> {
  const { connections, seconds } = values;
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s"];
  const { stdout } = await execa("wrk", [...args, "-s", join(folder, "post.lua"), url]);
  if (/Non-2xx/.test(stdout)) throw new Error(`${url} answered with errors:\n${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;
}

function shown(numbers: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return `${median(numbers).toFixed(digits)} (${least.toFixed(digits)}-${most.toFixed(digits)})`;
}

const stop = new AbortController();
const options = { cancelSignal: stop.signal, reject: false, stdio: "ignore" } as const;
const running: Promise<unknown>[] = [];
try {
  await execa("mkdir", [join(folder, "functions")]);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const [served, plain, watched] = [await freePort(), await freePort(), await freePort()];
  const cli = [join(checkout, "dist/cli.js"), "serve", "functions", "--no-access-log"];
  running.push(
    execa(process.execPath, [...cli, "--queue", "1000"], {
      ...options,
      cwd: folder,
      env: { PORT: String(served) },
    }),
    execa(process.execPath, ["bare.mjs"], {
      ...options,
      cwd: folder,
      env: { PORT: String(plain) },
    }),
  );
  const rows = new Map([
    ["node:http", `http://127.0.0.1:${plain}/`],
    ["serve, spawn of cat", `http://127.0.0.1:${served}/spawn`],
    ["serve, main", `http://127.0.0.1:${served}/main`],
    ["serve, function", `http://127.0.0.1:${served}/function`],
  ]);
  if (values.watchdog !== undefined) {
    const env = { port: String(watched), fprocess: "cat", mode: "streaming" };
    running.push(execa(values.watchdog, [], { ...options, env }));
    rows.set("of-watchdog, cat", `http://127.0.0.1:${watched}/`);
  }
  for (const url of rows.values()) {
    await untilAnswered(url);
    // What is compiled in the first requests is not measured.
    await requestsPerSecond(url);
  }
  const results = new Map([...rows.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, url] of rows) results.get(name)?.push(await requestsPerSecond(url));
  }
  const floor = results.get("node:http") ?? [];
  const peer = results.get("of-watchdog, cat");
  for (const [name, rates] of results) {
    const against = (others: readonly number[]) =>
      shown(
        rates.map((rate, at) => rate / (others[at] ?? Number.NaN)),
        2,
      );
    const ofPeer = peer === undefined ? "" : ` | ${against(peer)}`;
    process.stdout.write(`| ${name} | ${shown(rates, 0)} | ${against(floor)}${ofPeer} |\n`);
  }
} finally {
  stop.abort();
  await Promise.allSettled(running);
  rmSync(folder, { recursive: true, force: true });
}
