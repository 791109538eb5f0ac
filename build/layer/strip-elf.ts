// Removes symbols and debugging information from a program, as binutils' strip does: 15 % of
// Node's. Done here, so that the bytes do not depend on the strip that a machine has, if any, and
// other processors need no other tools.
import { elfMagic } from "../../lambda/architectures.ts";

const alloc = 2;
const noBits = 8;

interface Section {
  readonly index: number;
  readonly header: Buffer;
  readonly name: string;
  readonly isLoaded: boolean;
  readonly end: number;
}

/**
 * A 64-bit little-endian ELF program or library without the parts that are not loaded at run time;
 * the segments stay where they are, byte for byte. Anything else is returned as it is.
 */
export function stripElf(program: Buffer): Buffer {
  const is64LittleEndian = program.toString("latin1", 0, 6) === `${elfMagic}\x02\x01`;
  const sections = is64LittleEndian ? readSections(program) : [];
  const table = sections[is64LittleEndian ? program.readUInt16LE(0x3e) : 0];
  if (table === undefined) return program;
  const kept = sections.filter(({ index, isLoaded }) => index === 0 || isLoaded);
  const end = Math.max(endOfSegments(program), ...kept.map((section) => section.end));

  const names = Buffer.from(
    `\0${[...kept.slice(1), table].map(({ name }) => `${name}\0`).join("")}`,
  );
  const headersAt = Math.ceil((end + names.length) / 8) * 8;
  const numbers = new Map([...kept, table].map(({ index }, at) => [index, at]));
  const headers = [...kept, table].map(({ index, header, name }) => {
    const copy = Buffer.from(header);
    copy.writeUInt32LE(index === 0 ? 0 : names.indexOf(`\0${name}\0`) + 1, 0);
    if (index === table.index) {
      copy.writeBigUInt64LE(BigInt(end), 0x18);
      copy.writeBigUInt64LE(BigInt(names.length), 0x20);
    }
    // sh_link always names a section, sh_info only with SHF_INFO_LINK (0x40).
    copy.writeUInt32LE(numbers.get(header.readUInt32LE(0x28)) ?? 0, 0x28);
    if (header.readUInt32LE(8) & 0x40) {
      copy.writeUInt32LE(numbers.get(header.readUInt32LE(0x2c)) ?? 0, 0x2c);
    }
    return copy;
  });

  const stripped = Buffer.alloc(headersAt + headers.length * 64);
  program.copy(stripped, 0, 0, end);
  names.copy(stripped, end);
  Buffer.concat(headers).copy(stripped, headersAt);
  stripped.writeBigUInt64LE(BigInt(headersAt), 0x28);
  stripped.writeUInt16LE(headers.length, 0x3c);
  stripped.writeUInt16LE(headers.length - 1, 0x3e);
  return stripped.length < program.length ? stripped : program;
}

function readSections(program: Buffer): Section[] {
  const at = Number(program.readBigUInt64LE(0x28));
  const count = program.readUInt16LE(0x3c);
  const headers = Array.from({ length: at === 0 ? 0 : count }, (_, index) =>
    program.subarray(at + index * 64, at + (index + 1) * 64),
  );
  const names = headers[program.readUInt16LE(0x3e)];
  const namesAt = names === undefined ? 0 : Number(names.readBigUInt64LE(0x18));
  return headers.map((header, index) => {
    const nameAt = namesAt + header.readUInt32LE(0);
    const isOnDisk = header.readUInt32LE(4) !== noBits;
    const offset = Number(header.readBigUInt64LE(0x18));
    return {
      index,
      header,
      name: program.toString("latin1", nameAt, program.indexOf(0, nameAt)),
      isLoaded: (header.readUInt32LE(8) & alloc) !== 0,
      end: isOnDisk ? offset + Number(header.readBigUInt64LE(0x20)) : 0,
    };
  });
}

function endOfSegments(program: Buffer): number {
  const at = Number(program.readBigUInt64LE(0x20));
  const size = program.readUInt16LE(0x36);
  const ends = Array.from({ length: program.readUInt16LE(0x38) }, (_, index) => {
    const segment = at + index * size;
    return Number(program.readBigUInt64LE(segment + 8) + program.readBigUInt64LE(segment + 0x20));
  });
  return Math.max(at + ends.length * size, ...ends);
}
