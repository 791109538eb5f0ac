// Chance in a copy of a snapshot. V8's generator and OpenSSL's are part of the memory that was copied: every
// copy would draw the same numbers. The kernel's is new in each, so from the restore on it is asked.
import { closeSync, openSync, readSync } from "node:fs";

const pool = new Uint8Array(4096);
let left = 0;

/** From now on Math.random and the functions of node:crypto and of the Web take the kernel's bytes. */
export function renewRandomness(): void {
  const crypto = process.getBuiltinModule("node:crypto");
  const { syncBuiltinESMExports } = process.getBuiltinModule("node:module");
  const { randomBytes, randomFillSync, randomInt } = crypto;
  Math.random = () => {
    const word = new DataView(bytes(8).buffer);
    // 53 bits, as many as a number between 0 and 1 has.
    return Number(word.getBigUint64(0) >> 11n) / 2 ** 53;
  };
  const fill = <T extends NodeJS.ArrayBufferView>(view: T): T => {
    bytesOf(view).set(bytes(view.byteLength));
    return view;
  };
  const uuid = () => {
    const random = Buffer.from(bytes(16));
    // Version 4, variant 1 (RFC 9562).
    random[6] = ((random[6] as number) & 0x0f) | 0x40;
    random[8] = ((random[8] as number) & 0x3f) | 0x80;
    return random.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  Object.assign(crypto, {
    randomUUID: uuid,
    randomBytes(size: number, done?: (error: null, bytes: Buffer) => void) {
      // It refuses what is not a size.
      const made = fill(randomBytes(size));
      if (done === undefined) return made;
      process.nextTick(done, null, made);
      return undefined;
    },
    randomFillSync(buffer: NodeJS.ArrayBufferView, offset?: number, size?: number) {
      randomFillSync(buffer, offset as number, size as number);
      // Both count elements.
      const { BYTES_PER_ELEMENT: unit = 1 } = buffer as Uint8Array;
      const whole = bytesOf(buffer);
      const start = (offset ?? 0) * unit;
      const end = size === undefined ? whole.length : start + size * unit;
      fill(whole.subarray(start, end));
      return buffer;
    },
    randomInt(first: number, second?: number | Done, third?: Done) {
      const [low, high] = typeof second === "number" ? [first, second] : [0, first];
      randomInt(low, high);
      const done = typeof second === "function" ? second : third;
      const made = low + below(high - low);
      if (done === undefined) return made;
      process.nextTick(done, undefined, made);
      return undefined;
    },
  });
  const { getRandomValues } = crypto.webcrypto;
  Object.assign(crypto.webcrypto, {
    randomUUID: uuid,
    getRandomValues(view: NodeJS.ArrayBufferView) {
      return fill(Reflect.apply(getRandomValues, crypto.webcrypto, [view]));
    },
  });
  syncBuiltinESMExports();
}

type Done = (error: undefined, value: number) => void;

/** The last numbers of 48 bits that do not make up a whole range are drawn again. */
function below(range: number): number {
  const fair = 2 ** 48 - (2 ** 48 % range);
  for (;;) {
    const drawn = Buffer.from(bytes(6)).readUIntBE(0, 6);
    if (drawn < fair) return drawn % range;
  }
}

function bytesOf(buffer: NodeJS.ArrayBufferView | ArrayBuffer): Uint8Array {
  if (!ArrayBuffer.isView(buffer)) return new Uint8Array(buffer);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** So many new bytes, in a buffer of their own. */
function bytes(size: number): Uint8Array<ArrayBuffer> {
  const taken = new Uint8Array(size);
  if (size > pool.length) read(taken);
  else {
    if (left < size) {
      read(pool);
      left = pool.length;
    }
    taken.set(pool.subarray(left - size, left));
    left -= size;
  }
  return taken;
}

function read(into: Uint8Array): void {
  const fd = openSync("/dev/urandom", "r");
  try {
    for (let at = 0; at < into.length; ) at += readSync(fd, into, at, into.length - at, null);
  } finally {
    closeSync(fd);
  }
}
