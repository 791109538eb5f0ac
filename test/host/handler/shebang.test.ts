// The first line of a script, as the kernel and env read it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseShebang, readStart } from "../../../host/handler/shebang.ts";
import { temporaryFiles } from "../temporary-files.ts";

function read(text: string | Buffer) {
  return parseShebang(Buffer.from(text));
}

function program(name: string, ...args: string[]) {
  return { program: name, args, assignments: {} };
}

describe("the kernel's part", () => {
  it("reads a program", () => {
    assert.deepEqual(read("#!/bin/sh\necho"), program("/bin/sh"));
    assert.deepEqual(read("#!/bin/sh"), program("/bin/sh"));
  });

  it("reads over spaces and tabs before and after the program", () => {
    for (const line of ["#! /bin/sh", "#!\t/bin/sh  ", "#!/bin/sh \t"]) {
      assert.deepEqual(read(`${line}\nx`), program("/bin/sh"), JSON.stringify(line));
    }
  });

  it("hands the rest of the line over as one argument", () => {
    assert.deepEqual(read("#!/usr/bin/awk -v a=1 -f\n"), program("/usr/bin/awk", "-v a=1 -f"));
  });

  it("strips a carriage return", () => {
    assert.deepEqual(read("#!/bin/sh\r\necho\r\n"), program("/bin/sh"));
    assert.deepEqual(read("#!/usr/bin/env node\r\n"), program("node"));
  });

  it("reads over a byte order mark", () => {
    assert.deepEqual(read("\uFEFF#!/usr/bin/env python3\n"), program("python3"));
  });

  it("finds none in other files", () => {
    for (const text of [
      "",
      "#",
      "#!",
      "#!\n/bin/sh",
      "#!   \n",
      " #!/bin/sh",
      "\n#!/bin/sh",
      "\x7fELF",
    ]) {
      assert.equal(read(text), undefined, JSON.stringify(text));
    }
    assert.equal(read(Buffer.from([0x23, 0x20, 0x21])), undefined);
  });
});

describe("env's part", () => {
  it("takes the one name that follows env", () => {
    assert.deepEqual(read("#!/usr/bin/env python3\n"), program("python3"));
    assert.deepEqual(read("#!/usr/bin/env node --no-warnings\n"), program("node --no-warnings"));
  });

  it("splits the words of -S, spelt in any way", () => {
    for (const option of ["-S ", "-S", "--split-string=", "--split-string ", "-vS "]) {
      assert.deepEqual(
        read(`#!/usr/bin/env ${option}npx tsx\n`),
        program("npx", "tsx"),
        JSON.stringify(option),
      );
    }
  });

  it("reads the quotes of -S and its comment", () => {
    assert.deepEqual(
      read(`#!/usr/bin/env -S perl -e 'print "a b"' "it's" a"b c"d '' # rest\n`),
      program("perl", "-e", 'print "a b"', "it's", "ab cd", ""),
    );
  });

  it("takes assignments before the program and none behind it", () => {
    assert.deepEqual(read("#!/usr/bin/env -S A=1 B='x y' node C=3\n"), {
      program: "node",
      args: ["C=3"],
      assignments: { A: "1", B: "x y" },
    });
  });

  it("leaves to env its own options, its escapes and its variables", () => {
    for (const rest of [
      "-S -i node",
      "-S node 'open",
      "-i",
      "-S -u HOME node",
      String.raw`-S a\_b c`,
      `-S node ${"$"}{X}`,
    ]) {
      assert.deepEqual(read(`#!/usr/bin/env ${rest}\n`), program("/usr/bin/env", rest), rest);
    }
    assert.deepEqual(read("#!/usr/bin/env\n"), program("/usr/bin/env"));
    assert.deepEqual(read("#!/usr/bin/env -S A=1\n"), program("/usr/bin/env", "-S A=1"));
  });
});

describe("env itself", { skip: splitsWords() ? false : "this env has no -S" }, () => {
  it("splits any words as we do", () => {
    const show = join(temporaryFiles({ "show*": `#!/bin/sh\nprintf '%s\\0' "$A" "$@"\n` }), "show");
    const piece = fc.constantFrom("a", " ", "'", '"', "#", "=", "A=1", "-x", "\t", "é");
    fc.assert(
      fc.property(fc.boolean(), fc.array(piece, { maxLength: 8 }), (assigns, pieces) => {
        const words = `${assigns ? "A='x y' " : ""}${show} ${pieces.join("")}`.trimEnd();
        const shebang = read(`#!/usr/bin/env -S ${words}\n`);
        // A quote that is not closed is left to env.
        if (shebang === undefined || shebang.program !== show) return;
        const { stdout, status } = spawnSync("env", [`-S ${words}`], {
          encoding: "utf8",
          env: { PATH: process.env.PATH },
        });
        assert.equal(status, 0, words);
        assert.deepEqual(
          stdout.split("\0"),
          [shebang.assignments.A ?? "", ...shebang.args, ""],
          words,
        );
      }),
      { numRuns: 200 },
    );
  });
});

function splitsWords(): boolean {
  return spawnSync("env", ["-S true"]).status === 0;
}

describe("the start of a file", () => {
  it("is no longer than the 256 bytes that the kernel reads, so a longer line is cut there", () => {
    const root = temporaryFiles({ long: `#!/bin/sh ${"x".repeat(400)}\n`, short: "#!/bin/sh\n" });
    const start = readStart(join(root, "long"));
    assert.equal(start.length, 256);
    assert.deepEqual(parseShebang(start), program("/bin/sh", "x".repeat(246)));
    assert.equal(readStart(join(root, "short")).toString(), "#!/bin/sh\n");
  });
});

it("never throws, whatever a file begins with", () => {
  const start = fc.oneof(
    fc.uint8Array({ maxLength: 256 }),
    fc.string({ maxLength: 250 }).map((text) => `#!/usr/bin/env -S ${text}`),
  );
  fc.assert(
    fc.property(start, (bytes) => {
      const shebang = parseShebang(Buffer.from(bytes as string));
      assert.ok(shebang === undefined || shebang.program !== "");
    }),
  );
});
