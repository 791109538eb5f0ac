// Folders with real files for one test file, gone when it ends.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";

const base = realpathSync(mkdtempSync(join(tmpdir(), "stdlambda-files-")));
after(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;

/** Writes the files, named by their paths, into a fresh folder; a name that ends with `*` is made executable. */
export function temporaryFiles(files: Readonly<Record<string, string | Buffer>> = {}): string {
  folders += 1;
  const root = join(base, String(folders));
  mkdirSync(root);
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name.replace(/\*$/, ""));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, name.endsWith("*") ? 0o755 : 0o644);
  }
  return root;
}
