// The children of one runner: started, ended together, and cleaned up after.
import type { Invocation } from "../invocation.ts";
import { type Child, type ChildOptions, type Command, startChild } from "./child.ts";
import { endChildren } from "./end-children.ts";
import { type EndedScript, killEscapedOf } from "./escaped.ts";

export interface Children {
  start(command: Command, options: ChildOptions): Child;
  /** Notes that the child has got this event. */
  given(child: Child, invocation: Invocation): void;
  /**
   * Kills what has left the group of the child that got the last event; call it after the answer.
   */
  killEscaped(): void;
  /** Ends all that run. */
  end(): Promise<void>;
}

/** `killEscaped` is called with each script that has answered. */
export function createChildren(killEscaped = killEscapedOf): Children {
  const running = new Set<Child>();
  let last: EndedScript | undefined;
  return {
    start(command, options) {
      const child = startChild(command, options);
      running.add(child);
      void child.ended.then(() => running.delete(child));
      return child;
    },
    given({ pid }, { id }) {
      if (pid !== undefined) last = { pid, requestId: id };
    },
    killEscaped() {
      if (last !== undefined) killEscaped(last);
      last = undefined;
    },
    end: () => endChildren(running),
  };
}
