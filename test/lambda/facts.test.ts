// A fact of Lambda is written once, in lambda/: any other place that writes it again is named here.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { oldestNode } from "../../lambda/node.ts";

const root = join(import.meta.dirname, "../..");
const rooms = ["host", "project", "local", "build", "deploy", "cli", "bench"];

/** Where a fact has to stand a second time, and why. */
const exceptions: Readonly<Record<string, string>> = {
  "project/configuration.ts": "is published as a declaration that imports nothing",
  "host/require-node.cjs": "is read by a Node too old for lambda/; tested below",
  "cli/start.js": "likewise",
};

interface Fact {
  readonly home: string;
  /** Looked for in code, not in comments. */
  readonly pattern: RegExp;
  /** A line that the pattern must find. */
  readonly copy: string;
}

const facts: readonly Fact[] = [
  { home: "limits.ts", pattern: /\b6_?291_?556\b|\b6 \* 1024 \* 1024 \+ 100/, copy: "6_291_556" },
  { home: "limits.ts", pattern: /\b52_?428_?800\b|\b50 \* 1024 \* 1024/, copy: "50 * 1024 * 1024" },
  { home: "limits.ts", pattern: /\b262_?144_?000\b|\b250 \* 1024 \* 1024/, copy: "262_144_000" },
  { home: "limits.ts", pattern: /\b200 \* 1024 \* 1024/, copy: "200 * 1024 * 1024" },
  { home: "limits.ts", pattern: /\b3_?583\b/, copy: "const most = 3583;" },
  { home: "limits.ts", pattern: /\b10_?240\b|\b32_?768\b/, copy: "wholeNumber(128, 10_240)" },
  { home: "limits.ts", pattern: /(?<![\w.])900\b(?!_)/, copy: "wholeNumber(1, 900)" },
  { home: "limits.ts", pattern: /\b130_?000\b/, copy: "const longInitMs = 130_000;" },
  {
    home: "limits.ts",
    pattern:
      /\b(?:maximum|largest|longest|greatest|most)\w*(?:Layers?|Extensions?|Handler\w*) = \d/i,
    copy: "const maximumLayers = 5;",
  },
  {
    home: "defaults.ts",
    pattern: /\b(?:memory\w*|MemorySize)["']?(?: [=:]|:) 128\b|wholeNumber\(128\b/i,
    copy: "MemorySize: 128,",
  },
  { home: "defaults.ts", pattern: /\b(?:timeout\w*)["']?(?: =|:) 3\b/i, copy: "Timeout: 3," },
  { home: "defaults.ts", pattern: /us-east-1\b/, copy: 'region ?? "us-east-1"' },
  {
    home: "defaults.ts",
    pattern: /AWS_REGION \|\|/,
    copy: "env.AWS_REGION || env.AWS_DEFAULT_REGION",
  },
  { home: "account.ts", pattern: /\b012345678912\b/, copy: '"012345678912"' },
  {
    home: "names.ts",
    pattern: /\[(?:a-zA-Z|A-Za-z)0-9(?:-_|_-)\]/,
    copy: "/^[A-Za-z0-9_-]{1,64}$/",
  },
  { home: "names.ts", pattern: /\\d\{12\}/, copy: "/^\\d{12}$/" },
  { home: "names.ts", pattern: /_\.:\/=\+\\?-@/, copy: "/^[a-zA-Z0-9_.:/=+-@ ]+$/" },
  {
    home: "arns.ts",
    pattern: /arn:aws:lambda:\$|arn:[^\s"`]{1,12}:lambda:\S*:layer:[[(]/,
    copy: "/^arn:aws:lambda:[^:]+:[^:]+:layer:([^:]+)$/",
  },
  { home: "architectures.ts", pattern: /["']x86_64["']/, copy: '.choices(["x86_64", "arm64"])' },
  { home: "architectures.ts", pattern: /\b183\b/, copy: "{ 62: x64, 183: arm64 }" },
  { home: "architectures.ts", pattern: /\\x7fELF/, copy: 'magic === "\\x7fELF"' },
  {
    home: "architectures.ts",
    pattern: /x86_64: "(?:x64|amd64)"|=== "arm64" \? "(?:arm64|x64)"/,
    copy: '{ x86_64: "amd64", arm64: "arm64" }',
  },
  {
    home: "runtimes.ts",
    pattern: /["'](?:nodejs2[246]\.x|provided\.al2023)["']/,
    copy: 'runtime: "provided.al2023"',
  },
  { home: "node.ts", pattern: /"22",\s*"24"|\busualNode\b.* = "/, copy: '["22", "24", "26"]' },
  { home: "node.ts", pattern: /\b22[.,] ?19\b|major: 22\b/, copy: "[22, 19]" },
  {
    home: "initialization-type.ts",
    pattern: /"lambda-managed-instances"/,
    copy: 'return "lambda-managed-instances";',
  },
  {
    home: "reserved-variables.ts",
    pattern: /"AWS_LAMBDA_INITIALIZATION_TYPE"/,
    copy: '["AWS_LAMBDA_INITIALIZATION_TYPE"]',
  },
];

/** As many lines as before, those of comments empty. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ""))
    .replaceAll(/^\s*\/\/.*$/gm, "");
}

function copiesIn(file: string, text: string): string[] {
  const lines = withoutComments(text).split("\n");
  return lines.flatMap((line, at) =>
    facts
      .filter(({ pattern }) => pattern.test(line))
      .map(({ home }) => `${file}:${at + 1}: ${line.trim()}\n  take it from lambda/${home}`),
  );
}

describe("the facts of Lambda", () => {
  const sources = globSync(
    rooms.map((room) => `${room}/**/*.{ts,cjs,js}`),
    { cwd: root, exclude: (name) => /node_modules|templates|^dist$/.test(name) },
  ).filter((file) => !(file in exceptions));

  it("stand in no other room", () => {
    assert.ok(sources.length > 300, `only ${sources.length} files were found`);
    const copies = sources.flatMap((file) =>
      copiesIn(file, readFileSync(join(root, file), "utf8")),
    );
    assert.equal(copies.join("\n"), "");
  });

  for (const { copy, pattern } of facts) {
    it(`are found where ${copy} is written again`, () => {
      assert.match(copy, pattern);
      assert.match(copiesIn("x.ts", `// ${copy}\n/** ${copy} */\n${copy}\n`).join(), /^x\.ts:3: /);
    });
  }
});

describe("the oldest Node", () => {
  const { major, minor } = oldestNode;

  it("is the one that npm is told of", () => {
    const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.equal(engines.node, `>=${major}.${minor}`);
  });

  for (const file of ["host/require-node.cjs", "cli/start.js"]) {
    it(`is the first that ${file} lets through`, () => {
      // Away from the checkout, whose own Node the command would go on with.
      const folder = mkdtempSync(join(tmpdir(), "stdlambda-test-"));
      const program = join(folder, file.replace(/.*\//, "").replace(/\.js$/, ".mjs"));
      copyFileSync(join(root, file), program);
      const complaint = (version: string) => {
        const fake = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
        const args = ["--import", `data:text/javascript,${fake}`, program];
        const { stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
        return / needs (?:Node )?(\d+\.\d+) or newer/.exec(stderr)?.[1];
      };
      assert.equal(complaint(`${major}.${minor}.0`), undefined);
      assert.equal(complaint(`${major}.${minor - 1}.9`), `${major}.${minor}`);
      rmSync(folder, { recursive: true });
    });
  }
});
