// npm packages of a layer at /opt are found by scripts and by functions, however they are imported.
import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { buildLayer } from "../../../build/layer/layer.ts";
import { unpack } from "../../../local/store/unpack.ts";
import { testCache } from "../../helpers/built-layer.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startBootstrap } from "../../host/bootstrap-process.ts";
import { nextAnswer, sized, startScriptedServer } from "../../host/runtime-api/scripted-server.ts";
import { startRegistry } from "./registry.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-packages-"));
const wrapper = join(root, "wrapper");
const task = join(root, "task");
after(() => rmSync(root, { recursive: true, force: true }));

const print = "console.log(JSON.stringify(found));\n";
const handlers: Record<string, [content: string, response: string]> = {
  "import.mjs": [`import found from "brought";\n${print}`, '"by import"'],
  "require.cjs": [`const found = require("brought");\n${print}`, '"by require"'],
  "typed.ts": [
    `import found from "brought/more.js";\nconst f: string = found;\n${print}`,
    '"more"',
  ],
  "main.mjs": [
    'import found from "brought";\nexport async function main() { console.log(JSON.stringify(found)); }\n',
    '"by import"',
  ],
  "child.sh": [
    "#!/bin/sh\nnode --input-type=module -e 'import found from \"brought\"; console.log(JSON.stringify(found))'\n",
    '"by import"',
  ],
  "function.mjs": ['import found from "brought";\nexport const it = () => found;\n', '"by import"'],
  "lazy.cjs": ['exports.it = () => require("brought");\n', '"by require"'],
  "absent.mjs": [
    'try { await import("absent"); } catch ({ code, message }) { console.log(JSON.stringify([code, message])); }\n',
    `["ERR_MODULE_NOT_FOUND","Cannot find package 'absent' imported from ${task}/absent.mjs"]`,
  ],
};

describe("a package of --with", { skip: missingTool(["npm", "tar", "bwrap"]) }, () => {
  before(async () => {
    const description = {
      exports: { ".": { import: "./it.mjs", require: "./it.cjs" }, "./more.js": "./more.js" },
    };
    const files = {
      "it.mjs": 'export default "by import";',
      "it.cjs": 'module.exports = "by require";',
      "more.js": 'module.exports = "more";',
    };
    await using registry = await startRegistry([
      { name: "brought", version: "1.0.0", files, description },
    ]);
    const zip = join(root, "layer.zip");
    await buildLayer({
      mode: "thin",
      architecture: "x86_64",
      node: "24",
      tsx: false,
      add: [],
      with: ["brought@1.0.0"],
      lockFile: join(root, "lock.json"),
      folder: root,
      bootstrap: join(import.meta.dirname, "../../../host/bootstrap"),
      output: zip,
      source: { cache: testCache, env: registry.env },
    });
    await unpack(readFileSync(zip), join(root, "opt"));
    writeHandlers();
    const mounts = [
      "--ro-bind / / --dev-bind /dev /dev --proc /proc --bind /tmp /tmp --tmpfs /var",
      `--ro-bind ${join(root, "opt")} /opt`,
      `--ro-bind ${realpathSync(process.execPath)} /var/lang/bin/node`,
    ];
    const command = `exec bwrap --die-with-parent ${mounts.join(" ")} -- /opt/bootstrap`;
    writeFileSync(wrapper, `#!/bin/sh\n${command}\n`);
    chmodSync(wrapper, 0o755);
  });

  for (const [name, [, response]] of Object.entries(handlers)) {
    const handler = /^(function|lazy)/.test(name) ? `${name.replace(/\.\w+$/, "")}.it` : name;
    test(`${name === "absent.mjs" ? "is not found when it is not there" : `is found by ${handler}`}`, async () => {
      await using api = await startScriptedServer(async (peer) => {
        await peer.request();
        await peer.write(nextAnswer("a", "{}"));
        await peer.request();
        await peer.write(sized(500, "enough"));
      });
      await using host = startBootstrap({
        command: [wrapper],
        handler,
        root: task,
        runtimeApi: api.address,
      });
      const { code } = await host.exited;
      const body = api.requests[1]?.body.toString().trim();
      assert.equal(body, response, `exit ${code}: ${host.log()}`);
    });
  }
});

function writeHandlers(): void {
  mkdirSync(task);
  for (const [name, [content]] of Object.entries(handlers)) {
    writeFileSync(join(task, name), content, { mode: 0o755 });
  }
}
