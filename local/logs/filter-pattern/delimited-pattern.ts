// Patterns for messages of fields with spaces between: `[ip, user, ..., status = 4*, bytes > 1000]`.
import { takeExpression } from "./expression.ts";
import type { Scanner } from "./scanner.ts";

/** The rest of the line for the last field; `undefined` stands for the ellipsis. */
type Field = ((value: string) => boolean) | undefined;

/** Takes `[…]`, of which the bracket is next. */
export function takeDelimitedPattern(scanner: Scanner): (message: string) => boolean {
  const start = scanner.position;
  scanner.take("[");
  const fields: Field[] = [];
  do fields.push(takeField(scanner));
  while (scanner.take(","));
  if (scanner.atEnd()) scanner.fail("[ is missing its closing ]", start);
  if (!scanner.take("]")) scanner.fail("expected , or ]");
  const ellipsis = fields.indexOf(undefined);
  if (ellipsis !== fields.lastIndexOf(undefined)) scanner.fail("... may appear only once", start);
  return (message) => {
    const values = valuesOf(message, fields, ellipsis);
    return (
      values !== undefined && fields.every((holds, index) => holds?.(values[index] ?? "") ?? true)
    );
  };
}

function takeField(scanner: Scanner): Field {
  scanner.skipSpace();
  if (scanner.take("...")) {
    scanner.skipSpace();
    return undefined;
  }
  const start = scanner.position;
  const name = scanner.match(/\w+/y);
  scanner.skipSpace();
  const next = scanner.text[scanner.position];
  if (next === undefined || next === "," || next === "]") return () => true;
  if (name === undefined && next !== "(") scanner.fail("expected a name, as in w1, or ...");
  scanner.position = start;
  let own: string | undefined;
  const holds = takeExpression<string>(scanner, () => {
    const place = scanner.position;
    const named = scanner.match(/\w+/y) ?? scanner.fail("expected a name");
    own ??= named;
    if (named !== own) scanner.fail(`the conditions of one field must all name ${own}`, place);
    return (value) => [value];
  });
  scanner.skipSpace();
  return holds;
}

/** The value of each field; undefined when the message has too few. */
function valuesOf(
  message: string,
  fields: readonly Field[],
  ellipsis: number,
): (string | undefined)[] | undefined {
  // What stands in brackets or quotes is one field.
  const found = [...message.matchAll(/\[([^\]]*)\]|"([^"]*)"|\S+/g)];
  const texts = found.map((match) => match[1] ?? match[2] ?? match[0]);
  if (ellipsis !== -1) {
    const behind = fields.length - ellipsis - 1;
    if (texts.length < fields.length - 1) return undefined;
    return [...texts.slice(0, ellipsis), undefined, ...texts.slice(texts.length - behind)];
  }
  if (texts.length < fields.length) return undefined;
  const values: (string | undefined)[] = texts.slice(0, fields.length);
  // The last field takes all that is left.
  const last = found[fields.length - 1];
  if (texts.length > fields.length && last) values[fields.length - 1] = message.slice(last.index);
  return values;
}
