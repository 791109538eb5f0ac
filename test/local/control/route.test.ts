import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { model } from "../../../local/control/model.ts";
import { route } from "../../../local/control/route.ts";

function find(method: string, address: string) {
  const [path = "", query = ""] = address.split("?");
  return route(method, path, new URLSearchParams(query));
}

test("each address of the model leads to its operation", () => {
  for (const [operation, { method, uri }] of Object.entries(model.operations)) {
    const found = find(method, uri.replaceAll(/[{}]/g, ""));
    assert.ok(found !== undefined && "operation" in found, operation);
    assert.equal(found.operation, operation);
  }
  for (const [operation, { method, uri }] of Object.entries(model.others)) {
    assert.deepEqual(find(method, uri.replaceAll(/[{}]/g, "")), { unsupported: operation });
  }
});

test("labels are decoded, and a slash at the end means nothing", () => {
  const arn = "arn:aws:lambda:us-east-1:012345678912:function:hello";
  const found = { operation: "GetFunction", labels: { FunctionName: arn } };
  assert.deepEqual(find("GET", `/2015-03-31/functions/${encodeURIComponent(arn)}`), found);
  assert.deepEqual(find("GET", `/2015-03-31/functions/${arn}`), found);
  assert.deepEqual(find("GET", "/2015-03-31/functions/a%2Fb%20c"), {
    operation: "GetFunction",
    labels: { FunctionName: "a/b c" },
  });
  assert.deepEqual(find("GET", "/2015-03-31/functions/100%"), {
    operation: "GetFunction",
    labels: { FunctionName: "100%" },
  });
  assert.deepEqual(find("POST", "/2015-03-31/functions/"), {
    operation: "CreateFunction",
    labels: {},
  });
});

test("an address that is none of the control plane's is left to others", () => {
  for (const [method, address] of [
    ["POST", "/2015-03-31/functions/hello/invocations"],
    ["POST", "/2021-11-15/functions/hello/response-streaming-invocations"],
    ["GET", "/2015-03-31/functions//aliases"],
    ["PATCH", "/2015-03-31/functions/hello"],
    ["GET", "/"],
  ] as const) {
    assert.equal(find(method, address), undefined, address);
  }
});

test("no address breaks the router", () => {
  const segment = fc.oneof(
    fc.constantFrom("2015-03-31", "functions", "aliases", "%", "..", "{FunctionName}", "%E0%A4"),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "POST", "PUT", "DELETE"),
      fc.array(segment),
      (method, all) => {
        route(method, `/${all.join("/")}`, new URLSearchParams("find=LayerVersion"));
      },
    ),
  );
});
