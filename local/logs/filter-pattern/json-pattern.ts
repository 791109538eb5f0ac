// Patterns for messages that are JSON objects: `{ $.level = "ERROR" && $.items[0].n > 3 }`.
import { type Selector, takeExpression } from "./expression.ts";
import type { Scanner } from "./scanner.ts";

/** A name, an index, or any of them. */
type Step = string | number | typeof anyStep;
const anyStep = Symbol("*");

/** AWS's quotas for wildcards. */
const mostWildcards = { selector: 1, pattern: 3 } as const;

/** Takes `{ … }`, of which the brace is next. */
export function takeJsonPattern(scanner: Scanner): (message: string) => boolean {
  const start = scanner.position;
  scanner.take("{");
  let wildcards = 0;
  const holds = takeExpression<unknown>(scanner, () => {
    const place = scanner.position;
    const steps = takeSteps(scanner);
    const own = steps.filter((step) => step === anyStep).length;
    wildcards += own;
    if (own > mostWildcards.selector) scanner.fail("a selector may contain only one *", place);
    if (wildcards > mostWildcards.pattern)
      scanner.fail("the selectors of a pattern may contain at most three *", place);
    return selectorOf(steps);
  });
  scanner.skipSpace();
  if (scanner.atEnd()) scanner.fail("{ is missing its closing }", start);
  if (!scanner.take("}")) scanner.fail("expected &&, || or }");
  return (message) => {
    const event = parseObject(message);
    return event !== undefined && holds(event);
  };
}

function takeSteps(scanner: Scanner): Step[] {
  if (!scanner.take("$")) scanner.fail("a selector must begin with $, as in $.level");
  const steps: Step[] = [];
  for (;;) {
    const step = takeStep(scanner);
    if (step === undefined) break;
    steps.push(step);
  }
  if (steps.length === 0) scanner.fail("a name must follow $, as in $.level");
  return steps;
}

function takeStep(scanner: Scanner): Step | undefined {
  const hasDot = scanner.take(".");
  if (scanner.take("[")) return takeBracket(scanner);
  if (!hasDot) return undefined;
  if (scanner.take("*")) return anyStep;
  const name = scanner.match(/[\p{Letter}\p{Number}_\-@]+/uy);
  return name ?? scanner.fail("a name or * must follow the dot");
}

function takeBracket(scanner: Scanner): Step {
  const start = scanner.position - 1;
  const inside = scanner.match(/(?:\*|\d+|'[^']*'|"[^"]*")\]/y)?.slice(0, -1);
  if (inside === undefined)
    return scanner.fail("[ ] must contain a number, * or a name in quotes, as in ['a.b']", start);
  if (inside === "*") return anyStep;
  return /^\d/.test(inside) ? Number(inside) : inside.slice(1, -1);
}

function selectorOf(steps: readonly Step[]): Selector<unknown> {
  return (subject) =>
    steps.reduce<unknown[]>(
      (nodes, step) => nodes.flatMap((node) => children(node, step)),
      [subject],
    );
}

/** Wrapped once more, since flatMap opens one level of arrays. */
function children(node: unknown, step: Step): unknown[] {
  if (typeof node !== "object" || node === null) return [];
  if (step === anyStep) return Object.values(node);
  if (typeof step === "number") return Array.isArray(node) && step in node ? [node[step]] : [];
  return !Array.isArray(node) && Object.hasOwn(node, step)
    ? [(node as Record<string, unknown>)[step]]
    : [];
}

function parseObject(message: string): object | undefined {
  // Cheaper than an exception for each line of text.
  if (!/^\s*\{/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined; // A line of text that begins with a brace: such a pattern matches none.
  }
}
