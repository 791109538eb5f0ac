// A folder of a function's files, made for one test file and removed after it.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { type Host, type HostOptions, startHost } from "../../helpers/runtime-api.ts";

export interface FunctionFolder {
  readonly root: string;
  /** Starts the host with a handler of this folder. */
  start(handler: string, env?: Record<string, string>): Promise<Host>;
}

/** Files with a shebang are made executable. */
export function functionFolder(files: Readonly<Record<string, string>>): FunctionFolder {
  const root = mkdtempSync(join(tmpdir(), "stdlambda-function-"));
  after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (text.startsWith("#!")) chmodSync(path, 0o755);
  }
  return {
    root,
    start(handler, env = {}) {
      const options: HostOptions = { handler, root, env };
      return startHost(options);
    },
  };
}
