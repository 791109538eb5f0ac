// GitHub's workflows, read as GitHub reads them: their steps, what they may do, what they call.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { main } from "../../../cli/main.ts";

const checkout = join(import.meta.dirname, "../../..");
const folder = join(checkout, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly "runs-on": string;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly "timeout-minutes": number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: object;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function read(name: string): Workflow {
  return parse(readFileSync(join(folder, name), "utf8"), { strict: true, uniqueKeys: true });
}

async function helpOf(verb: readonly string[]): Promise<string> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let text = "";
  stdout.on("data", (chunk) => {
    text += chunk;
  });
  await main([...verb, "--help"], { stdin, stdout, stderr, env: {} });
  return text;
}

for (const name of readdirSync(folder)) {
  describe(`the workflow ${name}`, () => {
    const { jobs, permissions, on } = read(name);
    const steps = Object.values(jobs).flatMap((job) => job.steps);

    it("has jobs whose steps each do one thing, in bounded time", () => {
      assert.ok(Object.keys(on).length > 0);
      for (const [id, job] of Object.entries(jobs)) {
        assert.ok(job["runs-on"], id);
        assert.ok(job["timeout-minutes"] > 0, `${id} has no timeout`);
        if (job.needs !== undefined) assert.ok(job.needs in jobs, `${id} needs ${job.needs}`);
        for (const { uses, run } of job.steps)
          assert.ok((uses === undefined) !== (run === undefined));
      }
    });

    it("takes actions of known owners by a major version", () => {
      for (const { uses } of steps) {
        if (uses !== undefined) assert.match(uses, /^(?:actions|aws-actions)\/[\w-]+@v\d+$/);
      }
    });

    it("holds no secret, and asks for no more than it needs", () => {
      const text = readFileSync(join(folder, name), "utf8");
      assert.doesNotMatch(text, /secrets\.|AKIA|aws[-_]secret/i);
      assert.doesNotMatch(text, /\b\d{12}\b/);
      assert.deepEqual(permissions, { contents: "read" });
    });

    it("gives a shell no text that a stranger can choose", () => {
      for (const { run = "" } of steps) {
        // Values of the matrix are the workflow's own; those of an event would be the sender's.
        assert.doesNotMatch(run, /\$\{\{(?! *matrix\.(?:mode|arch) *\}\})/);
      }
    });

    it("uses only what its matrices declare", () => {
      for (const [id, job] of Object.entries(jobs)) {
        const matrix = job.strategy?.matrix ?? {};
        const included = (matrix.include ?? []) as object[];
        const names = new Set([...Object.keys(matrix), ...included.flatMap(Object.keys)]);
        for (const [, used = ""] of JSON.stringify(job).matchAll(/\bmatrix\.(\w+)/g)) {
          assert.ok(names.has(used), `${id}: matrix.${used} is not there`);
        }
      }
    });
  });
}

describe("the workflow layers.yml", () => {
  const { build, publish } = read("layers.yml").jobs as { build: Job; publish: Job };

  it("builds and publishes each mode for each architecture", () => {
    for (const { strategy } of [build, publish]) {
      assert.deepEqual(strategy?.matrix.arch, ["x86_64", "arm64"]);
      assert.deepEqual(strategy?.matrix.mode, ["full", "thin"]);
    }
  });

  it("lets only the job that publishes take on a role", () => {
    assert.equal(build.permissions, undefined);
    assert.deepEqual(publish.permissions, { contents: "read", "id-token": "write" });
  });

  it("calls the command line with options that it has", async () => {
    const commands = [...build.steps, ...publish.steps].flatMap(({ run = "" }) => [
      ...run.replaceAll("\\\n", " ").matchAll(/npx stdlambda (layer (?:build|publish)) ([^|\n]*)/g),
    ]);
    assert.equal(commands.length, 2);
    for (const [, verb = "", rest = ""] of commands) {
      const help = await helpOf(verb.split(" "));
      for (const [option] of rest.matchAll(/--[\w-]+/g)) {
        assert.match(help, new RegExp(`${option}\\b`), `${verb} has no ${option}`);
      }
    }
  });
});

it("ci.yml runs what CI runs elsewhere", () => {
  const { steps } = read("ci.yml").jobs.test as Job;
  assert.ok(steps.some(({ run }) => run === ".ci/run"));
  assert.ok(existsSync(join(checkout, ".ci/run")));
});
