// Which of the standard descriptors a file argument of node:fs means: by number, by name, or by a
// descriptor that was opened by such a name.

export type Standard = 0 | 1 | 2;

/** Descriptors that were opened by name; to the system they are /dev/null. */
export const openedByName = new Map<number, Standard>();

const names: Readonly<Record<string, Standard>> = {
  "/dev/stdin": 0,
  "/dev/stdout": 1,
  "/dev/stderr": 2,
};

const numbered = /^\/(?:dev|proc\/(?:self|thread-self|\d+))\/fd\/(\d+)$/;

export function standardOf(file: unknown): Standard | undefined {
  if (typeof file === "number") {
    return file === 0 || file === 1 || file === 2 ? file : openedByName.get(file);
  }
  return typeof file === "string" || file instanceof URL || file instanceof Uint8Array
    ? standardOfPath(file)
    : undefined;
}

/** As `standardOf`, for calls that open what they are given. */
export function standardOfPath(path: unknown): Standard | undefined {
  const name = textOf(path);
  if (name === undefined || !/^\/(?:dev|proc)\//.test(name)) return undefined;
  const known = names[name];
  if (known !== undefined) return known;
  const [, fd] = numbered.exec(name) ?? [];
  const pid = /^\/proc\/(\d+)\//.exec(name)?.[1];
  if (fd === undefined || (pid !== undefined && Number(pid) !== process.pid)) return undefined;
  return standardOf(Number(fd));
}

function textOf(path: unknown): string | undefined {
  if (typeof path === "string") return path;
  if (path instanceof Uint8Array)
    return path.length > 64 ? undefined : Buffer.from(path).toString();
  return path instanceof URL && path.protocol === "file:" ? path.pathname : undefined;
}

// Taken before mode `main` binds them.
const { closeSync, openSync } = process.getBuiltinModule("node:fs");

export function open(standard: Standard): number {
  const fd = openSync("/dev/null", "r+");
  openedByName.set(fd, standard);
  return fd;
}

/** The event's own descriptors are the host's, which stay open. */
export function close(fd: number): void {
  if (openedByName.delete(fd)) closeSync(fd);
}
