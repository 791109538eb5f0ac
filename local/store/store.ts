// What the service keeps: functions, layers and their code, on disk and in memory.
import type { FunctionRecord, LayerRecord } from "./records.ts";

export interface Collection<Item> {
  get(name: string): Item | undefined;
  /** Sorted by name. */
  all(): readonly Item[];
  /** Called for each change once it is on disk, with undefined for a deleted record. */
  onChange(listener: (name: string, record: Item | undefined) => void): void;
  /**
   * Changes one record: `change` gets the newest one and gives the next one, undefined to delete.
   * Changes of one record run one after another; the disk has the new record before anybody sees
   * it. What `change` throws is passed on, and nothing has changed. `change` must not wait for an
   * update of the same record: it would wait for itself.
   * @throws ServiceError ServiceException when the disk refuses the change; nothing has changed.
   */
  update(
    name: string,
    change: (record: Item | undefined) => Item | undefined | Promise<Item | undefined>,
  ): Promise<Item | undefined>;
}

export interface CodeStore {
  /**
   * Keeps a zip and unpacks it safely. Sizes in bytes, the hash in base64 as CodeSha256.
   * @throws ServiceError InvalidParameterValueException for what cannot or must not be unpacked.
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
   * Removes zips and folders that no record mentions. What was added or asked for within the last
   * minute stays, since its record may be on its way; so does what `inUse` names (in base64, as
   * CodeSha256): the code of environments that still run.
   */
  collectGarbage(inUse?: Iterable<string>): Promise<void>;
  /** Waits for what is being written and lets another service have the directory. */
  close(): Promise<void>;
}
