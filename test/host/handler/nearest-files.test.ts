// The names that a handler which was not found is nearest to.
import assert from "node:assert/strict";
import { it } from "node:test";
import { nearestFiles } from "../../../host/handler/nearest-files.ts";
import { createRoots } from "../../../host/handler/roots.ts";
import { temporaryFiles } from "../temporary-files.ts";

it("names the three nearest scripts, nearest first", () => {
  const root = temporaryFiles({
    "hello.ts": "",
    "help.sh": "",
    "wholly-else.py": "",
    "halo.rb": "",
    "hello.txt": "",
  });
  assert.deepEqual(nearestFiles("helo.ts", createRoots(root)), ["hello.ts", "halo.rb", "help.sh"]);
});

it("looks in the handler's own folder too", () => {
  const root = temporaryFiles({ "jobs/report.sh": "", "a.sh": "" });
  assert.equal(nearestFiles("jobs/rapport.sh", createRoots(root))[0], "jobs/report.sh");
});

it("names other files where there is no script, and hidden ones never", () => {
  const root = temporaryFiles({ tool: "", ".env": "" });
  assert.deepEqual(nearestFiles("tol", createRoots(root)), ["tool"]);
});

it("names nothing in a folder that is empty or not there", () => {
  assert.deepEqual(nearestFiles("no/such/a.ts", createRoots(temporaryFiles())), []);
});
