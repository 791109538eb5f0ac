// What is known of the process that served an event, for metrics. Without them nothing is looked up or kept.
import type { Ending } from "../answer/script-failure.ts";
import { readProcessFile, statusBytes } from "./proc.ts";

export interface ProcessFacts {
  readonly ending: Ending;
  /** The most memory it had when it was last looked at; undefined when that was never in time. */
  readonly peakBytes: number | undefined;
}

let byRequestId: Map<string, ProcessFacts> | undefined;

/** From now on facts are kept. */
export function keepProcessFacts(): void {
  byRequestId = new Map();
}

export function keepsProcessFacts(): boolean {
  return byRequestId !== undefined;
}

export function noteProcess(requestId: string, facts: ProcessFacts): void {
  byRequestId?.set(requestId, facts);
}

export function takeProcessFacts(requestId: string): ProcessFacts | undefined {
  const facts = byRequestId?.get(requestId);
  byRequestId?.delete(requestId);
  return facts;
}

/** The most memory of a process that runs (proc(5), VmHWM); one that is ending has none any more. */
export function peakBytesOf(pid: number): number | undefined {
  return statusBytes(readProcessFile(pid, "status"), "VmHWM") || undefined;
}
