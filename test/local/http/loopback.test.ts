import assert from "node:assert/strict";
import { it } from "node:test";
import { isLoopback } from "../../../local/http/loopback.ts";

const own = ["localhost", "LOCALHOST", "api.localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"];
const foreign = ["", "example.com", "localhost.example.com", "127.0.0.1.nip.io", "0.0.0.0", "::"];

for (const name of own) it(`${name} is this machine`, () => assert.equal(isLoopback(name), true));
for (const name of foreign) {
  it(`"${name}" may be another one`, () => assert.equal(isLoopback(name), false));
}
