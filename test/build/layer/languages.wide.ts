// Functions of other languages, run by the host of a built layer and of an image's /opt.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { runtimeFiles } from "../../../build/function/runtime-files.ts";
import { adapterFiles } from "../../../build/release/host-file-names.ts";
import { builtLayer } from "../../helpers/built-layer.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { collect, makeProject, unpacked } from "../function/project.ts";
import { pythonFunction, runtimeSource } from "../function/python-function.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

for (const mode of ["full", "thin"] as const) {
  test(`a ${mode} layer has every adapter`, async () => {
    const { folder } = await builtLayer(mode, architecture);
    for (const adapter of adapterFiles) {
      assert.ok(existsSync(join(folder, "stdlambda", adapter)), adapter);
    }
  });
}

test("an image has every adapter", async () => {
  const parts = { architecture, node: undefined, tsx: false, mode: "image" } as const;
  const paths = (await runtimeFiles(parts, runtimeSource)).map(({ path }) => path);
  for (const adapter of adapterFiles) assert.ok(paths.includes(`stdlambda/${adapter}`), adapter);
});

describe("a full layer", { skip: missingTool(["python3"]) }, () => {
  test("loads a function of Python once, with its modules and vendored packages", async () => {
    const { folder } = await builtLayer("full", architecture);
    const task = await unpacked(
      await collect(makeProject(pythonFunction), "src/app.lambda_handler"),
    );
    await using host = await startHost({
      handler: "src/app.lambda_handler",
      root: task,
      bootstrap: join(folder, "bootstrap"),
    });
    for (const count of [1, 2]) {
      const { body, status } = await host.invoke({ name: "you" });
      assert.equal(status, "response", String(body));
      assert.deepEqual(JSON.parse(String(body)), [
        "you",
        "words",
        "helper",
        "vendored data",
        count,
      ]);
    }
  });
});

/** In each language a function that reads a file beside it, and what it answers at its second event. */
const functions: readonly {
  readonly program: string;
  readonly handler: string;
  readonly files: Readonly<Record<string, string>>;
  readonly second: string;
}[] = [
  {
    program: "ruby",
    handler: "app.handler",
    files: {
      "app.rb":
        'require_relative "lib/words"\n$count = 0\ndef handler(event:, context:)\n  $count += 1\n  [event["name"], WORDS, $count]\nend\n',
      "lib/words.rb": 'WORDS = "words"\n',
    },
    second: '["you","words",2]',
  },
  {
    program: "perl",
    handler: "app.handler",
    files: {
      "app.pl":
        'use FindBin; use lib "$ENV{LAMBDA_TASK_ROOT}/lib"; use Words;\nmy $count = 0;\nsub handler { my ($event, $context) = @_; $count++; return [$event->{name}, Words::words(), $count]; }\n1;\n',
      "lib/Words.pm": 'package Words; sub words { return "words" } 1;\n',
    },
    second: '["you","words",2]',
  },
  {
    program: "php",
    handler: "app.handler",
    files: {
      "app.php":
        '<?php\n$words = require __DIR__ . "/lib/words.php";\nreturn function ($event, $context) use ($words) { static $count = 0; $count++; return [$event["name"], $words, $count]; };\n',
      "lib/words.php": '<?php\nreturn "words";\n',
    },
    second: '["you","words",2]',
  },
  {
    program: "bash",
    handler: "app.handler",
    files: {
      "app.sh": '#!/bin/bash\n. ./lib/words.sh\nfunction handler () { echo "$1 $words"; }\n',
      "lib/words.sh": "words=words\n",
    },
    second: '{"name":"you"} words\n',
  },
  {
    program: "lua",
    handler: "app.handler",
    files: {
      "app.lua":
        'local words = dofile("lib/words.lua")\nlocal count = 0\nreturn { handler = function(text, headers) count = count + 1; return text .. " " .. words .. " " .. count end }\n',
      "lib/words.lua": 'return "words"\n',
    },
    second: '{"name":"you"} words 2',
  },
];

for (const { program, handler, files, second } of functions) {
  test(`a full layer loads a function run by ${program}`, {
    skip: missingTool([program]),
  }, async () => {
    const { folder } = await builtLayer("full", architecture);
    const task = await unpacked(await collect(makeProject(files), handler));
    await using host = await startHost({
      handler,
      root: task,
      bootstrap: join(folder, "bootstrap"),
    });
    await host.invoke({ name: "you" });
    const { body, status } = await host.invoke({ name: "you" });
    assert.deepEqual([status, String(body)], ["response", second]);
  });
}
