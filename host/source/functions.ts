// The functions in a text that `blank` has processed, and which of them run when the text does.
// Each look around a position is bounded, so that a bundle of megabytes stays fast.

export interface Text {
  readonly code: string;
  /** For each bracket the position of its partner, for anything else 0. */
  readonly partners: Int32Array;
}

export interface FoundFunction {
  /** Where its body begins and ends. */
  readonly from: number;
  readonly to: number;
  /** The name by which it is called; undefined for a method, or a function without a name. */
  readonly name: string | undefined;
  /** It is called where it stands, or passed to a call that calls it now or soon. */
  readonly runs: boolean;
}

/** How far a name, a type or a keyword may be from what it belongs to. */
const reach = 200;

export function before(code: string, at: number): string {
  return code.slice(Math.max(0, at - reach), at);
}

export function after(code: string, at: number): string {
  return code.slice(at, at + reach);
}

export function textOf(code: string): Text {
  const partners = new Int32Array(code.length);
  const waiting: number[] = [];
  for (let at = 0; at < code.length; at++) {
    const character = code[at] as string;
    if ("([{".includes(character)) waiting.push(at);
    else if (")]}".includes(character)) {
      const open = waiting.pop() ?? at;
      partners[at] = open;
      partners[open] = at;
    }
  }
  // What is never closed reaches to the end.
  for (const open of waiting) partners[open] = code.length;
  return { code, partners };
}

export function functionsIn(text: Text): FoundFunction[] {
  const { code, partners } = text;
  const found: FoundFunction[] = [];
  for (const { index } of code.matchAll(/=>/g)) {
    const from = index + 2 + (/^\s*/.exec(after(code, index + 2))?.[0].length ?? 0);
    const to = code[from] === "{" ? partnerOf(text, from) + 1 : endOfExpression(text, from);
    const parameters = parametersBefore(text, index);
    const single = /[\w$]+\s*$/.exec(before(code, index))?.[0].length ?? 0;
    const head = withoutAsync(code, parameters ?? index - single);
    found.push({ from, to, name: nameBefore(code, head), runs: runsFrom(text, head, to) });
  }
  for (const { index } of code.matchAll(/\{/g)) {
    const parameters = parametersBefore(text, index);
    if (parameters === undefined) continue;
    const [all = "", keyword, own = ""] =
      /(?:\b(function)\s*\*?\s*)?([\w$]*)\s*(?:<[^()]*>\s*)?$/.exec(before(code, parameters)) ?? [];
    if (/^(?:if|for|while|switch|with|catch)$/.test(own)) continue;
    const to = (partners[index] as number) + 1;
    const head = withoutAsync(code, parameters - all.length);
    found.push(
      keyword === undefined
        ? { from: index, to, name: undefined, runs: false }
        : { from: index, to, name: own || nameBefore(code, head), runs: runsFrom(text, head, to) },
    );
  }
  return found;
}

/**
 * Where the parameters open of the function whose body or arrow begins here; undefined if there are
 * none.
 */
function parametersBefore({ code, partners }: Text, at: number): number | undefined {
  // A return type may be in between.
  const window = before(code, at);
  const close = /\)(?:\s*:[^;{}()=]*)?\s*$/.exec(window);
  return close ? partners[at - window.length + close.index] : undefined;
}

function withoutAsync(code: string, head: number): number {
  return head - (/(?:\basync\s*)?(?:<[^()]*>\s*)?$/.exec(before(code, head))?.[0].length ?? 0);
}

/** `name =` or `name: type =`. */
function nameBefore(code: string, head: number): string | undefined {
  return /(?<![\w$.])([\w$]+)\s*(?::[^=;{}]*)?=\s*$/.exec(before(code, head))?.[1];
}

function runsFrom(text: Text, head: number, to: number): boolean {
  const { code } = text;
  if (/^\s*\)?\s*(?:\?\.\s*)?(?:\.(?:call|apply)\s*)?\(/.test(after(code, to))) return true;
  return /[(,]\s*$/.test(before(code, head)) && isHandedOver(text, head);
}

/** Calls that call their argument now or soon, wherever their result goes. */
const calling =
  /(?:\.(?:then|catch|finally|all|allSettled|race|any|try|nextTick|forEach|map)|\b(?:setTimeout|setImmediate|setInterval|queueMicrotask))\s*(?:\?\.\s*)?$/;

/** Whether a position is an argument of a call that calls it, as far as can be told. */
export function isHandedOver(text: Text, place: number): boolean {
  const open = enclosing(text, place);
  if (open === undefined || text.code[open] !== "(") return false;
  const callee = before(text.code, open).trimEnd();
  if (!/[\w$\])]$/.test(callee)) return false;
  // Or a statement of its own, made for its effect, such as `await run(main)`.
  return (
    calling.test(callee) ||
    /(?:^|[;{}\n]|\b(?:await|void)\s)\s*(?:(?:await|void)\s+)*[\w$.]+$/.test(callee)
  );
}

/** The index of the bracket that is open at a position. */
function enclosing({ code, partners }: Text, place: number): number | undefined {
  for (let at = place - 1; at >= 0; at--) {
    const character = code[at] as string;
    if (")]}".includes(character)) at = Math.min(at, partners[at] as number);
    else if ("([{".includes(character)) return at;
  }
  return undefined;
}

/** Where the operand begins that ends at a position. */
export function startOfExpression({ code, partners }: Text, place: number): number {
  for (let at = place - 1; at >= 0; at--) {
    const character = code[at] as string;
    if (")]}".includes(character)) {
      const open = Math.min(at, partners[at] as number);
      // A block ends the statement before it; what a template holds does not.
      if (character === "}" && code[open - 1] !== "$") return at + 1;
      at = open;
    } else if ("([{;,\n".includes(character)) return at + 1;
  }
  return 0;
}

/**
 * Where an expression ends that begins here: at a comma, a bracket or a line that another follows.
 */
export function endOfExpression(text: Text, from: number): number {
  const { code } = text;
  for (let at = from; at < code.length; at++) {
    const character = code[at] as string;
    if ("([{".includes(character)) at = partnerOf(text, at);
    else if (",;)]}".includes(character)) return at;
    else if (character === "\n" && !continues(code, at)) return at;
  }
  return code.length;
}

export function partnerOf({ partners }: Text, at: number): number {
  return partners[at] as number;
}

function continues(code: string, newline: number): boolean {
  return (
    /[=+\-*/%&|?:,.(<>^!~]\s*$/.test(before(code, newline)) ||
    /^\s*(?:[.?:*/%&|,)\]]|=>)/.test(after(code, newline))
  );
}
