// Every example script by hand: the README's own command in a shell gives the expected bytes.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { copyCheckout } from "../helpers/checkout-copy.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { projectEnvironment } from "../helpers/project-environment.ts";
import { startAwsStandIn } from "./aws-stand-in.ts";
import { examples, examplesRoot } from "./examples.ts";

const checkout = copyCheckout();
after(checkout.remove);

async function shell(command: string, variables: NodeJS.ProcessEnv = {}) {
  const child = spawn("sh", ["-euc", command], {
    cwd: checkout.root,
    env: { ...projectEnvironment(), ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  return { stdout, stderr, code: await exited };
}

describe("an example by hand", { concurrency: 2 }, () => {
  for (const example of examples) {
    const { folder, handler, byHand, needs } = example;
    if (!byHand) continue;
    it(`${folder}: ${handler} prints what Lambda would answer`, async (test) => {
      const missing = missingTool(needs);
      if (missing) return test.skip(missing);
      const readme = readFileSync(join(examplesRoot, folder, "README.md"), "utf8");
      assert.ok(readme.includes(byHand), `the README does not say: ${byHand}`);

      const expected = readFileSync(join(examplesRoot, folder, example.expected), "utf8");
      const aws = example.callsAws ? await startAwsStandIn() : undefined;
      if (aws) test.after(aws.close);
      const { stdout, stderr, code } = await shell(byHand, aws?.variables);
      if (example.expected.endsWith(".error.json")) {
        const { errorType, errorMessage } = JSON.parse(expected);
        assert.equal(`Function.Exit${code}`, errorType);
        assert.equal(stderr.trimEnd().split("\n").at(-1), errorMessage);
        return;
      }
      assert.equal(code, 0, stderr);
      assert.equal(stdout.toString(), expected + (example.byHandAdds ?? ""));
    });
  }
});
