// A fresh copy of the checkout, so that what a test runs in it leaves nothing behind.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const checkout = join(import.meta.dirname, "../..");
const leftOut = new Set([".git", ".stdlambda", "dist", "node_modules"]);

/** Copies the sources; what is installed or built (`node_modules`, `dist/*`) is linked. */
export function copyCheckout(): { root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), "stdlambda-checkout-"));
  cpSync(checkout, root, {
    recursive: true,
    filter: (path) => !leftOut.has(relative(checkout, path)),
  });
  symlinkSync(join(checkout, "node_modules"), join(root, "node_modules"));
  mkdirSync(join(root, "dist"));
  for (const name of existsSync(join(checkout, "dist"))
    ? readdirSync(join(checkout, "dist"))
    : []) {
    symlinkSync(join(checkout, "dist", name), join(root, "dist", name));
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
