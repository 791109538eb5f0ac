// Cleans up when the service itself is killed: a shell beside it ends the programs that still run.
import { type ChildProcess, spawn } from "node:child_process";

/**
 * Reads `+ ID` and `- ID` until the service is gone, then kills what is left with everything it
 * started: parents before children, so that nothing new is started; a stopped process is killed as
 * well.
 */
const script = `
running=
while read -r sign id; do
  if [ "$sign" = + ]; then running="$running $id"; continue; fi
  others=
  for one in $running; do [ "$one" = "$id" ] || others="$others $one"; done
  running=$others
done
end() {
  set -- "$1" $(cat "/proc/$1/task"/*/children 2>/dev/null || pgrep -P "$1")
  kill -KILL "$1"
  shift
  while [ $# -gt 0 ]; do end "$1"; shift; done
}
for one in $running; do end "$one"; kill -KILL "-$one"; done
`;

let executor: ChildProcess | undefined;

/** Has a program killed when this process is gone; call the result when the program has ended. */
export function endWithService(id: number): () => void {
  executor ??= startExecutor();
  executor.stdin?.write(`+ ${id}\n`);
  return () => executor?.stdin?.write(`- ${id}\n`);
}

/** In a separate session, which Ctrl-C does not reach. It ends when its stdin closes with this process. */
function startExecutor(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", script], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // It is only a safety net: without a shell everything works, unless the service is killed.
  child.on("error", () => {});
  child.stdin?.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
