// The start of the host: whatever fails is told to the Runtime API once, and the host ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startBootstrap, taskRoot } from "./bootstrap-process.ts";
import {
  type ConnectionScript,
  sized,
  startScriptedServer,
  unusedAddress,
} from "./runtime-api/scripted-server.ts";

const files = {
  "throws.mjs": "throw new RangeError('at load');\nexport const handler = () => 1;\n",
  "syntax.mjs": "export const handler = (=> 1;\n",
  "imports.mjs": "import 'nowhere-to-be-found';\nexport const handler = () => 1;\n",
  "good.mjs": "export const handler = () => 1;\n",
  "exits.mjs": "process.exit(3);\nexport function main() {}\n",
  "interpreter.sh": "#!/nowhere/sh\n",
  "data.txt": "just text\n",
  "enum.ts": "enum E { A }\nconsole.log(E.A);\n",
  "echo.sh": "#!/bin/sh\ncat\n",
};

const accepting: ConnectionScript = async (peer) => {
  for (;;) {
    await peer.request();
    await peer.write(sized(202));
  }
};

interface InitFailure {
  readonly handler: string;
  readonly type: string;
  readonly message: RegExp;
  readonly env?: NodeJS.ProcessEnv;
}

const failures: Record<string, InitFailure> = {
  "a handler that names nothing": {
    handler: "nothing.js",
    type: "Runtime.HandlerNotFound",
    message: /nothing\.js/,
  },
  "an empty handler": { handler: "", type: "Runtime.MalformedHandlerName", message: /./ },
  "a handler outside the function": {
    handler: "../x.sh",
    type: "Runtime.MalformedHandlerName",
    message: /\.\./,
  },
  "an export that is not there": {
    handler: "good.nope",
    type: "Runtime.HandlerNotFound",
    message: /nope/,
  },
  "a module that throws": { handler: "throws.handler", type: "RangeError", message: /at load/ },
  "a module that does not parse": {
    handler: "syntax.handler",
    type: "Runtime.UserCodeSyntaxError",
    message: /./,
  },
  "an import that is not there": {
    handler: "imports.handler",
    type: "Runtime.ImportModuleError",
    message: /nowhere-to-be-found/,
  },
  "a script that exits as it is loaded": {
    handler: "exits.mjs",
    type: "Runtime.ScriptExitedAtInit",
    message: /process\.exit\(3\)/,
  },
  "an expression that is none": {
    handler: "expr:(e)=>",
    type: "Runtime.UserCodeSyntaxError",
    message: /./,
  },
  "an interpreter that is not there": {
    handler: "interpreter.sh",
    type: "Runtime.InterpreterNotFound",
    message: /\/nowhere\/sh/,
  },
  "a file that cannot be run": {
    handler: "script:data.txt",
    type: "Runtime.NotExecutable",
    message: /data\.txt/,
  },
  "a program that is not there": {
    handler: "cmd:no-such-program",
    type: "Runtime.HandlerNotFound",
    message: /no-such-program/,
  },
  "an unknown setting": {
    handler: "echo.sh",
    env: { STDLAMBDA_MOOD: "good" },
    type: "Runtime.InvalidSetting",
    message: /STDLAMBDA_MODE/,
  },
  "a bad value of a setting": {
    handler: "echo.sh",
    env: { STDLAMBDA_MODE: "spwan" },
    type: "Runtime.InvalidSetting",
    message: /spawn/,
  },
  "a mode that the handler cannot have": {
    handler: "echo.sh",
    env: { STDLAMBDA_MODE: "prefork" },
    type: "Runtime.InvalidSetting",
    message: /prefork/,
  },
  "a task root that is not there": {
    handler: "echo.sh",
    env: { LAMBDA_TASK_ROOT: "/nowhere/at/all" },
    type: "Runtime.InvalidWorkingDir",
    message: /\/nowhere\/at\/all/,
  },
};

for (const [what, { handler, env, type, message }] of Object.entries(failures)) {
  test(`${what} is posted to init/error once, and the host ends without a poll`, async () => {
    using folder = taskRoot(files);
    await using api = await startScriptedServer(accepting);
    await using host = startBootstrap({
      runtimeApi: api.address,
      handler,
      root: folder.root,
      ...(env === undefined ? {} : { env }),
    });
    const exit = await host.exited;
    assert.ok(exit.code !== null && exit.code > 0, `exit status ${exit.code}, ${exit.signal}`);
    assert.ok(exit.at - host.startedAt < 1000, `it took ${exit.at - host.startedAt} ms`);
    assert.equal(api.requests.length, 1);
    const [post] = api.requests;
    assert.match(post?.head ?? "", /^POST \/2018-06-01\/runtime\/init\/error HTTP/);
    assert.match(
      post?.head ?? "",
      /\r\nLambda-Runtime-Function-Error-Type: (Runtime|Function)\.[A-Z][a-zA-Z]+\r\n/,
    );
    const told = JSON.parse(post?.body.toString() ?? "");
    assert.equal(told.errorType, type);
    assert.match(told.errorMessage, message);
    assert.ok(Array.isArray(told.stackTrace));
    assert.ok(host.log().includes(type), "the log tells it as well");
  });
}

