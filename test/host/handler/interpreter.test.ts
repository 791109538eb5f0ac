// Who runs a script: its shebang, else its extension, else the kernel.
import assert from "node:assert/strict";
import { arch } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { canBeScript, chooseInterpreter } from "../../../host/handler/interpreter.ts";
import { temporaryFiles } from "../temporary-files.ts";

/** A PATH with these programs and nothing else. */
function pathWith(...programs: string[]): string {
  return temporaryFiles(Object.fromEntries(programs.map((name) => [`${name}*`, "#!/bin/sh\n"])));
}

function choose(name: string, content: string | Buffer, path = "") {
  const file = name.replace(/\*$/, "");
  return chooseInterpreter(join(temporaryFiles({ [name]: content }), file), path);
}

const node = { kind: "node", nodeArgs: [], wantsTsx: false };

describe("a shebang", () => {
  it("decides before the extension", () => {
    const path = pathWith("python3");
    assert.deepEqual(choose("a.sh", "#!/usr/bin/env python3\n", path), {
      kind: "program",
      program: join(path, "python3"),
      args: [],
      assignments: {},
    });
  });

  it("needs neither the executable bit nor LF", () => {
    assert.deepEqual(choose("a", "#!/bin/sh -eu\r\necho\r\n"), {
      kind: "program",
      program: "/bin/sh",
      args: ["-eu"],
      assignments: {},
    });
  });

  it("is read behind a byte order mark", () => {
    assert.equal(choose("a", "\uFEFF#!/bin/sh\n").kind, "program");
  });

  it("means the host's own Node, wherever it looks for node", () => {
    for (const line of [
      "/usr/bin/env node",
      "/opt/nowhere/node",
      "/usr/bin/nodejs",
      "/usr/bin/env -S node",
    ]) {
      assert.deepEqual(choose("a.mjs", `#!${line}\n`), node, line);
      assert.deepEqual(choose("a", `#!${line}\n`), node, line);
    }
  });

  it("gives Node its options, and takes tsx out of them", () => {
    assert.deepEqual(choose("a.mjs", "#!/usr/bin/env -S node --no-warnings --stack-size=900\n"), {
      ...node,
      nodeArgs: ["--no-warnings", "--stack-size=900"],
    });
    for (const args of ["--import tsx", "--import=tsx"]) {
      assert.deepEqual(choose("a.ts", `#!/usr/bin/env -S node ${args}\n`), node, args);
    }
  });

  it("of tsx, npx tsx and env -S npx tsx means the same as none in a .ts", () => {
    for (const line of [
      "",
      "#!/usr/bin/env tsx",
      "#!/usr/bin/env -S npx tsx",
      "#!/usr/bin/env npx tsx",
      "#!/usr/bin/npx tsx",
      "#!/usr/bin/env -S npx -y tsx",
      "#!/usr/bin/env -S npx --yes tsx",
    ]) {
      assert.deepEqual(choose("a.ts", `${line}\n`), node, line);
    }
  });

  it("of tsx takes a file without an extension for TypeScript, one of node does not", () => {
    assert.deepEqual(choose("a", "#!/usr/bin/env -S npx tsx\n"), { ...node, wantsTsx: true });
    assert.deepEqual(choose("a", "#!/usr/bin/env node\n"), node);
  });

  it("of tsx with words of its own is run by tsx", () => {
    const path = pathWith("tsx", "npx");
    for (const line of ["tsx --tsconfig x.json", "tsx watch", "npx -p tsx tsx", "npx cowsay"]) {
      assert.equal(choose("a.ts", `#!/usr/bin/env -S ${line}\n`, path).kind, "program", line);
    }
  });

  it("with assignments is run as a program that gets them", () => {
    const path = pathWith("node");
    assert.deepEqual(choose("a.mjs", "#!/usr/bin/env -S MODE='a b' node --no-warnings\n", path), {
      kind: "program",
      program: join(path, "node"),
      args: ["--no-warnings"],
      assignments: { MODE: "a b" },
    });
  });
});

