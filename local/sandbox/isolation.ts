// How a function sees its files at Lambda's own paths: with bubblewrap, or not at all.
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { lstat, readlink, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../../host/handler/find-program.ts";
import type { GoverningFile } from "./governing-files.ts";

/** The folders of one environment on this machine, absolute. */
interface Folders {
  readonly taskRoot: string;
  readonly opt: string;
  /** Becomes /tmp. */
  readonly tmp: string;
  /** npm packages that lie above a function served in place: found as from its own folder. */
  readonly packages: string | undefined;
  /** Files above such a function that say how its own files are read. */
  readonly governing?: readonly GoverningFile[];
}

/** What the function sees at which path, and the command for it. */
export interface Isolation {
  readonly taskRoot: string;
  readonly opt: string;
  readonly runtimeDirectory: string;
  /** The Node that runs the service; the machine may have an older one, or none. */
  readonly node: string;
  /** A command that runs `command` with these folders at those paths. */
  wrap(command: readonly string[]): readonly string[];
}

export interface Isolate {
  readonly kind: "bubblewrap" | "folders";
  (folders: Folders): Isolation;
}

/** Without bubblewrap: the folders as they are; a path written out in a script is the machine's. */
export const byFolders: Isolate = Object.assign(
  ({ taskRoot, opt }: Folders): Isolation => ({
    taskRoot,
    opt,
    runtimeDirectory: "/var/runtime",
    node: process.execPath,
    wrap: (command) => command,
  }),
  { kind: "folders" } as const,
);

/** What is replaced in the root and in /var. */
const replaced = {
  "/": ["opt", "tmp", "var", "proc", "dev"],
  "/var": ["task", "lang", "runtime", "node_modules"],
} as const;
const insideReplaced = /^\/(opt|tmp|proc|dev|var\/(task|lang|runtime|node_modules))\//;

/**
 * Isolation by bubblewrap, or why it is unavailable: it is not installed, or may not create
 * namespaces. `needed`: folders that must be visible at their own paths, our own host's among them,
 * even below what is replaced.
 */
export async function probeBubblewrap(
  path: string,
  needed: readonly string[],
): Promise<{ readonly isolate: Isolate } | { readonly why: string }> {
  const program = findProgram("bwrap", path);
  if (program === undefined) return { why: "bubblewrap (bwrap) is not installed" };
  const base = await baseArguments();
  const probe = [...base, "--tmpfs", "/tmp", "--dir", "/var/task", "--", "/bin/sh", "-c", ":"];
  try {
    await promisify(execFile)(program, probe);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    return { why: `bubblewrap does not work here (${stderr.trim() || String(error)})` };
  }
  const node = await realpath(process.execPath);
  const visible = [...needed, dirname(node)].filter((folder) => insideReplaced.test(`${folder}/`));
  const isolate = (folders: Folders) => byBubblewrap(program, base, node, visible, folders);
  return { isolate: Object.assign(isolate, { kind: "bubblewrap" } as const) };
}

/** Where Lambda has a function's code. */
export const lambdaTaskRoot = "/var/task";

function byBubblewrap(
  program: string,
  base: readonly string[],
  node: string,
  visible: readonly string[],
  { taskRoot, opt, tmp, packages, governing = [] }: Folders,
): Isolation {
  const mounts = [
    ["--bind", tmp, "/tmp"],
    ["--ro-bind", taskRoot, lambdaTaskRoot],
    ["--ro-bind", opt, "/opt"],
    ["--dir", "/var/runtime"],
    ["--ro-bind", node, "/var/lang/bin/node"],
    ...(packages === undefined ? [] : [["--ro-bind", packages, "/var/node_modules"]]),
    ...governing.map(({ source, target }) => ["--ro-bind", source, target]),
    ...visible.map((folder) => ["--ro-bind", folder, folder]),
    ["--chdir", lambdaTaskRoot, "--"],
  ];
  const start = [program, ...base, ...mounts.flat()];
  return {
    taskRoot: lambdaTaskRoot,
    opt: "/opt",
    runtimeDirectory: "/var/runtime",
    node: "/var/lang/bin/node",
    wrap: (command) => [...start, ...command],
  };
}

/**
 * The whole machine read-only, except for what is replaced. With a process namespace of its own
 * nothing outlives the environment; the network stays, because the Runtime API is on loopback.
 */
async function baseArguments(): Promise<string[]> {
  return [
    ["--die-with-parent", "--new-session", "--unshare-pid", "--tmpfs", "/"],
    await showFolder("/"),
    await showFolder("/var"),
    ["--proc", "/proc", "--dev", "/dev"],
  ].flat();
}

async function showFolder(folder: keyof typeof replaced): Promise<string[]> {
  const except: readonly string[] = replaced[folder];
  const names = readdirSync(folder).filter((name) => !except.includes(name));
  const shown = names.map(async (name) => {
    const path = join(folder, name);
    const isLink = (await lstat(path)).isSymbolicLink();
    return isLink ? ["--symlink", await readlink(path), path] : ["--ro-bind-try", path, path];
  });
  return (await Promise.all(shown)).flat();
}
