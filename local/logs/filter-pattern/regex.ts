// The regular expressions of filter patterns, `%…%`: AWS's small dialect, matched in linear time.
// See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
// The dialect has no groups, so an expression is a list of characters with a count each. Walking
// all possible places at once never goes back, so no pattern can hang the service.
import type { Scanner } from "./scanner.ts";

type Test = (code: number) => boolean;

/** One place of the expression; `repeats` stays, `skips` may be passed over. */
interface Place {
  readonly test: Test;
  readonly repeats: boolean;
  readonly skips: boolean;
}

interface Alternative {
  readonly fromStart: boolean;
  readonly toEnd: boolean;
  readonly places: readonly Place[];
}

/** Bounds the work for each character, since `{m,n}` writes a place out m to n times. */
const mostPlaces = 2000;

const literals = /[A-Za-z0-9:_#=@/;,\- ]/;
const escapable = /[:_#=@/;,\-^$?[\]{}|\\*+. %]/;

const digit: Test = (code) => code >= 48 && code <= 57;
const word: Test = (code) =>
  digit(code) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
const space: Test = (code) => code === 32 || (code >= 9 && code <= 13);
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);
const classes: Readonly<Record<string, Test>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};
const any: Test = () => true;

/** Takes `%…%`, of which the first % is next. Finds the expression anywhere in a text. */
export function takeRegex(scanner: Scanner): (text: string) => boolean {
  const start = scanner.position;
  scanner.take("%");
  if (scanner.take("%")) scanner.fail("the regular expression between % and % is empty", start);
  const alternatives: Alternative[] = [];
  do alternatives.push(takeAlternative(scanner, start));
  while (scanner.take("|"));
  if (!scanner.take("%")) scanner.fail("the regular expression is missing its closing %", start);
  const finders = alternatives.map(createFinder);
  return (text) => finders.some((isFound) => isFound(text));
}

function takeAlternative(scanner: Scanner, start: number): Alternative {
  const fromStart = scanner.take("^");
  const places: Place[] = [];
  let toEnd = false;
  while (!scanner.atEnd() && !/[%|]/.test(scanner.text[scanner.position] ?? "")) {
    if (toEnd)
      scanner.fail("$ is allowed only at the end of an expression; write \\$ for the character");
    if (scanner.take("$")) {
      toEnd = true;
      continue;
    }
    const test = takeCharacter(scanner);
    for (const place of takeCount(scanner, test)) places.push(place);
    if (places.length > mostPlaces) scanner.fail("the regular expression is too long", start);
  }
  return { fromStart, toEnd, places };
}

function takeCharacter(scanner: Scanner): Test {
  if (scanner.take("[")) return takeSet(scanner);
  if (scanner.take("\\")) return testOf(takeEscape(scanner));
  if (scanner.take(".")) return any;
  const character = scanner.text[scanner.position] ?? "";
  if (!literals.test(character)) {
    const hint =
      "( ) and non-ASCII characters cannot be used; \\xhh stands for any ASCII character";
    return scanner.fail(`"${character}" is not supported in a regular expression here: ${hint}`);
  }
  scanner.position += 1;
  return testOf(character.charCodeAt(0));
}

/** A character's code, or a class such as `\d`. */
function takeEscape(scanner: Scanner): number | Test {
  const hex = scanner.match(/x[0-9A-Fa-f]{2}/y);
  if (hex !== undefined) return Number.parseInt(hex.slice(1), 16);
  const character = scanner.text[scanner.position] ?? "";
  const named = Object.hasOwn(classes, character) ? classes[character] : undefined;
  if (named === undefined && !escapable.test(character)) {
    return scanner.fail(`\\${character} is not supported in a regular expression here`);
  }
  scanner.position += 1;
  return named ?? character.charCodeAt(0);
}

function testOf(what: number | Test): Test {
  return typeof what === "number" ? (code) => code === what : what;
}

