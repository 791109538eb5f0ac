// How the end of a process is described to the caller: in Go's words, because Lambda's agent is
// written in Go.
import type { Exit } from "./invocation.ts";

/** Go's names of the signals a process can die of (its syscall package, Linux). */
const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGUSR1: "user defined signal 1",
  SIGSEGV: "segmentation fault",
  SIGUSR2: "user defined signal 2",
  SIGPIPE: "broken pipe",
  SIGALRM: "alarm clock",
  SIGTERM: "terminated",
};

/** The end of a runtime: `Runtime exited with error: exit status 7`. */
export function runtimeExitReason(exit: Exit): string {
  // A runtime should never exit, so status 0 is an error too.
  if (exit.code === 0) return "Runtime exited without providing a reason";
  return `Runtime exited with error: ${exitStatus(exit)}`;
}

/** The end of an extension, in the words of AWS's emulator (rapid/handlers.go). */
export function extensionExitReason(exit: Exit): string {
  return exit.code === 0 ? "exit code 0" : exitStatus(exit);
}

function exitStatus({ code, signal }: Exit): string {
  if (signal !== null) return `signal: ${signalNames[signal] ?? signal}`;
  return `exit status ${code}`;
}
