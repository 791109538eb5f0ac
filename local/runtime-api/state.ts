// The state machine of one execution environment, in the words of AWS's own error messages.

/** For each state, the states a call of the runtime may lead to; every other call is refused. */
const transitions = {
  Started: ["Ready", "InitError", "RestoreReady"],
  InitError: [],
  // SnapStart: the runtime waits in restore/next, and `Restoring` begins with the answer to it.
  RestoreReady: ["Restoring"],
  Restoring: ["Ready", "RuntimeRestoreErrorState"],
  RuntimeRestoreErrorState: [],
  // Managed Instances stay here: their invocations each have a state of their own.
  Ready: ["Ready", "Running"],
  // A poll in this state changes nothing: Lambda hands out the same event again.
  Running: ["InvocationResponse", "InvocationErrorResponse"],
  InvocationResponse: ["RuntimeResponseSentState"],
  InvocationErrorResponse: ["RuntimeResponseSentState"],
  RuntimeResponseSentState: ["Ready"],
  Exited: [],
} as const;

export type State = keyof typeof transitions;

/** Whether a runtime may go from one state to another. */
export function mayBecome(from: State, to: State): boolean {
  return (transitions[from] as readonly State[]).includes(to);
}

/** Whether the runtime has not asked for an event yet. */
export function isInitializing(state: State): boolean {
  return state === "Started" || state === "RestoreReady" || state === "Restoring";
}
