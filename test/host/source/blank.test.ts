// What is left of a source when all that is not code is made spaces.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { blank } from "../../../host/source/blank.ts";

/** The words of the code that is left. */
function words(source: string): string {
  return (blank(source).match(/\w+/g) ?? []).join(" ");
}

const dollar = "$";

describe("what is hidden", () => {
  it("comments, the first line of a script included", () => {
    assert.equal(words("#!/usr/bin/env node\na // b\n/* c\n d */ e /* f"), "a e");
    assert.equal(words("a /* // */ b"), "a b");
    assert.equal(words("a // /*\nb"), "a b");
  });

  it("strings with their escapes, not the code after them", () => {
    assert.equal(words(String.raw`a = "b \" c"; d = 'e \\'; f`), "a d f");
    assert.equal(words(`a = "it's"; b = 'say "c"'; d`), "a b d");
    assert.equal(words('a = "b \\\n c"; d'), "a d");
  });

  it("templates, not the code inside them", () => {
    assert.equal(
      words(`a = \`b ${dollar}{c + \`d ${dollar}{e}\` + {f: 1}.f} g\`; h`),
      "a c e f 1 f h",
    );
    assert.equal(words(`a = \`b \\\` \\${dollar}{c} \`; d`), "a d");
    assert.equal(words("a = `b\nc"), "a");
    assert.equal(words(`a = \`${dollar}{"}"}b\`; c`), "a c");
  });

  it("regular expressions, quotes and slashes in them included", () => {
    assert.equal(words("a = /['\"`]/.test(b)"), "a test b");
    assert.equal(words("a = /[/`]b\\/c/g; d"), "a g d");
    assert.equal(words("return /`/.test(a)"), "return test a");
    assert.equal(words("f(/`/, b); [/'/]"), "f b");
    assert.equal(words("if (a) /`/.test(b); c"), "if a test b c");
    assert.equal(words("while ((a)) /'/.exec(b); c"), "while a exec b c");
    assert.equal(words("{}\n/`/.test(a)"), "test a");
  });
});

describe("what stays", () => {
  it("a division, even before a quote", () => {
    assert.equal(words("a = b / c; d = '/'; e"), "a b c d e");
    assert.equal(words("f(a) / 2 / `x`.length"), "f a 2 length");
    assert.equal(words("a[0] / b / c"), "a 0 b c");
    assert.equal(words("a++ / b / c"), "a b c");
    assert.equal(words("a.return / b / c"), "a return b c");
  });

  it("code after an apostrophe in JSX text", () => {
    assert.equal(words("<p>don't</p>\nexport main"), "p don t p export main");
    assert.equal(words("<p>{`a`}</p>; b; <i>{`c`}</i>; d"), "p p b i i d");
  });

  it("the quotes themselves, so that a name between them can be read in the source", () => {
    assert.equal(blank(`import "./a.ts"`), `import "      "`);
  });
});

describe("any text", () => {
  const nasty = fc.string({ unit: fc.constantFrom(..."/*'\"`$", ..."{}()\\\n\r [];=<>#!a") });

  it("keeps its length and its lines", () => {
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: "binary" })), (text) => {
        const code = blank(text);
        assert.equal(code.length, text.length);
        assert.deepEqual(
          [...code.matchAll(/\n/g)].map(String),
          [...text.matchAll(/\n/g)].map(String),
        );
        for (const [at, character] of [...code.split("")].entries()) {
          assert.ok(character === text[at] || character === " ", `${at}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("between the marks of a comment, a string or a template is hidden, and the code after it is not", () => {
    const wrappers: readonly ((text: string) => string)[] = [
      (text) => `/*${text.replaceAll("*/", "")}*/`,
      (text) => `//${text.replaceAll("\n", " ")}\n`,
      (text) => JSON.stringify(text),
      (text) => `'${text.replaceAll(/[\\'\n\r]/g, " ")}'`,
      (text) => `\`${text.replaceAll(/[\\`$]/g, " ")}\``,
      (text) => `/x${text.replaceAll(/[\\/[\]\n]/g, " ")}/`,
    ];
    fc.assert(
      fc.property(nasty, fc.constantFrom(...wrappers), (text, wrap) => {
        const code = blank(`before = ${wrap(text)}\n;after`);
        assert.match(code, /^before = [/*\s"'`]*;after$/, JSON.stringify(wrap(text)));
      }),
      { numRuns: 2000 },
    );
  });
});

it("reads six megabytes in no long time", () => {
  const line = 'const a = "b" + `c` / 2; // d\n';
  const started = performance.now();
  blank(line.repeat(200_000));
  assert.ok(performance.now() - started < 3000);
});
