// Where calls and deployments go, as AWS's own tools decide it, and whether credentials are checked there.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { deployEndpoint } from "../../../cli/service/deploy-endpoint.ts";
import { type EndpointOptions, serviceEndpoint } from "../../../cli/service/service-endpoint.ts";
import { temporaryFiles } from "../../host/temporary-files.ts";

const local = "http://127.0.0.1:9000";
const folder = temporaryFiles();
const none = {
  AWS_CONFIG_FILE: join(folder, "config"),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
};
writeFileSync(
  none.AWS_CONFIG_FILE,
  `[default]
region = eu-west-1
[profile plain]
region = eu-north-1
[profile local]
endpoint_url = http://127.0.0.1:7000
[profile parts]
endpoint_url = http://127.0.0.1:7001
services = mine
[services mine]
lambda =
  endpoint_url = http://127.0.0.1:7002
cloudwatch_logs =
  endpoint_url = http://127.0.0.1:7003
[profile off]
endpoint_url = http://127.0.0.1:7004
ignore_configured_endpoint_urls = true
`,
);

async function deployment(options: EndpointOptions, env = {}) {
  const { url, isRemote } = await deployEndpoint(options, { ...none, ...env });
  return { url, isRemote };
}

it("goes to AWS unless it is told otherwise", async () => {
  const aws = { url: undefined, isRemote: true };
  assert.deepEqual(await deployment({}), aws);
  assert.deepEqual(await deployment({}, { AWS_ENDPOINT_URL: "" }), aws);
  assert.deepEqual(await deployment({ profile: "plain" }), aws);
});

it("goes to the address of the option, else to that of AWS's variables", async () => {
  const env = { AWS_ENDPOINT_URL: "http://localhost:1", AWS_ENDPOINT_URL_LAMBDA: local };
  assert.deepEqual(await deployment({}, env), { url: local, isRemote: false });
  const asked = await deployment({ endpointUrl: "http://[::1]:2" }, env);
  assert.deepEqual(asked, { url: "http://[::1]:2", isRemote: false });
  assert.deepEqual(await deployment({ remote: true }, env), { url: undefined, isRemote: true });
});

it("goes to the address of the profile, that of the service before the general one", async () => {
  assert.equal((await deployment({ profile: "local" })).url, "http://127.0.0.1:7000");
  assert.equal((await deployment({}, { AWS_PROFILE: "local" })).url, "http://127.0.0.1:7000");
  const { url, isRemote } = await deployment({ profile: "parts" });
  assert.deepEqual([url, isRemote], ["http://127.0.0.1:7002", false]);
  const variables = { AWS_ENDPOINT_URL: local };
  assert.equal((await deployment({ profile: "parts" }, variables)).url, local);
  assert.equal((await deployment({ profile: "parts", remote: true })).url, undefined);
});

it("ignores configured addresses when that is configured", async () => {
  assert.equal((await deployment({ profile: "off" })).url, undefined);
  const env = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true", AWS_ENDPOINT_URL: local };
  assert.equal((await deployment({ profile: "local" }, env)).url, undefined);
});

it("calls the profile's service for invocations and logs, else stdlambda dev", async () => {
  const call = async (profile: string, service: "lambda" | "cloudwatch_logs") =>
    (await serviceEndpoint({ profile }, none, service)).url;
  assert.equal(await call("parts", "lambda"), "http://127.0.0.1:7002");
  assert.equal(await call("parts", "cloudwatch_logs"), "http://127.0.0.1:7003");
  assert.equal(await call("local", "cloudwatch_logs"), "http://127.0.0.1:7000");
  assert.equal(await call("plain", "lambda"), local);
});

it("takes what is not on this machine for AWS, and what --remote says for it", async () => {
  const endpointUrl = "https://vpce-1.lambda.eu-central-1.vpce.amazonaws.com";
  assert.equal((await deployment({ endpointUrl })).isRemote, true);
  // A tunnel to AWS ends here as well.
  assert.deepEqual(await deployment({ endpointUrl: local, remote: true }), {
    url: local,
    isRemote: true,
  });
});

it("refuses an address that is not one, and a profile that does not exist", async () => {
  await assert.rejects(deployment({ endpointUrl: "localhost:9000" }), {
    name: "ExpectedError",
    message: /--endpoint-url is not a URL/,
  });
  await assert.rejects(deployment({ profile: "nobody" }), {
    exitStatus: 2,
    message: /there is no profile nobody in /,
    remedy: /Its profiles: default, plain, local, parts, off/,
  });
});
