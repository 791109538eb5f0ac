// What the service stores: functions, layers and their code, on disk and in memory.
import type { FunctionRecord, LayerRecord } from "./records.ts";

export interface Collection<Item> {
  get(name: string): Item | undefined;
  /** Sorted by name. */
  all(): readonly Item[];
  /** Called for each change once it is on disk, with undefined for a deleted record. */
  onChange(listener: (name: string, record: Item | undefined) => void): void;
  /**
   * Changes one record: `change` gets the newest one and returns the next one, or undefined to
   * delete it. Changes of one record run one after another; the disk has the new record before
   * anybody sees it. If `change` throws, the error is passed on and nothing has changed. `change`
   * must not wait for an update of the same record, because it would wait for itself.
   * @throws ServiceError ServiceException when the disk refuses the change; nothing has changed.
   */
  update(
    name: string,
    change: (record: Item | undefined) => Item | undefined | Promise<Item | undefined>,
  ): Promise<Item | undefined>;
}

export interface CodeStore {
  /**
   * Stores a zip and unpacks it safely. Sizes in bytes, the hash in base64 as CodeSha256.
   * @throws ServiceError InvalidParameterValueException for a zip that cannot be unpacked, or must
   * not be.
   */
  add(
    zip: Buffer,
  ): Promise<{ readonly sha256: string; readonly size: number; readonly unpackedSize: number }>;
  /**
   * Keeps a folder as it is now, as the zip that two equal folders have in common (names sorted,
   * times fixed, links kept; without `.git`, `.stdlambda` and `node_modules/.cache`).
   * @throws ServiceError InvalidParameterValueException for what Lambda would not take.
   */
  addDirectory(
    root: string,
  ): Promise<{ readonly sha256: string; readonly size: number; readonly unpackedSize: number }>;
  /** The folder with the unpacked files; unpacked again when it is gone. */
  folder(sha256: string): Promise<string>;
  /** The path of the zip itself. */
  zip(sha256: string): string;
  /** Bytes of the unpacked files. */
  unpackedSize(sha256: string): Promise<number>;
}

export interface Store {
  readonly functions: Collection<FunctionRecord>;
  readonly layers: Collection<LayerRecord>;
  readonly code: CodeStore;
  /**
   * Removes zips and folders that no record mentions. Kept is what was added or asked for within
   * the last minute, because its record may be on its way, and what `inUse` names (in base64, as
   * CodeSha256): the code of environments that still run.
   */
  collectGarbage(inUse?: Iterable<string>): Promise<void>;
  /** Waits for pending writes and lets another service use the directory. */
  close(): Promise<void>;
}
