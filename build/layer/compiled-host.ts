// The host's compiled code for the layer's own Node, made by that Node; it makes a start 3 ms
// shorter.
import type { ExecaError } from "execa";

/** Where the layer's host is on Lambda. */
const filename = "/opt/stdlambda/host.js";

const compile = `
  const { readFileSync, writeSync } = require("node:fs");
  const { Script } = require("node:vm");
  const code = new Script(readFileSync(0, "latin1"), { filename: ${JSON.stringify(filename)} })
    .createCachedData();
  for (let at = 0; at < code.length; ) at += writeSync(1, code, at);`;

const accepts = `
  const { Script } = require("node:vm");
  const [length, ...parts] = [process.argv[1], require("node:fs").readFileSync(0)];
  const cachedData = parts[0].subarray(0, Number(length));
  const source = parts[0].subarray(Number(length)).toString("latin1");
  const script = new Script(source, { filename: ${JSON.stringify(filename)}, cachedData });
  process.exitCode = script.cachedDataRejected ? 1 : 0;`;

// All functions at once, and V8's hashes from one seed: the same bytes in each run. Otherwise the
// result would depend on when V8 compiled, and its strings have hashes with a random seed.
const sameEachTime = ["--no-lazy", "--hash-seed=1"];

/**
 * Where V8's code has the hash of the flags it was made under
 * (SerializedCodeData::kFlagHashOffset).
 */
const flagHash = { start: 12, end: 16 } as const;

export interface HostCompiler {
  /** The layer's Node, or a link to it. */
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Undefined when that Node does not run on this machine, even under qemu-user, or does not accept
 * its own code.
 */
export async function compileHost(
  host: Buffer,
  compiler: HostCompiler,
): Promise<Buffer | undefined> {
  return (await compileBy([], host, compiler)) ?? (await compileBy(emulator, host, compiler));
}

/** Debian's qemu-user-static, with the libraries of its packages for cross compiling. */
const emulator = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"];

async function compileBy(
  start: readonly string[],
  host: Buffer,
  compiler: HostCompiler,
): Promise<Buffer | undefined> {
  const run = (args: readonly string[], input: Buffer) =>
    runNode([...start, compiler.node, ...args], input, compiler);
  const plain = await run(["-e", compile], host);
  const code = plain && (await run([...sameEachTime, "-e", compile], host));
  if (plain === undefined || code === undefined) return undefined;
  // The flags change how the code is made, not what it means; Lambda's Node is started without
  // them.
  plain.copy(code, flagHash.start, flagHash.start, flagHash.end);
  const check = ["-e", accepts, String(code.length)];
  const accepted = await run(check, Buffer.concat([code, host]));
  return accepted && code;
}

async function runNode(
  [program, ...args]: readonly string[],
  input: Buffer,
  { env, signal }: HostCompiler,
): Promise<Buffer | undefined> {
  const { execa } = await import("execa");
  try {
    const { stdout } = await execa(program as string, args, {
      input,
      env,
      extendEnv: false,
      encoding: "buffer",
      stderr: "ignore",
      stripFinalNewline: false,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    return Buffer.from(stdout);
  } catch (error) {
    if ((error as ExecaError).isCanceled) throw signal?.reason;
    return undefined; // Another processor's, or a library of it is missing here: said by the caller.
  }
}
