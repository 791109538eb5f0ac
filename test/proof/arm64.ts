// Programs for arm64 on another machine: qemu behind the kernel's own exec, for one command and its
// children only. The registration is one of a user name space (Linux 6.7), so nothing else sees it.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findProgram } from "../../host/handler/find-program.ts";
import { missingTool } from "../helpers/missing-tool.ts";

const sysroot = "/usr/aarch64-linux-gnu";

/** Where the emulator finds the C library; an image has its own. */
export const emulatorVariables: Readonly<Record<string, string>> =
  process.arch === "arm64" ? {} : { QEMU_LD_PREFIX: sysroot };

// An ELF of 64 bits, little endian, whose machine is 183; of any ABI, an executable or a shared object.
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/**
 * The command that runs `command` so. F: the emulator is opened now, and needs no file in a sandbox;
 * P: the program sees the name it was called by.
 */
export function onArm64(command: readonly string[]): readonly string[] {
  if (process.arch === "arm64") return command;
  const emulator = findProgram("qemu-aarch64-static", process.env.PATH ?? "");
  const register = `:stdlambda-arm64:M::${magic}:${mask}:${emulator}:FP`;
  const script = `mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
printf %s '${register}' > /proc/sys/fs/binfmt_misc/register
exec "$@"`;
  return [
    "unshare",
    "--user",
    "--map-root-user",
    "--mount",
    "sh",
    "-euc",
    script,
    "sh",
    ...command,
  ];
}

/** The reason of a skip; throws where CI is `true` and something could be installed. */
export function withoutArm64(): string | false {
  if (process.platform !== "linux") return "for Linux";
  if (process.arch === "arm64") return false;
  const missing = missingTool(["qemu-aarch64-static", "unshare"]);
  if (missing) return missing;
  for (const [library, debian] of [
    ["ld-linux-aarch64.so.1", "libc6-arm64-cross"],
    ["libstdc++.so.6", "libstdc++6-arm64-cross"],
  ]) {
    if (existsSync(`${sysroot}/lib/${library}`)) continue;
    const reason = `there is no ${sysroot}/lib/${library} (Debian: ${debian})`;
    if (process.env.CI === "true") throw new Error(reason);
    return reason;
  }
  try {
    const [program = "", ...args] = onArm64(["true"]);
    execFileSync(program, args, { stdio: "pipe" });
    return false;
  } catch (error) {
    return `binary formats of a user name space are not to be had here: ${(error as Error).message}`;
  }
}
