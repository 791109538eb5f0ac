// Patterns of words: all of them, `?any` `?of` them, none of `-these`, "whole phrases", %regex%.
import { takeRegex } from "./regex.ts";
import { type Scanner, takeQuoted } from "./scanner.ts";

type Matches = (text: string) => boolean;

export function takeTermPattern(scanner: Scanner): Matches {
  const wanted: Matches[] = [];
  const optional: Matches[] = [];
  const unwanted: Matches[] = [];
  for (scanner.skipSpace(); !scanner.atEnd(); scanner.skipSpace()) {
    const list = scanner.take("?") ? optional : scanner.take("-") ? unwanted : wanted;
    list.push(takeTerm(scanner));
  }
  // AWS ignores `?` terms as soon as there is a term of another kind.
  const anyOf = wanted.length + unwanted.length === 0 ? optional : [];
  return (text) =>
    wanted.every((matches) => matches(text)) &&
    !unwanted.some((matches) => matches(text)) &&
    (anyOf.length === 0 || anyOf.some((matches) => matches(text)));
}

function takeTerm(scanner: Scanner): Matches {
  const next = scanner.text[scanner.position];
  if (next === "%") return takeRegex(scanner);
  if (next === '"') {
    const phrase = takeQuoted(scanner);
    // `" "` is documented to match everything.
    return phrase.trim() === "" ? () => true : (text) => text.includes(phrase);
  }
  const start = scanner.position;
  const term = scanner.match(/\S+/y);
  if (term === undefined) return scanner.fail("a term is missing after ? or -");
  if (/^[\p{Letter}\p{Mark}\p{Number}_]+$/u.test(term)) return (text) => text.includes(term);
  const quoted = `"${term.replace(/["\\]/g, "\\$&")}"`;
  return scanner.fail(`Invalid character(s) in term '${term}'; put it in quotes: ${quoted}`, start);
}