/** The rest of `[…]`. */
function takeSet(scanner: Scanner): Test {
  const start = scanner.position - 1;
  const isNegated = scanner.take("^");
  const tests: Test[] = [];
  while (!scanner.take("]")) {
    if (scanner.atEnd() || scanner.text[scanner.position] === "%")
      scanner.fail("[ is missing its closing ]", start);
    const low = takeMember(scanner);
    const isRange = /^-[^\]]/.test(scanner.text.slice(scanner.position, scanner.position + 2));
    if (typeof low !== "number" || !isRange) {
      tests.push(testOf(low));
      continue;
    }
    scanner.take("-");
    const high = takeMember(scanner);
    if (typeof high !== "number" || high < low)
      return scanner.fail("the range in [ ] must go from a lower to a higher character", start);
    tests.push((code) => code >= low && code <= high);
  }
  if (tests.length === 0) scanner.fail("[ ] is empty", start);
  const isMember: Test = (code) => tests.some((test) => test(code));
  return isNegated ? not(isMember) : isMember;
}

function takeMember(scanner: Scanner): number | Test {
  if (scanner.take("\\")) return takeEscape(scanner);
  const character = scanner.text[scanner.position] ?? "";
  if (!literals.test(character) && !/[.$?*+{}|^]/.test(character))
    return scanner.fail(`"${character}" is not supported in [ ] here`);
  scanner.position += 1;
  return character.charCodeAt(0);
}

/** The character as often as `?`, `*`, `+`, `{m}`, `{m,}` or `{m,n}` behind it says. */
function takeCount(scanner: Scanner, test: Test): Place[] {
  const once: Place = { test, repeats: false, skips: false };
  const optional: Place = { test, repeats: false, skips: true };
  const often: Place = { test, repeats: true, skips: true };
  const start = scanner.position;
  if (scanner.take("?")) return [optional];
  if (scanner.take("*")) return [often];
  if (scanner.take("+")) return [once, often];
  if (!scanner.take("{")) return [once];
  const counts = /^(\d*)(,?) ?(\d*)\}$/.exec(scanner.match(/[\d, ]*\}/y) ?? "");
  if (!counts || (counts[1] === "" && counts[3] === ""))
    return scanner.fail("{ } must contain one or two numbers, as in {3} or {3,5}", start);
  const least = Number(counts[1]);
  const most = counts[2] === "" ? least : counts[3] === "" ? undefined : Number(counts[3]);
  if (least > mostPlaces || (most !== undefined && (most > mostPlaces || most < least)))
    return scanner.fail(
      `the numbers in { } must be in ascending order, at most ${mostPlaces}`,
      start,
    );
  const rest = most === undefined ? [often] : Array.from({ length: most - least }, () => optional);
  return [...Array.from({ length: least }, () => once), ...rest];
}

/** All places the text so far can have led to, at once; `seen` tells whether one is in already. */
function createFinder({ fromStart, toEnd, places }: Alternative): (text: string) => boolean {
  const end = places.length;
  const seen = new Uint32Array(end + 1);
  let turn = 0;
  // Most of a log does not even begin to match: that much is passed over in a loop of its own.
  const [first] = places;
  const beginning = fromStart || first?.skips ? undefined : first;

  function enter(reached: number[], place: number): void {
    for (let at = place; seen[at] !== turn; at += 1) {
      seen[at] = turn;
      reached.push(at);
      if (!places[at]?.skips) return;
    }
  }

  return (text) => {
    let reached: number[] = [];
    let next: number[] = [];
    seen.fill(0);
    turn = 1;
    for (let index = 0; ; index += 1) {
      if (!fromStart || index === 0) enter(reached, 0);
      if (beginning && reached.length === 1) {
        while (index < text.length && !beginning.test(text.charCodeAt(index))) index += 1;
      }
      const isOver = index === text.length;
      if (seen[end] === turn && (!toEnd || isOver)) return true;
      if (isOver || reached.length === 0) return false;
      const code = text.charCodeAt(index);
      turn += 1;
      for (const at of reached) {
        const place = places[at];
        if (place?.test(code)) enter(next, place.repeats ? at : at + 1);
      }
      [reached, next] = [next, reached];
      next.length = 0;
    }
  };
}
