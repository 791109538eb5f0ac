// How functions of the other languages are named and called, and what their results become.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { temporaryFiles } from "../temporary-files.ts";

const root = temporaryFiles({
  "function.sh": `function handler () {
  EVENT_DATA=$1
  echo "$EVENT_DATA" 1>&2;
  RESPONSE="Echoing request: '$EVENT_DATA'"
  echo $RESPONSE
}
`,
  "leaves.sh": `left=here
handler() { left="$left again"; cd /; umask 077; exec 9>/dev/null; echo "$left $PWD $2"; sleep 30 & }
`,
  "own.sh": `#!/bin/dash
handler() { echo here again; }
given() { echo own; }
`,
  "returned.php": `<?php return function (array $event, $context) { return ["n" => $event["n"] + 1.0, "id" => $context->getAwsRequestId() === $context->awsRequestId, "left" => $context->getRemainingTimeInMillis() > 0]; };
`,
  "static.php": `<?php class Orders { public static function process($event, $context) { echo "logged"; trigger_error("careful", E_USER_WARNING); return $event; } }
`,
  "package.pl": `package Orders; use strict; sub process { my ($event, $context) = @_; return { n => $event->{n} + 1, true => \\1, id => $context->{aws_request_id}, left => $context->get_remaining_time_in_millis > 0 ? 1 : 0 } } 1;
`,
  "object.pl": `package Refused; sub new { bless { text => $_[1] }, $_[0] } sub message { $_[0]{text} } package main; sub handler { eval { die "caught" }; die Refused->new("no entry") } 1;
`,
  "tables.lua": `return {
  list = function() return { 1, 2.5, "é\\n", { a = true, b = {} }, 1e20, -0.1 } end,
  parsed = function(event) return { event.name, #event.list, event.list[2].deep, event.none == nil, event.big } end,
  cycle = function() local t = {}; t.t = t; return t end,
  api = { get = function(text, headers) return headers["lambda-runtime-aws-request-id"] end },
  tagged = function() error({ errorType = "Refused", message = "no entry" }) end,
}
`,
});

const run = async (handler: string, event: unknown, env = {}) => {
  await using host = await startHost({ handler, root, env });
  const answer = await host.invoke(typeof event === "string" ? event : JSON.stringify(event));
  return { ...answer, text: answer.body.toString() };
};

describe("functions of shells", { skip: missingTool(["bash"]) }, () => {
  it("may be written as AWS's tutorial writes them", async () => {
    const { text, log } = await run("function.handler", '{"a":  1}');
    assert.equal(text, `Echoing request: '{"a": 1}'\n`);
    assert.match(log, /^\{"a": {2}1\}$/m);
  });

  it("leave nothing behind for the next event", async () => {
    await using host = await startHost({ handler: "leaves.handler", root });
    for (let round = 0; round < 3; round++) {
      const { body } = await host.invoke("{}");
      assert.match(body.toString(), /^here again \/ \{.*"lambda-runtime-aws-request-id"/);
    }
  });
});

describe("functions of a file's own shell", { skip: missingTool(["bash", "dash"]) }, () => {
  it("alone are exports", async () => {
    const environment = { "BASH_FUNC_given%%": "() { echo given; }" };
    for (const file of ["leaves", "own"]) {
      const names = [
        "printf",
        "ls",
        "__stdlambda_read",
        "if",
        ...(file === "own" ? [] : ["given"]),
      ];
      for (const name of names) {
        await using host = await startHost({ handler: `${file}.${name}`, root, env: environment });
        const posted = JSON.parse(String((await host.initError)?.body));
        assert.equal(posted.errorType, "Runtime.HandlerNotFound", `${file}.${name}`);
      }
      assert.match((await run(`${file}.handler`, {}, environment)).text, /^here again/);
    }
    assert.equal((await run("own.given", {}, environment)).text, "own\n");
  });
});

describe("functions of PHP", { skip: missingTool(["php"]) }, () => {
  it("may be the callable that the file returns", async () => {
    assert.equal((await run("returned.handler", { n: 1 })).text, '{"n":2.0,"id":true,"left":true}');
  });

  it("may be a static method; warnings and what they print are log", async () => {
    const { text, log } = await run("static.Orders.process", { a: "é/" });
    assert.equal(text, '{"a":"é/"}');
    assert.match(log, /logged/);
    assert.match(log, /Warning: careful/);
  });
});

describe("functions of Perl", { skip: missingTool(["perl"]) }, () => {
  it("may be in a package", async () => {
    const { text, requestId } = await run("package.Orders::process", { n: 1 });
    assert.deepEqual(JSON.parse(text), { n: 2, true: true, id: requestId, left: 1 });
  });

  it("report an object that they die with by its class", async () => {
    const { errorType, errorMessage } = JSON.parse((await run("object.handler", {})).text);
    assert.deepEqual([errorType, errorMessage], ["Refused", "no entry"]);
  });
});

describe("functions of Lua", { skip: missingTool(["lua5.4"]) }, () => {
  it("answer tables as JSON", async () => {
    assert.equal(
      (await run("tables.list", {})).text,
      '[1,2.5,"é\\n",{"a":true,"b":{}},1e+20,-0.1]',
    );
    assert.equal(JSON.parse((await run("tables.cycle", {})).text).errorType, "Error");
  });

  it("get the event parsed under the convention `json`", async () => {
    const event =
      '{"name":"\\u00e9\\ud83d\\ude00\\"", "list":[1,{"deep":[]},null], "none":null, "big":1.5e3}';
    const env = { STDLAMBDA_CONVENTION: "json" };
    assert.equal((await run("tables.parsed", event, env)).text, '["é\u{1F600}\\"",2,[],true,1500]');
    for (const bad of ["{", "[1,]", '{"a" 1}', "nul", '"\\x"', "1 2", "--1"]) {
      const { errorType } = JSON.parse((await run("tables.parsed", bad, env)).text);
      assert.equal(errorType, "Runtime.UnmarshalError", bad);
    }
  });

  it("may be nested, and name the type of an error", async () => {
    const { text, requestId } = await run("tables.api.get", {});
    assert.equal(text, requestId);
    const { errorType, errorMessage } = JSON.parse((await run("tables.tagged", {})).text);
    assert.deepEqual([errorType, errorMessage], ["Refused", "no entry"]);
  });
});