describe("an interpreter that is not there", () => {
  const type = "Runtime.InterpreterNotFound";

  it("is named, with where to bring it", () => {
    assert.throws(() => choose("a", "#!/usr/bin/env lua9\n", "/nowhere"), {
      type,
      message: /lua9 is not installed.*first line.*\/opt\/bin.*\/nowhere/,
    });
    assert.throws(() => choose("a.rb", "puts 1", "/nowhere"), {
      type,
      message: /ruby is not installed.*extension \.rb/,
    });
  });

  it("is found elsewhere, with the line to write", () => {
    const path = pathWith("bash");
    assert.throws(() => choose("a", "#!/usr/local/nowhere/bash\n", path), {
      type,
      message: new RegExp(`It is at ${path}/bash: write #!/usr/bin/env bash`),
    });
  });

  it("is found elsewhere, with its arguments", () => {
    const path = pathWith("sbcl");
    assert.throws(() => choose("a.lisp", "#!/nowhere/bin/sbcl --script\n", path), {
      type,
      message: /write #!\/usr\/bin\/env -S sbcl --script\./,
    });
  });

  it("of a header that hands the script on is named", () => {
    const header =
      '#!/bin/sh\n#|-*- mode:lisp -*-|#\n#|\nexec ros -Q -- $0 "$@"\n|#\n(defun main ())\n';
    const path = pathWith("sh");
    assert.throws(() => choose("a.ros", header, path), {
      type,
      message: /ros is not installed, and its header hands it on to it/,
    });
    assert.equal(choose("a.ros", header, `${path}:${pathWith("ros")}`).kind, "program");
    assert.equal(choose("a.sh", "#!/bin/sh\nexec none-of-that\n", path).kind, "program");
  });

  it("may be two words that env takes for one", () => {
    assert.throws(() => choose("a.py", "#!/usr/bin/env python3 -u\n", pathWith("python3")), {
      type,
      message: /write #!\/usr\/bin\/env -S python3 -u/,
    });
  });
});

describe("a script without a shebang", () => {
  it("is run by Node for each of Node's extensions, JSX by tsx", () => {
    for (const name of ["a.js", "a.mjs", "a.cjs", "a.ts", "a.mts", "a.cts"]) {
      assert.deepEqual(choose(name, ""), node, name);
    }
    for (const name of ["a.jsx", "a.tsx"]) {
      assert.deepEqual(choose(name, ""), { ...node, wantsTsx: true }, name);
    }
  });

  it("is run by the interpreter of its extension", () => {
    const programs = {
      ".sh": ["sh"],
      ".bash": ["bash"],
      ".py": ["python3"],
      ".rb": ["ruby"],
      ".pl": ["perl"],
      ".php": ["php"],
      ".lua": ["lua"],
      ".awk": ["awk", "-f"],
      ".jq": ["jq", "-f"],
      ".ros": ["ros"],
    };
    const path = pathWith(...Object.values(programs).map(([name]) => name as string));
    for (const [extension, [name = "", ...args]] of Object.entries(programs)) {
      assert.deepEqual(
        choose(`a${extension}`, "", path),
        { kind: "program", program: join(path, name), args, assignments: {} },
        extension,
      );
    }
  });

  it("is left to the kernel where only its executable bit says so", () => {
    assert.deepEqual(choose("tool*", "echo"), { kind: "executable" });
    assert.deepEqual(choose("tool.exe*", "\x7fELF"), { kind: "executable" });
  });

  it("is not executable without extension and bit, and the message says what to add", () => {
    assert.throws(() => choose("tool.txt", "echo"), {
      type: "Runtime.NotExecutable",
      message: /"#!\/bin\/sh".*chmod \+x/,
    });
  });
});

describe("a compiled program", () => {
  const elf = (machine: number) => {
    const head = Buffer.alloc(64);
    head.write("\x7fELF", "latin1");
    head.writeUInt16LE(machine, 18);
    return head;
  };

  it("of this processor is executable", () => {
    assert.equal(choose("tool*", elf(arch() === "arm64" ? 183 : 62)).kind, "executable");
  });

  it("of another processor is refused by name, before the first event", () => {
    assert.throws(() => choose("tool*", elf(arch() === "arm64" ? 62 : 183)), {
      type: "Runtime.NotExecutable",
      message: /was built for (?:arm64|x64), and this is \w+\. Build it for/,
    });
    assert.throws(() => choose("tool*", elf(243)), { message: /machine 243/ });
  });
});

it("a file that cannot be read is an error with the names beside it", () => {
  const root = temporaryFiles({ "b.sh": "" });
  assert.throws(() => chooseInterpreter(join(root, "a.sh"), ""), {
    type: "Runtime.NotExecutable",
    message: /a\.sh cannot be read: ENOENT.* are: b\.sh\. .*chmod a\+r/,
  });
});

it("can be a script: a known extension, an executable bit or a shebang, and nothing else", () => {
  const root = temporaryFiles({ "a.py": "", "tool*": "", text: "#!/bin/sh\n", "data.json": "{}" });
  for (const name of ["a.py", "tool", "text"]) assert.ok(canBeScript(join(root, name)), name);
  assert.ok(!canBeScript(join(root, "data.json")));
});
