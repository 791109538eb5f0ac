// AWS_LAMBDA_RUNTIME_API, and the Host line made of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hostLine, parseAddress } from "../../../host/runtime-api/address.ts";

const good = {
  "127.0.0.1:9001": { host: "127.0.0.1", port: 9001 },
  "localhost:1": { host: "localhost", port: 1 },
  "runtime_api.example-1.com:65535": { host: "runtime_api.example-1.com", port: 65535 },
  "sandbox.local": { host: "sandbox.local", port: 80 },
  "[::1]:9001": { host: "::1", port: 9001 },
} as const;

for (const [text, address] of Object.entries(good)) {
  test(`${text} is an address`, () => assert.deepEqual(parseAddress(text), address));
}

for (const text of [
  "",
  " ",
  ":9001",
  "a:",
  "a:0",
  "a:65536",
  "a:123456",
  "a:9x",
  "http://a:1",
  "a:1/",
  "a b:1",
  "a:1\r\nX: y",
  "a\u010a:1",
  "::1:9001",
  "[::1",
]) {
  test(`${JSON.stringify(text)} is not an address`, () => {
    assert.equal(parseAddress(text), undefined);
  });
}

test("an IPv6 address has brackets in the Host line", () => {
  assert.equal(hostLine({ host: "::1", port: 9001 }), "Host: [::1]:9001\r\n");
  assert.equal(hostLine({ host: "a", port: 80 }), "Host: a:80\r\n");
});

test("no address makes more than one line of a request", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(70_000), (host, port) => {
      const address = parseAddress(`${host}:${port}`);
      if (address === undefined) return;
      assert.match(hostLine(address), /^Host: [\x21-\x7e]+\r\n$/);
    }),
  );
});
