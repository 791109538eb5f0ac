// Which files of a directory are functions, when nothing is configured.
import { closeSync, constants, openSync, readSync, type Stats } from "node:fs";
import { extname } from "node:path";
import { isScriptExtension } from "../../host/handler/extensions.ts";

/**
 * Not functions, although they have a script's extension: hidden files, backups, types, tests,
 * configuration of tools, and scripts that upload the others (the name that such scripts have had
 * since the Common Lisp runtime).
 */
const notFunctions =
  /^\.|~$|\.d\.[mc]?ts$|\.(?:test|spec|config)\.\w+$|^(?:test_.*|conftest)\.py$|^upload_function\.sh$/;

/** Often executable on disks without modes, but never run. */
const dataExtensions =
  /\.(?:a|bak|c|cc|cpp|css|csv|db|dll|dylib|env|gif|go|gz|h|html?|ico|ini|java|jpe?g|json[5cl]?|lock|log|map|mdx?|o|pdf|png|proto|rs|so|sql|sqlite3?|svg|tar|tgz|toml|tsv|txt|wasm|webp|woff2?|xml|ya?ml|zip)$/i;
const dataNames = /^(?:LICEN[CS]E|README|CHANGELOG|NOTICE|AUTHORS|[A-Z]\w*file)$/;

/**
 * A known script extension, a shebang, or the executable bit of a file that is not known to be
 * data.
 */
export function isFunctionFile(name: string, path: string, stats: Stats): boolean {
  if (!stats.isFile() || stats.size === 0 || notFunctions.test(name)) return false;
  if (isScriptExtension(extname(name))) return true;
  if (dataExtensions.test(name) || dataNames.test(name)) return false;
  return (stats.mode & constants.S_IXUSR) !== 0 || beginsWithShebang(path);
}

function beginsWithShebang(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    // It cannot be read, or is gone again: the host could not run it either.
    return false;
  }
  try {
    const start = Buffer.alloc(2);
    return readSync(fd, start) === 2 && start.toString("latin1") === "#!";
  } finally {
    closeSync(fd);
  }
}
