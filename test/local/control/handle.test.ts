import assert from "node:assert/strict";
import { test } from "node:test";
import {
  GetProvisionedConcurrencyConfigCommand,
  LambdaServiceException,
} from "@aws-sdk/client-lambda";
import { model } from "../../../local/control/model.ts";
import { operations } from "../../../local/control/operations.ts";
import { startControl } from "./control-server.ts";
import { activeFunction } from "./functions.ts";

test("the operations are those of the model's table", () => {
  assert.deepEqual(Object.keys(operations).toSorted(), Object.keys(model.operations).toSorted());
});

test("an operation that the service does not have is named", async (t) => {
  const { client } = await startControl(t);
  const command = new GetProvisionedConcurrencyConfigCommand({
    FunctionName: "hello",
    Qualifier: "1",
  });
  await assert.rejects(client.send(command), (error) => {
    assert.ok(error instanceof LambdaServiceException);
    assert.equal(error.name, "UnsupportedOperationException");
    assert.equal(error.$metadata.httpStatusCode, 501);
    assert.match(error.message, /does not have the operation GetProvisionedConcurrencyConfig/);
    return true;
  });
});

test("an answer is JSON with the status of the model, or nothing with 204", async (t) => {
  const { client, endpoint } = await startControl(t);
  await activeFunction(client, "hello");
  const read = await fetch(`${endpoint}/2015-03-31/functions/hello`);
  assert.equal(read.status, 200);
  assert.equal(read.headers.get("content-type"), "application/json");
  assert.equal(read.headers.get("x-amzn-requestid"), "request-1");
  const { Configuration } = (await read.json()) as { Configuration: { FunctionName: string } };
  assert.equal(Configuration.FunctionName, "hello");
  const gone = await fetch(`${endpoint}/2015-03-31/functions/hello`, { method: "DELETE" });
  assert.equal(gone.status, 204);
  assert.equal(await gone.text(), "");
});

test("a body that cannot be read is refused, and the service goes on", async (t) => {
  const { endpoint } = await startControl(t);
  const post = (body: string) =>
    fetch(`${endpoint}/2015-03-31/functions`, { method: "POST", body });
  for (const [body, type] of [
    ["", "ValidationException"],
    ["{", "SerializationException"],
    ["null", "SerializationException"],
    [`{"FunctionName":${"[".repeat(100_000)}`, "SerializationException"],
    [`{"__proto__":{"FunctionName":"x"}}`, "ValidationException"],
  ] as const) {
    const response = await post(body);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get("x-amzn-errortype"), type, body.slice(0, 40));
  }
});
