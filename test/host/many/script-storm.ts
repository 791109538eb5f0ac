// The events of a storm on scripts: what each does, and what becomes of it.
import type { Kind } from "./storm.ts";

export const stormScript = `#!/bin/sh
event=$(cat)
n=\${event#*'"n":'}
n=\${n%%,*}
kind=\${event#*'"kind":"'}
kind=\${kind%%'"'*}
echo "$kind $n begins" >&2
case $kind in
  good) echo "answer $n" ;;
  slow) sleep 0.3; echo "$kind $n goes on" >&2; echo "answer $n" ;;
  fails) echo "$kind $n half"; echo "$kind $n: oops" >&2; exit 3 ;;
  hangs) trap "" TERM; sleep 60 & wait; sleep 60 ;;
  crashes) kill -SEGV $$ ;;
  floods) yes ;;
  leaves) (setsid sleep 60 & sleep 60 &) ; echo "answer $n" ;;
esac
`;

const answered = (n: number) => ["response", `answer ${n}\n`] as const;

export const scriptKinds: Record<string, Kind> = {
  good: { answer: answered, lines: 1 },
  slow: { answer: answered, lines: 2 },
  // Its half answer is logged, too.
  fails: { answer: () => ["error", "Function.Exit3"], lines: 3 },
  hangs: { answer: () => ["error", "Function.Timeout"], lines: 1, deadlineMs: 1500 },
  crashes: { answer: () => ["error", "Function.SIGSEGV"], lines: 1 },
  floods: { answer: () => ["error", "Function.ResponseSizeTooLarge"], lines: 1 },
  leaves: { answer: answered, lines: 1 },
};
