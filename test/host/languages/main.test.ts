// Mode `main` in every language: the file is loaded once, `main` has the event as its stdin and stdout.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { languageCases } from "./cases.ts";

const root = join(import.meta.dirname, "../../fixtures/languages");
const mode = { STDLAMBDA_MODE: "main" };

for (const { name, program, file } of languageCases) {
  describe(`main in ${name}`, { skip: missingTool([program]) }, () => {
    it("gets its arguments, the event and its environment, again and again", async () => {
      const handler = `script:${file},one,two`;
      await using host = await startHost({ handler, root, env: mode });
      for (let round = 0; round < 4; round++) {
        const { status, body } = await host.invoke(`round ${round}\n`);
        assert.equal(status, "response", body.toString());
        const text = body.toString();
        assert.match(text, new RegExp(`^argv one two ?(one two ?)?\nline: round ${round}\n`));
        assert.match(text, /end\n$/);
      }
    });

    it("ends its own event only when it exits", async () => {
      await using host = await startHost({ handler: file, root, env: { ...mode, FAILS: "yes" } });
      for (let round = 0; round < 3; round++) {
        const { status, body, log } = await host.invoke("line\nmore\n");
        assert.equal(status, "error", body.toString());
        assert.equal(JSON.parse(body.toString()).errorType, "Function.Exit4");
        assert.match(log, /line: line/);
      }
    });

    it("streams what it writes", async () => {
      const env = { ...mode, STDLAMBDA_STDOUT: "stream" };
      await using host = await startHost({ handler: file, root, env });
      for (let round = 0; round < 2; round++) {
        const { status, body } = await host.invoke(`round ${round}\n`);
        assert.equal(status, "response");
        assert.match(body.toString(), new RegExp(`line: round ${round}\n`));
      }
    });

    it("stops at the limit of a response", async () => {
      const env = { ...mode, ENDLESS: "yes" };
      await using host = await startHost({ handler: file, root, env });
      const { body } = await host.invoke("line\n");
      assert.equal(JSON.parse(body.toString()).errorType, "Function.ResponseSizeTooLarge");
    });
  });
}
