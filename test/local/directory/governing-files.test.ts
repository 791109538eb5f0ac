// package.json and tsconfig.json above the function's folder: the same for dev, by bubblewrap and not,
// for invoke, and for a built package that runs.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { checkout, run } from "../../cli/command-line.ts";
import { startDev } from "../../end-to-end/dev-process.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { makeFolder } from "../../project/folder.ts";

const projects: Record<string, Record<string, string>> = {
  "the type of package.json": {
    "package.json": '{"type":"module"}',
    "functions/hello.js":
      'import { basename } from "node:path";\nconsole.log(basename("/a/found"));\n',
    "stdlambda.config.json": '{"functions":{"hello":{"handler":"hello.js","root":"functions"}}}',
  },
  "imports of package.json": {
    "package.json": '{"type":"module","imports":{"#lib/*":"./functions/lib/*"}}',
    "functions/hello.js": 'import { name } from "#lib/name.js";\nconsole.log(name);\n',
    "functions/lib/name.js": 'export const name = "found";\n',
    "stdlambda.config.json": '{"functions":{"hello":{"handler":"hello.js","root":"functions"}}}',
  },
  "paths of tsconfig.json, which extends another": {
    "package.json": '{"type":"module"}',
    "base.json": '{"compilerOptions":{"paths":{"@lib/*":["./functions/lib/*"]}}}',
    "tsconfig.json": '{"extends":"./base.json", /* tsx */ "compilerOptions":{"module":"nodenext"}}',
    "functions/hello.ts":
      'import { name } from "@lib/name.ts";\nenum E { A }\nconsole.log(name, E.A === 0 ? "" : "no");\n',
    "functions/lib/name.ts": 'export const name: string = "found";\n',
    "stdlambda.config.json":
      '{"functions":{"hello":{"handler":"hello.ts","root":"functions","timeout":20,"environment":{"STDLAMBDA_TYPESCRIPT":"tsx"}}}}',
  },
  "an own tsconfig.json that extends one above": {
    "package.json": '{"type":"module"}',
    "base.json": '{"compilerOptions":{"paths":{"@lib/*":["./functions/lib/*"]}}}',
    "functions/tsconfig.json": '{"extends":"../base.json"}',
    "functions/hello.ts":
      'import { name } from "@lib/name.ts";\nenum E { A }\nconsole.log(name, E.A === 0 ? "" : "no");\n',
    "functions/lib/name.ts": 'export const name: string = "found";\n',
    "stdlambda.config.json":
      '{"functions":{"hello":{"handler":"hello.ts","root":"functions","timeout":20,"environment":{"STDLAMBDA_TYPESCRIPT":"tsx"}}}}',
  },
};

const ways = { bubblewrap: [], "folders as they are": ["--no-bubblewrap"] };

for (const [what, files] of Object.entries(projects)) {
  for (const [way, args] of Object.entries(ways)) {
    const skip = way === "bubblewrap" ? missingTool(["bwrap"]) : false;
    test(`${what} above the folder holds in dev, by ${way}`, { skip }, async (t) => {
      const dev = await startDev(t, {}, { root: makeFolder(files), args });
      const answer = await (await dev.invoke("hello")).text();
      assert.equal(answer.trim(), "found", dev.log());
    });
  }

  test(`${what} above the folder holds in invoke and in a built package`, async () => {
    const root = makeFolder(files);
    const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    const once = await run(["invoke", "hello", "--root", root, "-d", "{}"], { env });
    assert.equal(once.stdout.toString().trim(), "found", once.stderr);
    const out = join(root, "dist");
    const built = await run(["build", "--root", root, "--format", "dir", "--out", out]);
    assert.equal(built.exitCode, 0, built.stderr);
    const handler = Object.keys(files).some((name) => name.endsWith(".ts"))
      ? "hello.ts"
      : "hello.js";
    const variables = ["-e", "STDLAMBDA_TYPESCRIPT=auto"];
    const packed = join(out, "hello");
    const ran = await run(["invoke", handler, "--root", packed, "-d", "{}", ...variables], { env });
    assert.equal(ran.stdout.toString().trim(), "found", ran.stderr);
  });
}

test("tsx is found beside a host that was installed below /tmp", {
  skip: missingTool(["bwrap"]),
}, async (t) => {
  const root = makeFolder({
    "package.json": '{"type":"module"}',
    "functions/hello.ts": 'enum E { Found = "found" }\nconsole.log(E.Found);\n',
    "stdlambda.config.json":
      '{"functions":{"hello":{"handler":"hello.ts","root":"functions","timeout":20}}}',
  });
  assert.ok(root.startsWith(tmpdir()));
  // As npm installs it: the package, and what it needs beside it.
  const host = makeFolder({ "package.json": "{}" });
  mkdirSync(join(host, "node_modules/stdlambda"), { recursive: true });
  cpSync(join(checkout, "dist"), join(host, "node_modules/stdlambda/dist"), { recursive: true });
  cpSync(join(checkout, "package.json"), join(host, "node_modules/stdlambda/package.json"));
  for (const name of ["tsx", "esbuild", "@esbuild", "get-tsconfig", "resolve-pkg-maps"]) {
    const from = join(checkout, "node_modules", name);
    cpSync(from, join(host, "node_modules", name), { recursive: true, errorOnExist: false });
  }
  symlinkSync(join(checkout, "node_modules"), join(host, "node_modules/stdlambda/node_modules"));
  const dev = execa(
    process.execPath,
    ["--", join(host, "node_modules/stdlambda/dist/cli.js"), "dev", root, "--port", "0"],
    { reject: false, buffer: false, timeout: 60_000 },
  );
  t.after(() => dev.kill());
  let text = "";
  dev.stderr.on("data", (chunk) => {
    text += chunk;
  });
  const url = await new Promise<string>((resolve) => {
    dev.stdout.on("data", (chunk) => {
      text += chunk;
      const found = /stdlambda on (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const answer = await fetch(`${url}/2015-03-31/functions/hello/invocations`, {
    method: "POST",
    body: "{}",
  });
  assert.equal(await answer.text(), "found\n", text);
});
