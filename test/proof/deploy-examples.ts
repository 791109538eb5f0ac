// The tests of all examples that `stdlambda deploy` puts on a service.
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import type { ExampleProject } from "./example-project.ts";
import { expectAnswer } from "./expect-answer.ts";
import type { LocalService } from "./local-service.ts";
import { stdlambda, stdlambdaJson } from "./stdlambda.ts";

/** Declares them in the suite around; `options` are more of `stdlambda deploy`. */
export function deployExamples(
  projects: readonly ExampleProject[],
  service: () => LocalService,
  options: () => readonly string[] = () => [],
): void {
  for (const project of projects) {
    const { name: folder, root, event, functions } = project;
    describe(folder, { concurrency: 2 }, () => {
      const declared = functions.filter(({ missing }) => missing === false);
      const deploy = (...more: readonly string[]) =>
        stdlambdaJson(
          ...["deploy", "--root", root, "--out", join(root, "dist")],
          ...["--endpoint-url", service().url, ...project.options, ...options(), ...more],
        );
      const changes = ({ functions: all }: { functions: Record<string, string>[] }) =>
        all.map(({ name, action, alias, version }) => [name, action, alias, version]);

      before(async () => {
        assert.deepEqual(
          changes(await deploy()),
          declared.map(({ name }) => [name, "create", "live", "1"]),
        );
      });

      it("has nothing to change when it is deployed again", async () => {
        assert.deepEqual(
          changes(await deploy("--dry-run")),
          declared.map(({ name }) => [name, "none", "live", "1"]),
        );
      });

      for (const { name, example, missing } of functions) {
        it(example.handler, { skip: missing }, async () => {
          const { exitCode, stdout, stderr } = await stdlambda(
            ...["invoke", `${name}:live`, "--endpoint-url", service().url, "--file", event],
          );
          const log = `${stderr}\n${service().log().slice(-2000)}`;
          expectAnswer(example, stdout, exitCode !== 0, log);
        });
      }
    });
  }
}
