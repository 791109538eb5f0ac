// console in the host's own process. Where it goes to the log, each call is one record, as in AWS's
// Node runtime (docs/conventions.md, section 6); where it goes to stdout, each event has its own
// groups, counters and timers.
import type { Console as NodeConsole } from "node:console";
import type { Level, Log } from "../log.ts";
import { currentScope, eventScopes } from "./event-scope.ts";

type Method = (...args: unknown[]) => void;
type Methods = Record<string, Method>;

const levelOf: Readonly<Record<string, Level>> = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  log: "INFO",
  warn: "WARN",
  error: "ERROR",
  fatal: "FATAL",
};

/** The methods that write to stdout in mode `main`. */
const stdoutMethods = ["log", "info", "dir", "dirxml", "table", "assert"];
const statefulMethods = [
  "group",
  "groupCollapsed",
  "groupEnd",
  "count",
  "countReset",
  "time",
  "timeEnd",
  "timeLog",
];

/** Binds the global console once; `isStdout` says that log and info are the response. */
export function bindConsole(log: Log, isStdout: boolean): void {
  const methods = console as unknown as Methods;
  const recorded = Object.keys(levelOf).filter(
    (name) => !isStdout || !stdoutMethods.includes(name),
  );
  const records: Methods = {};
  for (const name of recorded) records[name] = recorder(log, levelOf[name] as Level);
  Object.assign(methods, records);
  if (isStdout) bindState(methods, records);
}

function recorder(log: Log, level: Level): Method {
  const isError = level !== "INFO" && level !== "DEBUG";
  const isWanted = log.wants(level);
  return (message, ...rest) => {
    const scope = currentScope();
    if (isWanted) {
      log.record(level, (log.isJson ? jsonRecord : textRecord)(level, scope, message, rest));
    }
    // In a script run by hand these go to stderr, and the end of stderr explains a failure.
    if (isError) scope?.keepStderr(`${formatted(message, rest)}\n`);
  };
}

type Scope = ReturnType<typeof currentScope>;

function textRecord(level: Level, scope: Scope, message: unknown, rest: unknown[]): string {
  const id = scope?.invocation.id ?? noEvent;
  return `${new Date().toISOString()}\t${id}\t${level}\t${formatted(message, rest)}`;
}

/** What AWS's runtime writes before the first event. */
const noEvent = "-";

function jsonRecord(level: Level, scope: Scope, message: unknown, rest: unknown[]): string {
  const record: Record<string, unknown> = {
    timestamp: new Date().toISOString(),
    level,
    requestId: scope?.invocation.id ?? noEvent,
  };
  const tenantId = scope?.invocation.tenantId;
  if (tenantId !== undefined) record.tenantId = tenantId;
  if (rest.length === 0) return withMessage(record, message);
  record.message = formatted(message, rest);
  const error = rest.find((value) => value instanceof Error);
  if (error !== undefined) Object.assign(record, errorMembers(error, []));
  return JSON.stringify(record);
}

/** A single value stays a value, so that its members can be searched for. */
function withMessage(record: Record<string, unknown>, message: unknown): string {
  try {
    return JSON.stringify({ ...record, message }, (_, value) =>
      value instanceof Error ? { ...errorMembers(value, undefined), ...value } : value,
    );
  } catch {
    // A cycle, or a BigInt.
    return JSON.stringify({ ...record, message: formatted(message, []) });
  }
}

function errorMembers(error: Error, noStack: unknown): Record<string, unknown> {
  const { stack } = error;
  return {
    errorType: error.constructor?.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: typeof stack === "string" ? stack.split("\n") : (stack ?? noStack),
  };
}

function formatted(message: unknown, rest: unknown[]): string {
  if (typeof message === "string" && rest.length === 0) return message;
  return process.getBuiltinModule("node:util").format(message, ...rest);
}

/**
 * Groups, counters and timers are state of a console, so an event that uses them gets its own
 * console. Other events do not pay for it.
 */
function bindState(methods: Methods, records: Methods): void {
  function ownConsole(): Methods | undefined {
    const scope = eventScopes.getStore();
    if (scope === undefined) return undefined;
    if (scope.console === undefined) {
      const { Console } = console as unknown as { Console: typeof NodeConsole };
      scope.console = Object.assign(new Console(process.stdout, process.stderr), records);
    }
    return scope.console as unknown as Methods;
  }

  for (const name of statefulMethods) {
    const original = methods[name] as Method;
    methods[name] = (...args) => ((ownConsole()?.[name] as Method) ?? original)(...args);
  }
  for (const name of stdoutMethods) {
    const original = methods[name] as Method;
    methods[name] = (...args) => {
      const own = eventScopes.getStore()?.console as unknown as Methods | undefined;
      if (own === undefined) original(...args);
      else (own[name] as Method)(...args);
    };
  }
}
