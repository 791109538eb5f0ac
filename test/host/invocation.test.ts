// One invocation as the Runtime API handed it over.
import assert from "node:assert/strict";
import { it } from "node:test";
import { createContext, createInvocation, headersObject } from "../../host/invocation.ts";
import { invocationOf, platform } from "./invocation.ts";

it("needs a request id and nothing else", () => {
  assert.equal(createInvocation(new Map(), Buffer.alloc(0)), undefined);
  assert.equal(
    createInvocation(new Map([["lambda-runtime-aws-request-id", ""]]), Buffer.alloc(0)),
    undefined,
  );
  assert.equal(invocationOf().id, "id-1");
});

it("keeps a deadline that can be kept", () => {
  const soon = Date.now() + 3000;
  assert.equal(invocationOf({ "lambda-runtime-deadline-ms": String(soon) }).deadlineMs, soon);
  for (const text of ["", "soon", "NaN", "Infinity", "0", "-1", String(Date.now() - 1)]) {
    assert.equal(invocationOf({ "lambda-runtime-deadline-ms": text }).deadlineMs, undefined, text);
  }
});

it("takes an empty header for an absent one", () => {
  const { tenantId, traceId } = invocationOf({
    "lambda-runtime-aws-tenant-id": "",
    "lambda-runtime-trace-id": "",
  });
  assert.equal(tenantId, undefined);
  assert.equal(traceId, undefined);
});

it("gives the context under the names of AWS's Node runtime", () => {
  const deadlineMs = Date.now() + 3000;
  const invocation = invocationOf({
    "lambda-runtime-deadline-ms": String(deadlineMs),
    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:1:function:orders",
    "lambda-runtime-aws-tenant-id": "tenant",
    "lambda-runtime-client-context": '{"client":{"app_title":"é😀"}}',
    "lambda-runtime-cognito-identity": '{"cognitoIdentityId":"a","cognitoIdentityPoolId":"b"}',
  });
  assert.deepEqual(createContext(invocation, platform), {
    awsRequestId: "id-1",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:1:function:orders",
    functionName: "orders",
    functionVersion: "7",
    memoryLimitInMB: "512",
    logGroupName: "/aws/lambda/orders",
    logStreamName: "2026/01/01/[7]abc",
    deadlineMs,
    tenantId: "tenant",
    clientContext: { client: { app_title: "é😀" } },
    identity: { cognitoIdentityId: "a", cognitoIdentityPoolId: "b" },
  });
});

it("keeps a client context that is no JSON as text, and an empty one not at all", () => {
  const contextOf = (text: string) =>
    createContext(invocationOf({ "lambda-runtime-client-context": text }), platform).clientContext;
  assert.equal(contextOf("{half"), "{half");
  assert.equal(contextOf(""), undefined);
});

it("gives every header of the event, one named __proto__ included", () => {
  const headers = headersObject(invocationOf({ ["__proto__"]: "x", "content-type": "text/plain" }));
  assert.deepEqual(Object.keys(headers), [
    "lambda-runtime-aws-request-id",
    "__proto__",
    "content-type",
  ]);
  assert.equal(JSON.parse(JSON.stringify(headers))["content-type"], "text/plain");
});
