// --parameter-overrides in each of SAM's forms, and the words for what is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterOverrides } from "../../../project/template/parameter-overrides.ts";
import { makeFolder } from "../folder.ts";

const forms: Record<string, readonly [given: unknown, found: Record<string, string>]> = {
  "one pair": ["Stage=dev", { Stage: "dev" }],
  "pairs in one argument": ["Stage=dev Size=7", { Stage: "dev", Size: "7" }],
  "an argument each": [["Stage=dev", "Size=7"], { Stage: "dev", Size: "7" }],
  "a value with spaces, as a shell leaves it": [["Stage=a b c"], { Stage: "a b c" }],
  "quotes around values": [`Stage="a b" Size='7 8'`, { Stage: "a b", Size: "7 8" }],
  "a quoted value that looks like a pair": [
    `Stage="A=1 B=2" Size=7`,
    { Stage: "A=1 B=2", Size: "7" },
  ],
  "escaped quotes": [String.raw`Stage="say \"hi\""`, { Stage: 'say "hi"' }],
  "an equals sign in a value": ["Stage=a=b", { Stage: "a=b" }],
  "an empty value": ["Stage= Size=7", { Stage: "", Size: "7" }],
  "CloudFormation's form": [
    "ParameterKey=Stage,ParameterValue=dev ParameterKey=List,ParameterValue=a,b",
    { Stage: "dev", List: "a,b" },
  ],
  "CloudFormation's form with quotes": [
    `ParameterKey="Stage",ParameterValue="a b"`,
    { Stage: "a b" },
  ],
  "a map, as YAML has it": [
    { Stage: "dev", Size: 7, Zones: ["a", "b"] },
    { Stage: "dev", Size: "7", Zones: "a,b" },
  ],
  "a list of CloudFormation's objects": [
    [{ ParameterKey: "Stage", ParameterValue: "dev" }],
    { Stage: "dev" },
  ],
  "the later one": [["Stage=dev", "Stage=prod"], { Stage: "prod" }],
  nothing: [[], {}],
};
for (const [what, [given, found]] of Object.entries(forms)) {
  test(`${what} is read`, () => {
    assert.deepEqual(parameterOverrides(given, "/", "here"), found);
  });
}

test("a file is read, with a byte order mark or without", () => {
  const folder = makeFolder({
    "a.json": '\uFEFF[{"ParameterKey":"Stage","ParameterValue":"dev"}]',
    "b.yaml": "Size: 7\n",
  });
  assert.deepEqual(parameterOverrides(["file://a.json", "file://b.yaml"], folder, "here"), {
    Stage: "dev",
    Size: "7",
  });
});

const refused: Record<string, readonly [given: string, message: RegExp]> = {
  "a word": ["dev", /^here: "dev" does not set a parameter$/],
  "a file that is not there": ["file://gone.json", /^here: \/gone\.json cannot be read: ENOENT/],
};
for (const [what, [given, message]] of Object.entries(refused)) {
  test(`${what} is refused`, () => {
    assert.throws(() => parameterOverrides([given], "/", "here"), { message });
  });
}
