// What an ELF file declares: its processor, its libc, and the newest glibc it needs.

import { closeSync, openSync, readSync } from "node:fs";
import { elfMagic, machineOf } from "../../../lambda/architectures.ts";

export interface Elf {
  readonly machine: ReturnType<typeof machineOf>;
  /** `/lib64/ld-linux-x86-64.so.2`; undefined for a library and for what is linked statically. */
  readonly interpreter: string | undefined;
  /** Libraries it asks for. */
  readonly needed: readonly string[];
  /** The newest `GLIBC_2.x` it asks for: x. */
  readonly glibc: number | undefined;
}

const programInterpreter = 3;
const programDynamic = 2;
const programLoad = 1;
const dynamicNeeded = 1;
const dynamicStrings = 5;
const dynamicVersions = 0x6ffffffe;
const dynamicVersionCount = 0x6fffffff;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Undefined for a file that is not 64-bit little-endian ELF. (System V ABI; LSB, symbol versions.) */
export function readElf(file: string): Elf | undefined {
  const fd = openSync(file, "r");
  try {
    return parse((offset, size) => {
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, readSync(fd, bytes, 0, size, offset));
    });
  } catch (error) {
    // Truncated or damaged: the kernel would refuse it.
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    closeSync(fd);
  }
}

type Read = (offset: number, size: number) => Buffer;

function parse(read: Read): Elf | undefined {
  const head = read(0, 64);
  if (head.toString("latin1", 0, 4) !== elfMagic || head[4] !== 2 || head[5] !== 1)
    return undefined;
  const number = head.readUInt16LE(18);
  const machine = machineOf(number);
  const segments = readSegments(head, read);
  const interpreter = segments.find(({ type }) => type === programInterpreter);
  const dynamic = segments.find(({ type }) => type === programDynamic);
  return {
    machine,
    interpreter: interpreter && text(read(interpreter.offset, Math.min(interpreter.size, 4096)), 0),
    ...(dynamic === undefined
      ? { needed: [], glibc: undefined }
      : readDynamic(dynamic, segments, read)),
  };
}

function readSegments(head: Buffer, read: Read): Segment[] {
  const size = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  const table = read(Number(head.readBigUInt64LE(32)), size * count);
  return Array.from({ length: count }, (_, index) => {
    const at = index * size;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

/** Larger than any real table; a damaged size must not allocate all memory. */
const largestTable = 1 << 24;

function readDynamic(
  { offset, size }: Segment,
  segments: readonly Segment[],
  read: Read,
): Pick<Elf, "needed" | "glibc"> {
  const table = read(offset, Math.min(size, largestTable));
  const entries: [tag: number, value: number][] = [];
  for (let at = 0; at + 16 <= table.length; at += 16) {
    entries.push([Number(table.readBigUInt64LE(at)), Number(table.readBigUInt64LE(at + 8))]);
  }
  const value = (tag: number) => entries.find(([candidate]) => candidate === tag)?.[1];
  const offsetOf = (address: number) => {
    const loaded = segments.find(
      (segment) =>
        segment.type === programLoad &&
        address >= segment.address &&
        address < segment.address + segment.size,
    );
    return loaded === undefined ? undefined : address - loaded.address + loaded.offset;
  };
  const strings = offsetOf(value(dynamicStrings) ?? -1);
  if (strings === undefined) return { needed: [], glibc: undefined };
  const name = (index: number) => text(read(strings + index, 512), 0);
  const needed = entries.filter(([tag]) => tag === dynamicNeeded).map(([, index]) => name(index));
  const versions = offsetOf(value(dynamicVersions) ?? -1);
  const count = value(dynamicVersionCount) ?? 0;
  const glibc = versions === undefined ? undefined : newestGlibc(versions, count, name, read);
  return { needed, glibc };
}

/** Follows the chains of Elf64_Verneed and Elf64_Vernaux. */
function newestGlibc(
  start: number,
  count: number,
  name: (index: number) => string,
  read: Read,
): number | undefined {
  let newest: number | undefined;
  let at = start;
  for (let file = 0; file < count; file++) {
    const need = read(at, 16);
    let auxiliary = at + need.readUInt32LE(8);
    for (let version = 0; version < need.readUInt16LE(2); version++) {
      const entry = read(auxiliary, 16);
      const minor = /^GLIBC_2\.(\d+)/.exec(name(entry.readUInt32LE(8)))?.[1];
      if (minor !== undefined) newest = Math.max(newest ?? 0, Number(minor));
      auxiliary += entry.readUInt32LE(12);
    }
    at += need.readUInt32LE(12);
  }
  return newest;
}

function text(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString("latin1", start, end === -1 ? bytes.length : end);
}
