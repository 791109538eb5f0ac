// `stdlambda doctor`: what it finds, and what it says to do.
import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { writeZip } from "../../../build/zip/zip.ts";
import { checkNode } from "../../../cli/doctor/check-installation.ts";
import { checkLayers } from "../../../cli/doctor/check-layers.ts";
import type { Finding } from "../../../cli/doctor/finding.ts";
import { main } from "../../../cli/main.ts";
import { startDeployment, testEnvironment } from "../../deploy/deployment.ts";
import { temporaryFiles } from "../../host/temporary-files.ts";

const healthy = { "hello.sh": "#!/bin/sh\ncat\n" };
const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, ...noKeys } = testEnvironment;

async function doctor(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = text(stdout);
  const exitCode = await main(["doctor", temporaryFiles(files), ...args], {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: { ...noKeys, HOME: temporaryFiles(), ...env },
  });
  stdout.end();
  return { exitCode, stdout: await written };
}

async function findings(...[files, env]: Parameters<typeof doctor>) {
  const { exitCode, stdout } = await doctor(files, env, ["--json"]);
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  assert.equal(ok, exitCode === 0);
  return { exitCode, of: (what: string) => findings.find((finding) => finding.what === what) };
}

describe("doctor", () => {
  it("finds a sound set-up sound, with a line for each thing it looked at", async () => {
    const { exitCode, stdout } = await doctor(healthy, testEnvironment);
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^ok {4}Node: v/m);
    assert.match(stdout, /^ok {4}host: /m);
    assert.match(stdout, /^ok {4}hello: hello\.sh, run by \/\S*sh$/m);
    assert.match(stdout, /^ok {4}settings: none is set here; there are STDLAMBDA_MODE/m);
    assert.match(stdout, /^ok {4}credentials: AWS_ACCESS_KEY_ID …test from the environment$/m);
    assert.match(stdout, /^ok {4}region: eu-central-1, from AWS_REGION$/m);
  });

  it("prints with --quiet what is not ok alone", async () => {
    const { stdout } = await doctor(healthy, {}, ["--quiet"]);
    assert.doesNotMatch(stdout, /^ok/m);
    assert.match(stdout, /^warn {2}credentials: none are set here/m);
    assert.match(stdout, /^ {6}-> aws configure or aws sso login/m);
    assert.match(stdout, /^warn {2}region: none is set/m);
  });

  it("fails for an interpreter that is missing here, and warns of one that is missing on Lambda", async () => {
    const { exitCode, of } = await findings({
      "here*": "#!/usr/bin/env no-such-program\n",
      "there.pl": "#!/usr/bin/env perl\n",
    });
    assert.equal(exitCode, 1);
    assert.equal(of("here")?.status, "fail");
    assert.match(of("here")?.remedy ?? "", /^Install no-such-program/);
    assert.equal(of("there on Lambda")?.status, "warn");
    assert.match(of("there on Lambda")?.remedy ?? "", /layer build --add perl=/);
  });

  it("says which interpreter runs a function of AWS's Python or Ruby here", async () => {
    // Programs that only tell their version.
    const bin = temporaryFiles({
      "python3.12*": "#!/bin/sh\necho Python 3.12.4\n",
      "python3*": "#!/bin/sh\necho Python 3.11.2\n",
    });
    const config = (runtime: string) => ({ handler: "app.lambda_handler", runtime });
    const functions = {
      same: config("python3.12"),
      other: config("python3.13"),
      none: config("ruby3.4"),
    };
    const { of } = await findings(
      {
        "stdlambda.config.json": JSON.stringify({ functions }),
        "app.py": "def lambda_handler(event, context): pass\n",
        "app.rb": "def lambda_handler(event:, context:) = nil\n",
      },
      { PATH: `${bin}:/bin-that-is-not-there` },
    );
    assert.equal(of("same")?.status, "ok");
    assert.equal(of("same")?.detail, "app.lambda_handler, run by python3.12");
    assert.equal(of("other")?.status, "warn");
    assert.match(of("other")?.detail ?? "", /python3\.13 functions are run by Python 3\.11\.2/);
    assert.equal(of("other")?.remedy, "put python3.13 on PATH to run them by Lambda's version");
    assert.equal(of("none")?.status, "fail");
    assert.equal(of("none")?.remedy, "Install ruby3.4");
    assert.equal(of("same on Lambda"), undefined);
  });

  it("warns of a shell script whose line ends the shell does not understand", async () => {
    const { of } = await findings({ "crlf.sh": "#!/bin/sh\r\necho hi\r\n" });
    assert.equal(of("line ends of crlf")?.status, "warn");
    assert.match(of("line ends of crlf")?.remedy ?? "", /^convert it: sed/);
  });

  it("points at the place in a configuration that is wrong", async () => {
    const { exitCode, of } = await findings({
      ...healthy,
      "stdlambda.config.json": '{\n  "functions": { "hello": { "handlr": "hello.sh" } }\n}\n',
    });
    assert.equal(exitCode, 1);
    assert.match(of("functions")?.detail ?? "", /stdlambda\.config\.json:2:\d+: /);
  });

  it("names a setting that is unknown or has a bad value", async () => {
    const { of, exitCode } = await findings(healthy, {
      STDLAMBDA_MODE: "fork",
      STDLAMBDA_MODUS: "spawn",
      STDLAMBDA_STDOUT: "raw",
    });
    assert.equal(exitCode, 1);
    assert.match(of("STDLAMBDA_MODE")?.detail ?? "", /Did you mean prefork/);
    assert.match(of("STDLAMBDA_MODUS")?.detail ?? "", /is not a setting/);
    assert.equal(of("STDLAMBDA_STDOUT")?.status, "ok");
  });

  it("finds credentials in the profiles of AWS's files, and says which there are", async () => {
    const home = temporaryFiles({
      ".aws/config":
        "[default]\nregion = eu-west-1\n[profile work]\nsso_session = main\nregion=eu-north-1\n[sso-session main]\nsso_region = us-east-1\n",
      ".aws/credentials": "[default]\naws_access_key_id = AKIA12345678\n",
    });
    const usual = await findings(healthy, { HOME: home });
    assert.equal(usual.of("credentials")?.detail, "profile default: access key …5678");
    assert.equal(usual.of("region")?.detail, "eu-west-1, from the profile");
    const work = await findings(healthy, { HOME: home, AWS_PROFILE: "work" });
    assert.match(work.of("credentials")?.detail ?? "", /^profile work: single sign-on/);
    const none = await findings(healthy, { HOME: home, AWS_PROFILE: "play" });
    assert.equal(none.exitCode, 1);
    assert.match(none.of("credentials")?.remedy ?? "", /Its profiles: default, work\./);
  });

  it("fails for credentials that have expired, and for a region that is none", async () => {
    const { exitCode, of } = await findings(healthy, {
      ...testEnvironment,
      AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z",
      AWS_REGION: "eu-central-1a",
    });
    assert.equal(exitCode, 1);
    assert.match(of("credentials")?.detail ?? "", /expired at 2020/);
    assert.match(of("region")?.remedy ?? "", /without the letter of a zone/);
  });

  it("asks a service that is named, and says what layers are there", async (t) => {
    const { run, proxy } = await startDeployment(t, healthy);
    assert.equal((await run(["layer", "publish", "--mode", "thin"])).exitCode, 0);
    const args = ["--endpoint-url", proxy.url];
    const { stdout, exitCode } = await doctor(healthy, testEnvironment, args);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^ok {4}http:\S+: eu-central-1: the credentials are accepted/m);
    assert.match(
      stdout,
      /^ok {4}stdlambda-thin-x86_64: version 1: stdlambda \S+, thin, x86_64\.$/m,
    );
    const nobody = await doctor(healthy, testEnvironment, ["--endpoint-url", "http://127.0.0.1:1"]);
    assert.equal(nobody.exitCode, 1);
    assert.match(nobody.stdout, /^fail {2}http:\/\/127\.0\.0\.1:1: no service listens/m);
  });
});

