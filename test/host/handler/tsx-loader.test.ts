// Whether tsx is loaded for a script, and where it is found.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tsxLoaderFor } from "../../../host/handler/tsx-loader.ts";
import { temporaryFiles } from "../temporary-files.ts";

const files = {
  "plain.ts": "export const a: number = 1;",
  "plain.mjs": "export const a = 1;",
  "enum.ts": "export enum A { a }",
  "a.tsx": "export default 1;",
  "a.jsx": "export default 1;",
};
const root = temporaryFiles(files);
// What came with the host: the checkout's own.
const own = createRequire(import.meta.url).resolve("tsx");

function loader(name: string, mode: "auto" | "node" | "tsx" = "auto", wantsTsx = false) {
  return tsxLoaderFor(join(root, name), wantsTsx, mode, root);
}

describe("STDLAMBDA_TYPESCRIPT", () => {
  it("auto loads tsx where Node cannot strip, and only there", () => {
    assert.equal(loader("plain.ts"), undefined);
    assert.equal(loader("plain.mjs"), undefined);
    assert.equal(loader("enum.ts"), own);
    assert.equal(loader("a.tsx", "auto", true), own);
    assert.equal(loader("a.jsx", "auto", true), own);
  });

  it("auto loads it for a script that asks for it", () => {
    assert.equal(loader("plain.mjs", "auto", true), own);
  });

  it("node never loads it", () => {
    for (const name of Object.keys(files))
      assert.equal(loader(name, "node", true), undefined, name);
  });

  it("tsx loads it for all TypeScript and for no JavaScript", () => {
    assert.equal(loader("plain.ts", "tsx"), own);
    assert.equal(loader("plain.mjs", "tsx"), undefined);
  });
});

it("the script's own tsx comes first, then the function's", () => {
  const tsx = { "package.json": '{"main":"main.js"}', "main.js": "" };
  const inFolder = (folder: string) =>
    Object.fromEntries(
      Object.entries(tsx).map(([name, text]) => [`${folder}node_modules/tsx/${name}`, text]),
    );
  const both = temporaryFiles({
    "sub/enum.ts": files["enum.ts"],
    ...inFolder("sub/"),
    ...inFolder(""),
  });
  assert.equal(
    tsxLoaderFor(join(both, "sub/enum.ts"), false, "auto", both),
    join(both, "sub/node_modules/tsx/main.js"),
  );
  const layer = temporaryFiles({ "enum.ts": files["enum.ts"] });
  assert.equal(
    tsxLoaderFor(join(layer, "enum.ts"), false, "auto", both),
    join(both, "node_modules/tsx/main.js"),
  );
});

it("without tsx anywhere the error names the file, the reason and the ways out", () => {
  // A host of its own far from any node_modules, as in a layer without tsx.
  const host = temporaryFiles({ "function/enum.ts": files["enum.ts"] });
  cpSync(join(import.meta.dirname, "../../../host"), join(host, "host"), { recursive: true });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--no-warnings",
      "--input-type=module",
      "--eval",
      `import { tsxLoaderFor } from ${JSON.stringify(join(host, "host/handler/tsx-loader.ts"))};
       try { tsxLoaderFor(${JSON.stringify(join(host, "function/enum.ts"))}, false, "auto", ${JSON.stringify(host)}); }
       catch (error) { console.log(error.type, error.message); }`,
    ],
    { encoding: "utf8" },
  );
  assert.match(
    stdout,
    /^Runtime\.TypeScriptLoaderNotFound .*enum\.ts uses enum \(line 1\).*npm install tsx.*erasable/,
    stderr,
  );
});
