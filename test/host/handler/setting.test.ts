// What the handler setting says, before any file is looked at.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { HostError } from "../../../host/errors.ts";
import { parseHandlerSetting } from "../../../host/handler/setting.ts";

function isMalformed(text: string, reason: RegExp): void {
  assert.throws(
    () => parseHandlerSetting(text),
    (error) => {
      assert.ok(error instanceof HostError);
      assert.equal(error.type, "Runtime.MalformedHandlerName");
      assert.match(error.message, reason);
      return true;
    },
    JSON.stringify(text),
  );
}

describe("the forms of the handler setting", () => {
  it("takes a bare string as it is", () => {
    for (const text of ["hello.ts", "src/app.api.get", "(e)=>e", "@scope/pkg.handler", "a:b.c"]) {
      assert.deepEqual(parseHandlerSetting(text), { form: "bare", text });
    }
  });

  it("takes script: with arguments, percent-decoded", () => {
    assert.deepEqual(parseHandlerSetting("script:bin/x,--fast,a%20b%2Cc,,%C3%A9,50%25"), {
      form: "script",
      path: "bin/x",
      args: ["--fast", "a b,c", "", "é", "50%"],
    });
  });

  it("leaves the percent signs of a path alone", () => {
    assert.deepEqual(parseHandlerSetting("script:a%20b.sh"), {
      form: "script",
      path: "a%20b.sh",
      args: [],
    });
  });

  it("takes cmd: with a program and what another language calls syntax", () => {
    assert.deepEqual(parseHandlerSetting("cmd:jq,.Records[].body"), {
      form: "command",
      program: "jq",
      args: [".Records[].body"],
    });
  });

  it("takes module: and splits at the last #", () => {
    assert.deepEqual(parseHandlerSetting("module:src/a#b.ts#api.handler"), {
      form: "module",
      path: "src/a#b.ts",
      exportPath: "api.handler",
    });
  });

  it("takes expr: whole, whatever it looks like", () => {
    assert.deepEqual(parseHandlerSetting("expr:script:x,y#z/../w"), {
      form: "expression",
      source: "script:x,y#z/../w",
    });
  });
});

describe("a malformed handler setting", () => {
  it("is refused when it is empty, saying what to set", () => {
    isMalformed("", /empty.*hello\.ts/);
  });

  it("is refused with any white space or NUL", () => {
    for (const text of [
      " a.ts",
      "a.ts\n",
      "a\tb",
      "expr:(e) => e",
      "a\0b",
      "cmd:jq,a b",
      "a\u00a0b",
    ]) {
      isMalformed(text, /white space/);
    }
  });

  it("is refused with a .. segment, and only a segment", () => {
    for (const text of ["..", "../a.ts", "a/../b.ts", "a/..", "script:../a", "module:a/../b#c"]) {
      isMalformed(text, /"\.\." segment/);
    }
    for (const text of ["foo..bar", "...", "a../b", "..a/b.ts"]) {
      assert.equal(parseHandlerSetting(text).form, "bare");
    }
  });

  it("is refused when nothing follows its prefix", () => {
    for (const prefix of ["script:", "module:", "expr:", "cmd:"])
      isMalformed(prefix, /nothing follows/);
    isMalformed("cmd:,x", /before the first comma/);
  });

  it("is refused when a module has no path or no export", () => {
    for (const text of ["module:a.ts", "module:#a", "module:a.ts#"])
      isMalformed(text, /PATH#EXPORT/);
  });

  it("is refused with a bad percent escape or an encoded NUL", () => {
    isMalformed("cmd:jq,100%", /write % as %25/);
    isMalformed("script:a.sh,%FF", /percent-encoding/);
    isMalformed("cmd:jq,a%00b", /NUL/);
  });

  it("is a HostError and nothing else, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 128 }), (text) => {
        try {
          parseHandlerSetting(text);
        } catch (error) {
          assert.ok(error instanceof HostError);
        }
      }),
    );
  });

  it("gives any arguments back that were percent-encoded", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"))),
        (args) => {
          const text = ["script:x", ...args.map(encodeURIComponent)].join(",");
          assert.deepEqual(parseHandlerSetting(text), { form: "script", path: "x", args });
        },
      ),
    );
  });
});
