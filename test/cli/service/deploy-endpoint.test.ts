// Where a deployment goes, and whether credentials and roles are checked there.

import assert from "node:assert/strict";
import { it } from "node:test";
import { deployEndpoint } from "../../../cli/service/deploy-endpoint.ts";

const local = "http://127.0.0.1:9000";

it("goes to AWS unless it is told otherwise", () => {
  assert.deepEqual(deployEndpoint({}, {}), { url: undefined, isRemote: true });
  assert.deepEqual(deployEndpoint({}, { AWS_ENDPOINT_URL: "" }), {
    url: undefined,
    isRemote: true,
  });
});

it("goes to the address of the option, else to that of AWS's variables", () => {
  const env = { AWS_ENDPOINT_URL: "http://localhost:1", AWS_ENDPOINT_URL_LAMBDA: local };
  assert.deepEqual(deployEndpoint({}, env), { url: local, isRemote: false });
  const asked = deployEndpoint({ endpointUrl: "http://[::1]:2" }, env);
  assert.deepEqual(asked, { url: "http://[::1]:2", isRemote: false });
  assert.deepEqual(deployEndpoint({ remote: true }, env), { url: undefined, isRemote: true });
});

it("takes what is not on this machine for AWS, and what --remote says for it", () => {
  const endpointUrl = "https://vpce-1.lambda.eu-central-1.vpce.amazonaws.com";
  assert.equal(deployEndpoint({ endpointUrl }, {}).isRemote, true);
  // A tunnel to AWS ends here as well.
  assert.deepEqual(deployEndpoint({ endpointUrl: local, remote: true }, {}), {
    url: local,
    isRemote: true,
  });
});

it("refuses an address that is none", () => {
  assert.throws(() => deployEndpoint({ endpointUrl: "localhost:9000" }, {}), {
    name: "ExpectedError",
    message: /--endpoint-url is not a URL/,
  });
});
