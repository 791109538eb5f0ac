// The layers that docs/languages.md makes: the page's own functions, run from /opt and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { builtLayer } from "../helpers/built-layer.ts";
import { copyCheckout } from "../helpers/checkout-copy.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { bubblewrap, startTestService } from "../local/service/test-service.ts";
import { shellBlocks } from "./blocks.ts";
import { createReader } from "./reader.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/languages.md"), "utf8");
const blocks = shellBlocks(page);
const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

/** The file that the page writes by a here-document. */
function written(name: string): string {
  const [, text] = new RegExp(`^cat > ${name} <<'END'\\n([\\s\\S]*?)^END$`, "m").exec(page) ?? [];
  assert.ok(text, `the page writes no ${name}`);
  return text;
}

const languages = {
  picolisp: {
    file: "greet_picolisp.l",
    handler: "greet_picolisp.greet",
    layer: "layer-picolisp.zip",
  },
  "lua5.4": { file: "greet_lua.lua", handler: "greet_lua.handler", layer: "layer-lua.zip" },
  sbcl: { file: "greet_lisp.lisp", handler: "greet_lisp.cl-user::greet", layer: "layer-sbcl" },
};

describe("the page's layer", { concurrency: 1 }, () => {
  const copy = copyCheckout();
  const reader = createReader(copy.root);
  after(async () => {
    await reader.leave();
    copy.remove();
  });

  for (const [program, { file, handler, layer }] of Object.entries(languages)) {
    it(`of ${program} runs a function by what lies in /opt`, {
      skip: missingTool([program, "bwrap"]),
      timeout: 180_000,
    }, async (t) => {
      assert.ok(bubblewrap, "bubblewrap is installed, and may not work here");
      const recipe = blocks.find(({ command, noTest }) => !noTest && command.includes(layer));
      assert.ok(recipe, `no recipe makes ${layer}`);
      const { code, stderr } = await reader.run(recipe);
      assert.equal(code, 0, stderr);
      // Of a library that Lambda would lack.
      assert.doesNotMatch(stderr, /warning/);
      const own = join(copy.root, layer);
      const layers = layer.endsWith(".zip")
        ? [own]
        : [(await builtLayer("full", architecture)).zip, own];
      const service = await startTestService(
        t,
        {
          "stdlambda.config.json": JSON.stringify({
            functions: {
              greet: {
                ...{ handler, root: "code", layers, timeout: 20 },
                // Nothing of this machine's.
                environment: { PATH: "/opt/bin" },
              },
            },
          }),
          [`code/${file}`]: written(file),
        },
        { isolate: bubblewrap },
      );
      for (const name of ["Ada", "Grace"]) {
        const answer = await (await service.invoke("greet", `{"name":"${name}"}`)).text();
        assert.deepEqual(
          JSON.parse(answer),
          { greeting: `Hello, ${name}!` },
          service.log("greet").join("\n"),
        );
      }
    });
  }
});
