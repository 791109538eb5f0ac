// Every example through the host: in each of its modes it answers the bytes it prints by hand.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { projectEnvironment } from "../helpers/project-environment.ts";
import { startHost } from "../helpers/runtime-api.ts";
import { startAwsStandIn } from "./aws-stand-in.ts";
import { type Example, examples, examplesRoot, folders } from "./examples.ts";

// Outside the checkout an example has only its own folder, as a function package on Lambda has.
const packages = mkdtempSync(join(tmpdir(), "stdlambda-examples-"));
after(() => rmSync(packages, { recursive: true, force: true }));
for (const folder of folders)
  cpSync(join(examplesRoot, folder), join(packages, folder), { recursive: true });

function make({ folder, make: command }: Example): void {
  if (!command) return;
  execFileSync("sh", ["-euc", command], {
    cwd: join(packages, folder),
    env: {
      ...projectEnvironment(),
      ESBUILD: join(examplesRoot, "../node_modules/.bin/esbuild"),
      EXAMPLE: join(examplesRoot, folder),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function answers(example: Example, mode: string): Promise<void> {
  const root = join(packages, example.folder);
  const expected = readFileSync(join(root, example.expected), "utf8");
  const event = readFileSync(join(root, "event.json"));
  await using aws = example.callsAws ? await startAwsStandIn() : undefined;
  await using host = await startHost({
    handler: example.handler,
    root,
    env: {
      ...(mode === "auto" ? {} : { STDLAMBDA_MODE: mode }),
      ...example.env,
      ...aws?.variables,
    },
  });
  // Twice: what a first event leaves behind must not change the second one's answer.
  for (const time of ["first", "second"]) {
    const answer = await host.invoke(event);
    const body = answer.body.toString();
    if (example.expected.endsWith(".error.json")) {
      assert.equal(answer.status, "error", `${time} event: ${body}`);
      const { errorType, errorMessage } = JSON.parse(body);
      assert.deepEqual({ errorType, errorMessage }, JSON.parse(expected));
    } else {
      assert.equal(answer.status, "response", `${time} event: ${body}\n${host.log()}`);
      assert.equal(body, expected);
    }
    if (example.log) assert.match(answer.log, example.log);
    if (example.logsRequestId && mode !== "prestart") {
      assert.ok(answer.log.includes(answer.requestId), answer.log);
    }
  }
  // A warning says that the host could not do what was asked, and did something else.
  if (!(example.ignoresEvent && mode === "prestart")) assert.doesNotMatch(host.log(), /^WARN/m);
}

describe("an example through the host", { concurrency: 2 }, () => {
  for (const example of examples) {
    describe(`${example.folder}: ${example.handler}`, () => {
      let made = false;
      for (const mode of ["auto", ...(example.modes ?? [])]) {
        it(`gives the expected answer in ${example.env?.STDLAMBDA_MODE ?? mode}`, async (test) => {
          const missing = missingTool(example.needs);
          if (missing) return test.skip(missing);
          if (!made) make(example);
          made = true;
          await answers(example, mode);
        });
      }
    });
  }
});

describe("the folder of examples", () => {
  it("has no folder that is not tested", () => {
    assert.deepEqual([...new Set(examples.map(({ folder }) => folder))].sort(), folders);
  });

  it("has no expected answer that is not tested", () => {
    const tested = new Set(examples.map(({ folder, expected }) => `${folder}/${expected}`));
    const written = readdirSync(examplesRoot, { recursive: true, encoding: "utf8" }).filter(
      (name) => /(^|[./])(expected|error)\.(json|txt)$/.test(name),
    );
    assert.deepEqual(written.sort(), [...tested].sort());
  });
});
