// The two statements that open a URL to everybody, by their identifiers and their terms.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { comparePermissions, isOpenToAll } from "../../deploy/public-url.ts";

// As AWS's policy has them (docs: "Control access to Lambda function URLs").
const url = {
  Sid: "stdlambda-url",
  Effect: "Allow",
  Principal: "*",
  Action: "lambda:InvokeFunctionUrl",
  Resource: "arn:aws:lambda:us-east-1:123456789012:function:hello:live",
  Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } },
};
const invoke = {
  ...url,
  Sid: "stdlambda-url-invoke",
  Action: "lambda:InvokeFunction",
  Condition: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } },
};
const foreign = { ...invoke, Sid: "s3", Principal: { Service: "s3.amazonaws.com" } };

describe("comparePermissions", () => {
  it("adds what is missing alone", () => {
    assert.deepEqual(comparePermissions(true, [url, invoke]), { remove: [], add: [] });
    const { remove, add } = comparePermissions(true, [url, foreign]);
    assert.deepEqual(remove, []);
    assert.deepEqual(
      add.map(({ StatementId }) => StatementId),
      ["stdlambda-url-invoke"],
    );
  });

  it("replaces a statement of its own with other terms", () => {
    const narrow = { ...url, Principal: { AWS: "arn:aws:iam::123456789012:root" } };
    const { remove, add } = comparePermissions(true, [narrow, invoke]);
    assert.deepEqual(remove, ["stdlambda-url"]);
    assert.equal(add.length, 1);
  });

  it("takes its own away from a closed URL, and leaves those of others", () => {
    const { remove, add } = comparePermissions(false, [foreign, url, invoke]);
    assert.deepEqual(remove, ["stdlambda-url", "stdlambda-url-invoke"]);
    assert.deepEqual(add, []);
  });

  it("sees a URL as open by both statements only, whoever made them", () => {
    const byConsole = { ...url, Sid: "FunctionURLAllowPublicAccess" };
    assert.equal(isOpenToAll([byConsole, invoke]), true);
    assert.equal(isOpenToAll([byConsole]), false);
    assert.equal(isOpenToAll([byConsole, { ...invoke, Condition: undefined }]), false);
  });
});