const refusing: Record<string, { script: ConnectionScript; atMostPosts: number; log: RegExp }> = {
  "is answered 403": {
    script: async (peer) => {
      await peer.request();
      await peer.write(sized(403, "no"));
    },
    atMostPosts: 1,
    log: /init error was not taken: status 403/,
  },
  "is answered 500": {
    script: async (peer) => {
      await peer.request();
      await peer.write(sized(500, "no"));
    },
    atMostPosts: 1,
    log: /init error was not taken: status 500/,
  },
  "ends in a reset": {
    script: async (peer) => {
      await peer.request();
      peer.reset();
    },
    atMostPosts: 2,
    log: /init error could not be posted/,
  },
  "is not answered": {
    script: async (peer) => {
      await peer.request();
    },
    atMostPosts: 1,
    log: /did not answer the init error/,
  },
};

for (const [what, { script, atMostPosts, log }] of Object.entries(refusing)) {
  test(`an init error that ${what} ends the host all the same`, async () => {
    using folder = taskRoot(files);
    await using api = await startScriptedServer(script);
    await using host = startBootstrap({
      runtimeApi: api.address,
      handler: "nothing.js",
      root: folder.root,
    });
    const exit = await host.exited;
    assert.equal(exit.code, 1);
    assert.ok(exit.at - host.startedAt < 1500, `it took ${exit.at - host.startedAt} ms`);
    assert.ok(api.requests.length <= atMostPosts, `${api.requests.length} posts`);
    assert.match(host.log(), log);
    assert.match(host.log(), /Runtime\.HandlerNotFound/);
  });
}

test("an init error with nobody listening ends the host", async () => {
  await using host = startBootstrap({ runtimeApi: await unusedAddress(), handler: "nothing.js" });
  const exit = await host.exited;
  assert.equal(exit.code, 1);
  assert.ok(exit.at - host.startedAt < 1500);
  assert.match(host.log(), /ECONNREFUSED/);
});

test("polls with nobody listening end the host after a few tries", async () => {
  using folder = taskRoot(files);
  await using host = startBootstrap({
    runtimeApi: await unusedAddress(),
    handler: "echo.sh",
    root: folder.root,
  });
  const exit = await host.exited;
  assert.equal(exit.code, 1);
  assert.match(host.log(), /Runtime\.ApiFailure: .*ECONNREFUSED/);
});

for (const runtimeApi of [undefined, "", "nonsense:port", "http://127.0.0.1:9001", "a:0"]) {
  test(`AWS_LAMBDA_RUNTIME_API=${runtimeApi ?? "(unset)"} ends the host with what to do`, async () => {
    await using host = startBootstrap({ runtimeApi, handler: "nothing.js" });
    const exit = await host.exited;
    assert.equal(exit.code, 1);
    assert.match(host.log(), /Runtime\.InvalidRuntimeApi: .*stdlambda invoke/);
  });
}

test("a fault of the API while it serves ends the host, with the reason in the log", async () => {
  using folder = taskRoot(files);
  await using api = await startScriptedServer(async (peer) => {
    await peer.request();
    await peer.write(sized(200, "{}", "Lambda-Runtime-Aws-Request-Id: a"));
    await peer.request();
    await peer.write(sized(500, "broken"));
  });
  await using host = startBootstrap({
    runtimeApi: api.address,
    handler: "good.handler",
    root: folder.root,
  });
  assert.equal((await host.exited).code, 1);
  assert.equal(api.requests.length, 2);
  assert.match(host.log(), /Runtime\.ApiFailure: .*status 500 broken/);
});

for (const [what, answers, polls] of [
  ["taken", [sized(200, "{}", "Lambda-Extension-Identifier: e")], 1],
  ["refused", [sized(403, "no")], 1],
] as const) {
  test(`a registration for SIGTERM that is ${what} comes before the first poll`, async () => {
    using folder = taskRoot(files);
    const extension: ConnectionScript = async (peer) => {
      await peer.request();
      await peer.write(...answers);
      await peer.request();
    };
    await using api = await startScriptedServer(extension, async (peer) => {
      await peer.request();
      await peer.write(sized(403, "enough"));
    });
    await using host = startBootstrap({
      runtimeApi: api.address,
      handler: "good.handler",
      root: folder.root,
      env: { STDLAMBDA_SIGTERM: "on" },
    });
    await host.exited;
    assert.match(api.requests[0]?.head ?? "", /^POST \/2020-01-01\/extension\/register /);
    const polled = api.requests.filter(({ head }) => head.includes("/invocation/next"));
    assert.equal(polled.length, polls);
    assert.equal(/extension\/register/.test(host.log()), what === "refused");
  });
}
