// Reads every record of a folder; a record that cannot be read is moved aside and reported.
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { recordExtension, recordFile, secondRecordFile } from "./record-file.ts";
import { setAside } from "./set-aside.ts";

export interface RecordFolder<Item> {
  readonly folder: string;
  /** @throws Error saying what is wrong with the value. */
  readonly check: (value: unknown) => Promise<Item>;
  readonly onDamage: (message: string) => void;
}

/** The records by the file each is in. */
export async function loadRecords<Item extends { readonly name: string }>(
  options: RecordFolder<Item>,
): Promise<Map<string, Item>> {
  const records = new Map<string, Item>();
  const names = new Set<string>();
  const files = (await readdir(options.folder)).filter((file) => file.endsWith(recordExtension));
  for (const file of files.sort()) {
    const path = join(options.folder, file);
    try {
      const record = await options.check(parse(await readFile(path, "utf8")));
      if (![recordFile(record.name), secondRecordFile(record.name)].includes(file)) {
        throw new Error(`it holds ${JSON.stringify(record.name)}, which belongs in another file`);
      }
      if (names.has(record.name)) throw new Error(`${record.name} is in another file as well`);
      names.add(record.name);
      records.set(file, record);
    } catch (error) {
      await reportDamage(path, error, options);
    }
  }
  return records;
}

function parse(text: string): unknown {
  if (text.trim() === "") throw new Error("it is empty");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`);
  }
}

async function reportDamage(
  path: string,
  error: unknown,
  { folder, onDamage }: Pick<RecordFolder<unknown>, "folder" | "onDamage">,
): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const target = await setAside(path);
  const file = `${basename(folder)}/${basename(path)}`;
  onDamage(
    target === undefined
      ? `${path} is damaged (${reason}) and could not be put aside; repair or remove it. Its content is not served.`
      : `${path} is damaged (${reason}). It was put aside as ${target}: repair it and rename it to ${file}, or create again what it held.`,
  );
}
