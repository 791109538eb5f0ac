// What cannot be served is said before anything starts, with exit status 2.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings } from "../../../host/settings.ts";
import { temporaryFiles } from "../../host/temporary-files.ts";
import { run } from "../command-line.ts";

const cat = temporaryFiles({ "cat.sh": "#!/bin/sh\ncat\n" });
const own = temporaryFiles({ "metrics.sh": "#!/bin/sh\ncat\n" });
const empty = temporaryFiles({});

const cases: readonly [
  what: string,
  args: readonly string[],
  env: Record<string, string>,
  message: RegExp,
][] = [
  ["a folder that is not there", ["nowhere"], {}, /does not exist/],
  ["a folder without functions", [empty], {}, /has no functions/],
  ["a function at a path of serve's own", [own], {}, /metrics cannot be served/],
  ["a port that is none", [cat], { PORT: "http" }, /PORT is "http", which is not a port/],
  [
    "an endpoint that is none",
    [cat],
    { AWS_LAMBDA_HTTP_ENDPOINT: "8080" },
    /AWS_LAMBDA_HTTP_ENDPOINT is "8080", which is not host:port/,
  ],
  [
    "a setting with a typing error",
    [cat],
    { STDLAMBDA_SERVE_TIMOUT: "3" },
    /Did you mean STDLAMBDA_SERVE_TIMEOUT\?/,
  ],
  ["a number that is none", [cat], { STDLAMBDA_SERVE_QUEUE: "many" }, /whole number from 0 to/],
  ["a flag that is none", [cat], { STDLAMBDA_SERVE_HTTP: "yes" }, /give true or false/],
  ["a reserved variable", [cat, "-e", "AWS_REGION=x"], {}, /AWS_REGION cannot be set/],
  ["a name that is none", [cat, "-e", "A-B"], {}, /NAME=VALUE, NAME/],
];

for (const [what, args, env, message] of cases) {
  test(`${what} is refused`, async () => {
    const { exitCode, stderr } = await run(["serve", ...args], { env });
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, message);
  });
}

test("the host takes no offence at serve's settings, which an image has on Lambda too", () => {
  assert.doesNotThrow(() => readSettings({ STDLAMBDA_SERVE_HTTP: "true" }));
  assert.throws(() => readSettings({ STDLAMBDA_SERVES: "true" }), /not a setting/);
});
