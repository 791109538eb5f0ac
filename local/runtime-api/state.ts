// The state machine of one execution environment, in the words of AWS's own error messages.

/** For each state, the states a call of the runtime may lead to; every other call is refused. */
const transitions = {
  Started: ["Ready", "InitError"],
  InitError: [],
  Ready: ["Ready", "Running"],
  // A poll in this state changes nothing: Lambda hands out the same event again.
  Running: ["InvocationResponse", "InvocationErrorResponse"],
  InvocationResponse: ["RuntimeResponseSentState"],
  InvocationErrorResponse: ["RuntimeResponseSentState"],
  RuntimeResponseSentState: ["Ready"],
  Exited: [],
} as const;

export type State = keyof typeof transitions;

/** Whether a runtime in state `from` may go to state `to`. */
export function mayBecome(from: State, to: State): boolean {
  return (transitions[from] as readonly State[]).includes(to);
}
