// lib/libatomic.so.1 for Node 26: the official programs are linked against GCC's library of that name
// for one function of it, Amazon Linux has not got it, and no npm package brings it. So this is a
// library with that one function, for both processors, made here from its instructions.
import { type Architecture, elfMachines } from "../../lambda/architectures.ts";

const soname = "libatomic.so.1";
const versionName = "LIBATOMIC_1.0";
const functionName = "__atomic_compare_exchange";

// bool __atomic_compare_exchange(size, object, expected, desired, …), sequentially consistent whatever
// order is asked for. All of Node's calls are for 8 bytes; another size ends the program rather than
// be wrong, as the other accesses to such an object would not know of a lock in here.
const code = {
  x86_64: [
    "48 83 ff 08", //    cmp $8, %rdi
    "75 17", //          jne other
    "48 8b 02", //       mov (%rdx), %rax
    "48 8b 09", //       mov (%rcx), %rcx
    "f0 48 0f b1 0e", // lock cmpxchg %rcx, (%rsi)
    "0f 94 c1", //       sete %cl
    "74 03", //          je done
    "48 89 02", //       mov %rax, (%rdx)
    "0f b6 c1", //       done: movzbl %cl, %eax
    "c3", //             ret
    "0f 0b", //          other: ud2
  ],
  arm64: [
    "1f 20 00 f1", // cmp x0, #8
    "a1 01 00 54", // b.ne other
    "44 00 40 f9", // ldr x4, [x2]
    "63 00 40 f9", // ldr x3, [x3]
    "20 fc 5f c8", // again: ldaxr x0, [x1]
    "1f 00 04 eb", // cmp x0, x4
    "a1 00 00 54", // b.ne differs
    "23 fc 05 c8", // stlxr w5, x3, [x1]
    "85 ff ff 35", // cbnz w5, again
    "20 00 80 52", // mov w0, #1
    "c0 03 5f d6", // ret
    "40 00 00 f9", // differs: str x0, [x2]
    "00 00 80 52", // mov w0, #0
    "c0 03 5f d6", // ret
    "00 00 00 00", // other: udf #0
  ],
} as const;

/** The largest page of either processor: what is mapped differently must not share one. */
const page = 0x10000;

/** The bytes of the shared library (System V ABI, chapters 4 and 5; LSB, symbol versions). */
export function atomicLibrary(architecture: Architecture): Buffer {
  const names = `\0${functionName}\0${soname}\0${versionName}\0`;
  const nameAt = (name: string) => names.indexOf(`\0${name}\0`) + 1;
  const parts = place(64 + 4 * 56, {
    // One bucket with symbol 1, which is the last of its chain.
    hash: u32(1, 2, 1, 0, 0),
    // No symbol, then the function: global (1 << 4) function (2), in a section that counts as defined.
    symbols: Buffer.alloc(48),
    names: Buffer.from(names),
    symbolVersions: u16(0, 2),
    versions: Buffer.concat([
      versionDefinition(1, 1, soname, nameAt(soname), 28),
      versionDefinition(0, 2, versionName, nameAt(versionName), 0),
    ]),
    code: Buffer.from(code[architecture].join("").replaceAll(" ", ""), "hex"),
  });
  const { symbols, names: strings } = parts;
  symbols.bytes.set(u32(nameAt(functionName)), 24);
  symbols.bytes.set([0x12, 0], 28);
  symbols.bytes.set(u16(1), 30);
  symbols.bytes.set(u64(parts.code.at, parts.code.bytes.length), 32);

  // glibc up to 2.34 adds the base address to these entries where they lie: a writable page of its own.
  const dynamic = u64(
    ...[14, nameAt(soname)], // DT_SONAME
    ...[4, parts.hash.at], // DT_HASH
    ...[5, strings.at], // DT_STRTAB
    ...[10, strings.bytes.length], // DT_STRSZ
    ...[6, symbols.at], // DT_SYMTAB
    ...[11, 24], // DT_SYMENT
    ...[0x6ffffff0, parts.symbolVersions.at], // DT_VERSYM
    ...[0x6ffffffc, parts.versions.at], // DT_VERDEF
    ...[0x6ffffffd, 2], // DT_VERDEFNUM
    ...[0, 0],
  );
  const end = parts.code.at + parts.code.bytes.length;
  const dynamicAt = Math.ceil(end / 8) * 8;
  const library = Buffer.alloc(dynamicAt + dynamic.length);
  Buffer.concat([
    Buffer.from("\x7fELF\x02\x01\x01".padEnd(16, "\0"), "latin1"),
    u16(3, elfMachines[architecture]), // A shared object.
    u32(1),
    u64(0, 64, 0), // No entry; the segments follow; no sections.
    u32(0),
    u16(64, 56, 4, 64, 0, 0),
    segment(1, 5, 0, end, page), // PT_LOAD, to be read and executed.
    segment(1, 6, dynamicAt, dynamic.length, page), // PT_LOAD, to be read and written.
    segment(2, 6, dynamicAt, dynamic.length, 8), // PT_DYNAMIC
    segment(0x6474e551, 6, 0, 0, 16), // PT_GNU_STACK: without it the stack would be executable.
  ]).copy(library);
  for (const { at, bytes } of Object.values(parts)) bytes.copy(library, at);
  dynamic.copy(library, dynamicAt);
  return library;
}

/** What is writable is mapped one page further, at the same distance from the page's start. */
function segment(type: number, flags: number, at: number, size: number, alignment: number): Buffer {
  const address = flags === 6 && size > 0 ? page + at : at;
  return Buffer.concat([u32(type, flags), u64(at, address, address, size, size, alignment)]);
}

/** Elf64_Verdef with its one Elf64_Verdaux; `next` is the distance to the one after it. */
function versionDefinition(
  flags: number,
  index: number,
  name: string,
  nameAt: number,
  next: number,
): Buffer {
  return Buffer.concat([u16(1, flags, index, 1), u32(hashOf(name), 20, next), u32(nameAt, 0)]);
}

/** The hash of the System V ABI. */
function hashOf(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = (hash << 4) + byte;
    const high = hash & 0xf0000000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}

function place<Name extends string>(
  start: number,
  parts: Record<Name, Buffer>,
): Record<Name, { at: number; bytes: Buffer }> {
  let at = start;
  const placed = Object.entries<Buffer>(parts).map(([name, bytes]) => {
    const here = Math.ceil(at / 8) * 8;
    at = here + bytes.length;
    return [name, { at: here, bytes }] as const;
  });
  return Object.fromEntries(placed) as Record<Name, { at: number; bytes: Buffer }>;
}

function u16(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function u32(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

function u64(...values: number[]): Buffer {
  return Buffer.from(BigUint64Array.from(values, BigInt).buffer);
}