it("an old Node is named with the one to install", () => {
  assert.equal(checkNode("v22.19.0").status, "ok");
  assert.equal(checkNode("v26.1.0").status, "ok");
  const { status, remedy } = checkNode("v22.18.1");
  assert.equal(status, "fail");
  assert.match(remedy ?? "", /Install Node 24.*22\.19 is the oldest/);
});

it("a layer's Node is told from its bill of materials, with its age", async () => {
  const bill = {
    metadata: {
      component: {
        version: "0.0.1",
        properties: [
          { name: "stdlambda:mode", value: "full" },
          { name: "stdlambda:architecture", value: "arm64" },
          { name: "stdlambda:compatibleRuntimes", value: "provided.al2023" },
        ],
      },
    },
    components: [{ name: "node", version: "24.1.0" }],
  };
  const folder = temporaryFiles({ "layer-broken.zip": "no zip" });
  const bytes = Buffer.from(JSON.stringify(bill));
  const path = "stdlambda/sbom.cdx.json";
  await writeZip(
    [{ path, content: { kind: "bytes", bytes }, executable: false }],
    join(folder, "layer-old.zip"),
  );
  const now = Date.parse("2026-10-01");
  const found = await checkLayers(folder, now);
  const of = (name: string) => found.find(({ what }) => what.endsWith(name));
  assert.equal(of("layer-broken.zip")?.status, "fail");
  assert.equal(of("layer-old.zip")?.status, "warn");
  assert.match(
    of("layer-old.zip")?.detail ?? "",
    /full, arm64, of stdlambda 0\.0\.1, Node 24\.1\.0/,
  );
  const later = await checkLayers(folder, Date.parse("2029-01-01"));
  assert.equal(later[0]?.status, "fail");
  assert.match(later[0]?.remedy ?? "", /got its last fix on 2028-04-30/);
});
