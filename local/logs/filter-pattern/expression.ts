// Conditions joined by && and ||, with parentheses: the inside of `{ … }` and of fields in `[ … ]`.
import { takeComparison } from "./comparison.ts";
import type { Scanner } from "./scanner.ts";

/** Finds the values a condition is about; none when there is no such thing. */
export type Selector<Subject> = (subject: Subject) => readonly unknown[];

/** && binds closer than ||. */
export function takeExpression<Subject>(
  scanner: Scanner,
  takeSelector: () => Selector<Subject>,
): (subject: Subject) => boolean {
  type Condition = (subject: Subject) => boolean;

  function takeAny(): Condition {
    const conditions = [takeAll()];
    while (taken("||")) conditions.push(takeAll());
    return (subject) => conditions.some((condition) => condition(subject));
  }

  function takeAll(): Condition {
    const conditions = [takeOne()];
    while (taken("&&")) conditions.push(takeOne());
    return (subject) => conditions.every((condition) => condition(subject));
  }

  function takeOne(): Condition {
    scanner.skipSpace();
    const start = scanner.position;
    if (scanner.take("(")) {
      const condition = takeAny();
      if (!taken(")")) scanner.fail("( is missing its closing )", start);
      return condition;
    }
    const select = takeSelector();
    scanner.skipSpace();
    const holds = takeComparison(scanner);
    return (subject) => holds(select(subject));
  }

  function taken(text: string): boolean {
    scanner.skipSpace();
    return scanner.take(text);
  }

  return takeAny();
}
