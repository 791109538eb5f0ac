// The AWS SDK, which Lambda's Node runtimes bring and this one does not: what to install, and where.
import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../cli/command-line.ts";
import { makeFolder } from "../../project/folder.ts";

const imports: Record<string, readonly [file: string, text: string, name: string]> = {
  "an import": [
    "index.mjs",
    'import "@aws-sdk/client-nowhere";\nexport const handler = 1;',
    "@aws-sdk/client-nowhere",
  ],
  "a require": [
    "index.cjs",
    'require("@aws-sdk/lib-nowhere/deep");\nexports.handler = 1;',
    "@aws-sdk/lib-nowhere",
  ],
  "the old SDK": ["index.cjs", 'require("aws-sdk");\nexports.handler = 1;', "aws-sdk"],
};
for (const [what, [file, text, name]] of Object.entries(imports)) {
  test(`${what} of it that is missing is told with the command that installs it`, async () => {
    const root = makeFolder({ [file]: text });
    const { exitCode, stdout } = await run(["invoke", "index.handler", "--root", root, "-d", "{}"]);
    assert.equal(exitCode, 1);
    const { errorType, errorMessage } = JSON.parse(stdout.toString());
    assert.equal(errorType, "Runtime.ImportModuleError");
    assert.ok(
      errorMessage.includes(`run npm install ${name} in the function's folder`),
      errorMessage,
    );
  });
}
