// What every call to Lambda during a deployment shares.
import type { LambdaClient } from "@aws-sdk/client-lambda";

/** What long work reports while it runs. */
export interface Steps {
  /** What begins now. */
  step(text: string): void;
  /** How far the step is, from 0 to 1. */
  at(part: number): void;
  /** A note about what was done. */
  done(text: string): void;
  warn(text: string): void;
}

export interface Session {
  readonly client: LambdaClient;
  readonly region: string;
  /** Aborted when the user stops the command: no further call is made, and the running one is abandoned. */
  readonly signal: AbortSignal | undefined;
  readonly steps: Steps;
  /**
   * Called after each call that changed something, in the past tense: `created the function hello`.
   */
  readonly onDone: (text: string) => void;
}

/** As the second argument of every `client.send`. */
export function callOptions({ signal }: Pick<Session, "signal">): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

/** Undefined if Lambda answers that it does not exist. */
export async function orUndefined<Output>(call: Promise<Output>): Promise<Output | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}
