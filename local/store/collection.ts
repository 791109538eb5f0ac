// The records of one kind: all in memory, each in a file of its own that is written first.
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { diskFailure } from "./disk-failure.ts";
import { loadRecords, type RecordFolder } from "./load-records.ts";
import { recordFile, secondRecordFile } from "./record-file.ts";
import { replaceFile, syncFolder } from "./replace-file.ts";
import type { Collection } from "./store.ts";
import type { Turns } from "./turns.ts";

export interface CollectionOptions<Item> extends RecordFolder<Item> {
  readonly turns: Turns;
  /** @throws Error once the store is closed. */
  readonly checkOpen: () => void;
}

export async function openCollection<Item extends { readonly name: string }>(
  options: CollectionOptions<Item>,
): Promise<Collection<Item>> {
  const { folder, check, turns, checkOpen } = options;
  const records = new Map<string, Item>();
  const files = new Map<string, string>();
  const listeners: ((name: string, record: Item | undefined) => void)[] = [];
  let sorted: readonly Item[] | undefined;

  for (const [file, record] of await loadRecords(options)) {
    records.set(record.name, record);
    files.set(record.name, file);
  }

  /** On a disk that ignores case, `Hello.json` would replace `hello.json`. */
  function chooseFile(name: string): string {
    const first = recordFile(name).toLowerCase();
    const taken = [...files.values()].some((file) => file.toLowerCase() === first);
    return taken ? secondRecordFile(name) : recordFile(name);
  }

  async function write(name: string, next: Item): Promise<void> {
    const text = JSON.stringify(next, undefined, 2);
    // A record that could not be read again is refused while the old one is still there.
    const { name: kept } = await check(JSON.parse(text));
    if (kept !== name) throw new Error(`the record of ${name} is named ${kept}`);
    const isNew = !files.has(name);
    // Taken before the first wait: another new record must not choose the same file.
    if (isNew) files.set(name, chooseFile(name));
    try {
      await replaceFile(join(folder, files.get(name) as string), `${text}\n`);
    } catch (error) {
      if (isNew) files.delete(name);
      throw diskFailure(`keep ${basename(folder)}/${name}`, error);
    }
  }

  async function remove(name: string): Promise<void> {
    try {
      await rm(join(folder, files.get(name) as string), { force: true });
      await syncFolder(folder);
    } catch (error) {
      throw diskFailure(`delete ${basename(folder)}/${name}`, error);
    }
    files.delete(name);
  }

  return {
    get: (name) => records.get(name),
    all() {
      sorted ??= [...records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return sorted;
    },
    onChange: (listener) => void listeners.push(listener),
    async update(name, change) {
      checkOpen();
      return turns.run(`${folder}/${name}`, async () => {
        const record = records.get(name);
        const next = await change(record);
        if (next === record) return record;
        if (next === undefined) {
          await remove(name);
          records.delete(name);
        } else {
          await write(name, next);
          records.set(name, next);
        }
        sorted = undefined;
        for (const listener of listeners) listener(name, next);
        return next;
      });
    },
  };
}
