// A folder's name as a name that npm, CloudFormation and SQS take.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { projectName } from "../../../project/init/project-name.ts";

it("keeps a good name, and makes one of any other", () => {
  const names = {
    "/home/ada/my-function": "my-function",
    "/tmp/Ärger & Söhne": "arger-sohne",
    "/tmp/2026 reports": "reports",
    "/tmp/.hidden_thing": "hidden-thing",
    "/tmp/日本": "my-function",
    "/": "my-function",
  };
  for (const [folder, name] of Object.entries(names)) assert.equal(projectName(folder), name);
});

it("is always of the form that all of them take", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (folder) => {
      assert.match(projectName(folder), /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
    }),
  );
});
