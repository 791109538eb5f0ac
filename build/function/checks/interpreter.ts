// Whether the program that runs a script will be there on Lambda.
import { basename } from "node:path";
import { isLanguageRuntime } from "../../../lambda/runtimes.ts";
import type { DeclaredFunction } from "../../../project/declared-function.ts";
import type { FunctionSystem } from "../function-package.ts";
import type { HandlerEntry } from "../handler-entry.ts";

/** The minimal Amazon Linux 2023 of the runtimes (AWS: "Amazon Linux 2023 user guide", Lambda). */
const systemPrograms = new Set(
  `sh bash awk gawk sed grep egrep fgrep curl env microdnf dnf rpm gpg2 ldd getconf iconv locale
  [ arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit
  cut date dd df dir dircolors dirname du echo expand expr factor false fmt fold groups head hostid
  id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt
  od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon seq sha1sum
  sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac
  tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who
  whoami yes`.split(/\s+/),
);

/** How to get programs that people often use. */
const advice: Readonly<Record<string, string>> = {
  jq: "add a static jq: stdlambda layer build --add jq=./jq",
  python3: "use AWS's runtime python3.13, which has it (docs/languages.md)",
  ruby: "use AWS's runtime ruby3.4, which has it (docs/languages.md)",
  sbcl: "bring it in a layer (docs/languages.md has a recipe)",
  picolisp: "bring it in a layer (docs/languages.md has a recipe)",
};

/** AWS's runtime of a language has its interpreter on PATH, in /var/lang/bin. */
function isOfRuntime(program: string, runtime: string): boolean {
  const language = runtime.replace(/[\d.]+$/, "");
  return program.replace("/var/lang/bin/", "").replace(/[\d.]+$/, "") === language;
}

/** A sentence if neither the function nor its runtime provides the interpreter, else undefined. */
export function missingInterpreter(
  entry: HandlerEntry,
  { handler, layers, runtime }: Pick<DeclaredFunction, "handler" | "layers" | "runtime">,
  system: FunctionSystem,
): string | undefined {
  if (entry.kind !== "script" && entry.kind !== "command") return undefined;
  const { program } = entry;
  // The programs of a base image are not known.
  if (program === undefined || system === "base") return undefined;
  if (isLanguageRuntime(runtime) && isOfRuntime(program, runtime)) return undefined;
  if (system === "bare") {
    return `${handler} is run by ${program}, but an image without a base has only sh and node (no cat, no sed); name a base image: --base`;
  }
  const name = basename(program);
  const isSystem = systemPrograms.has(name) && /^(?:\/usr)?\/bin\/|^[^/]+$/.test(program);
  // It may be in a layer or in the function.
  if (isSystem || program.startsWith("/var/task/")) return undefined;
  if (layers.length > 0 && (!program.includes("/") || program.startsWith("/opt/")))
    return undefined;
  const whose =
    entry.kind === "command"
      ? `the handler ${handler}`
      : `${handler} (its first line or extension)`;
  const fix =
    program.includes("/") && !program.startsWith("/opt/")
      ? `write #!/usr/bin/env ${name}, and bring it in a layer as bin/${name}`
      : (advice[name] ??
        `bring it in a layer as bin/${name}: stdlambda layer build --add ${name}=PATH`);
  return `${whose} is run by ${program}, which ${runtime} lacks; ${fix}`;
}
