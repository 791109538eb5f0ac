// Stores in directories of their own, and records to put into them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openStore } from "../../../local/store/open-store.ts";
import type { FunctionRecord } from "../../../local/store/records.ts";

export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "stdlambda-store-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Opens the store of a directory, and tells what was found damaged. */
export async function openTemporary(directory: string) {
  const damage: string[] = [];
  const store = await openStore(directory, { onDamage: (message) => damage.push(message) });
  return { store, damage };
}

export function functionRecord(name: string, more: Partial<FunctionRecord> = {}): FunctionRecord {
  return {
    name,
    origin: "api",
    latest: {
      configuration: { FunctionName: name, Version: "$LATEST" },
      code: { kind: "directory", root: "/nowhere", layers: [], revision: "1" },
    },
    versions: [],
    lastVersion: 0,
    aliases: [],
    urls: [],
    policies: [],
    eventInvokeConfigs: [],
    reservedConcurrency: undefined,
    tags: {},
    ...more,
  };
}
