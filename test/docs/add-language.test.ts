// The language that docs/languages.md adds, added to a copy of the checkout as the page says.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { copyCheckout } from "../helpers/checkout-copy.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { startHost } from "../helpers/runtime-api.ts";
import { temporaryFiles } from "../host/temporary-files.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/languages.md"), "utf8");

/** The blocks of the section that shows how. */
function blocks(language: string): string[] {
  const section = page.slice(page.indexOf("## Add a language"));
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...section.matchAll(pattern)].map(([, text = ""]) => text);
}

it("the language that the page adds is loaded once, and tells errors as it does", {
  skip: missingTool(["tclsh"]),
}, async (t) => {
  const copy = copyCheckout();
  t.after(() => copy.remove());
  const [row = ""] = blocks("ts");
  const [adapter = "", example = ""] = blocks("tcl");
  const folder = join(copy.root, "host/languages");
  writeFileSync(join(folder, "tcl.tcl"), adapter);
  const table = readFileSync(join(folder, "table.ts"), "utf8");
  const first = "export const languages: readonly Language[] = [\n";
  assert.ok(table.includes(first));
  writeFileSync(join(folder, "table.ts"), table.replace(first, first + row));

  const root = temporaryFiles({
    "greet.tcl": example,
    "more.tcl": `proc fails {text headers} { inner }
proc inner {} { error "it failed: é" }
proc divides {text headers} { expr {1 / 0} }
proc leaves {text headers} { exit 3 }
proc tells {text headers} { return "[dict get $headers lambda-runtime-aws-request-id] $::env(LAMBDA_RUNTIME_AWS_REQUEST_ID) $text" }
`,
    "broken.tcl": "no_such_command\n",
  });
  const bootstrap = join(copy.root, "host/bootstrap");
  const start = (handler: string) => startHost({ handler, root, bootstrap });
  {
    await using host = await start("greet.handler");
    for (const events of [1, 2]) {
      const { body, log } = await host.invoke({ name: "Ada" });
      assert.deepEqual(JSON.parse(String(body)), { greeting: "Hello, Ada!", events });
      assert.equal(log, "greeting Ada\n");
    }
  }
  {
    await using host = await start("more.tells");
    const { body, requestId } = await host.invoke("é\u{1F600}");
    assert.equal(String(body), `${requestId} ${requestId} é\u{1F600}`);
  }
  const failure = async (handler: string) => {
    await using host = await start(handler);
    const { body } = (await host.initError) ?? (await host.invoke("{}"));
    return JSON.parse(String(body));
  };
  const { errorType, errorMessage, stackTrace } = await failure("more.fails");
  assert.deepEqual([errorType, errorMessage], ["Error", "it failed: é"]);
  assert.match(
    stackTrace.join("\n"),
    /^it failed: é\n.*while executing\n"error.*procedure "inner"/s,
  );
  assert.doesNotMatch(stackTrace.join("\n"), /\$function/);
  assert.equal((await failure("more.divides")).errorType, "ARITH");
  assert.equal((await failure("more.leaves")).errorType, "Function.Exit3");
  assert.match((await failure("more.none")).errorMessage, /defines no procedure none\. .*fails/);
  assert.match((await failure("broken.handler")).errorMessage, /invalid command name/);
});
