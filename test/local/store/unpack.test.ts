// Zips that are unpacked, and zips that must not be.
import assert from "node:assert/strict";
import { lstat, mkdir, readdir, readFile, readlink, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { unpack } from "../../../local/store/unpack.ts";
import { file, link, makeZip, type ZipEntry } from "./make-zip.ts";
import { temporaryDirectory } from "./temporary-store.ts";

const couldNotUnzip =
  "Could not unzip uploaded file. Please check your file, then try to upload again.";

/** Unpacks into a folder of its own, which must not be there after a refusal. */
async function refusal(t: TestContext, zip: Buffer): Promise<string> {
  const directory = temporaryDirectory(t);
  let message = "";
  await assert.rejects(unpack(zip, join(directory, "package")), (error: Error) => {
    message = error.message;
    return "type" in error && error.type === "InvalidParameterValueException";
  });
  assert.deepEqual(await readdir(directory), [], "nothing is left behind");
  return message;
}

async function unpacked(t: TestContext, entries: readonly ZipEntry[]): Promise<string> {
  const target = join(temporaryDirectory(t), "package");
  await unpack(makeZip(entries), target);
  return target;
}

test("files, folders and links come out as they went in", async (t) => {
  const target = join(temporaryDirectory(t), "package");
  const entries = [
    file("index.js", "exports"),
    file("./lib/deep/er.js", "er"),
    { name: "empty/", mode: 0o40755 },
    { name: "stored", content: "as it is", mode: 0o100644, method: 0 },
    link("lib/up", "../index.js"),
    file("größe 📏.txt", "ü"),
  ];
  assert.equal(await unpack(makeZip(entries), target), 7 + 2 + 8 + 11 + 2);
  assert.equal(await readFile(join(target, "index.js"), "utf8"), "exports");
  assert.equal(await readFile(join(target, "lib/deep/er.js"), "utf8"), "er");
  assert.equal(await readFile(join(target, "stored"), "utf8"), "as it is");
  assert.equal(await readFile(join(target, "lib/up"), "utf8"), "exports");
  assert.equal(await readlink(join(target, "lib/up")), "../index.js");
  assert.equal(await readFile(join(target, "größe 📏.txt"), "utf8"), "ü");
  assert.deepEqual(await readdir(join(target, "empty")), []);
});

test("a name without the UTF-8 flag is UTF-8 from Unix and code page 437 from elsewhere", async (t) => {
  const target = await unpacked(t, [
    { ...file("ö"), flags: 0 },
    { name: Buffer.from([0x81]), flags: 0 },
  ]);
  assert.deepEqual((await readdir(target)).sort(), ["ö", "ü"]);
});

test("what the zip calls executable is 0755 and all else 0644, whatever the umask", async (t) => {
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const target = await unpacked(t, [
    { name: "bin/run", content: "x", mode: 0o106711 },
    { name: "data", content: "x", mode: 0o100600 },
    { name: "windows.exe", content: "x" },
  ]);
  const mode = async (name: string) => (await stat(join(target, name))).mode & 0o7777;
  assert.equal(await mode("bin/run"), 0o755, "setuid is dropped");
  assert.equal(await mode("data"), 0o644);
  assert.equal(await mode("windows.exe"), 0o644, "a zip without Unix modes");
  assert.equal(await mode("bin"), 0o755);
  assert.equal(await mode("."), 0o755);
});

test("files keep the time of the zip, as UTC", async (t) => {
  const target = await unpacked(t, [file("index.js")]);
  const { mtime } = await stat(join(target, "index.js"));
  assert.equal(mtime.toISOString(), "2001-02-03T12:30:00.000Z");
});

test("bytes that are not a zip get AWS's words", async (t) => {
  const zip = makeZip([file("index.js")]);
  assert.equal(await refusal(t, Buffer.from("hello")), couldNotUnzip);
  assert.equal(await refusal(t, zip.subarray(0, zip.length - 10)), couldNotUnzip);
  for (const empty of [Buffer.alloc(0), makeZip([])]) {
    assert.equal(await refusal(t, empty), "Uploaded file must be a non-empty zip");
  }
});

test("an entry that means a place outside of the package is refused by its name", async (t) => {
  const names = [
    "/etc/passwd",
    "../up",
    "a/../../up",
    "a/..",
    "C:/windows",
    "c:x",
    "a\\b",
    "..\\b",
  ];
  for (const name of names) {
    const message = await refusal(t, makeZip([file("index.js"), file(name)]));
    assert.ok(message.startsWith(couldNotUnzip), message);
    assert.ok(message.includes(JSON.stringify(name)), message);
  }
});

test("control characters in a name are refused and shown escaped", async (t) => {
  assert.match(await refusal(t, makeZip([file("a\0b")])), /"a\\u0000b" has a control character/);
  assert.match(await refusal(t, makeZip([file("a\nb")])), /"a\\nb" has a control character/);
});

test("fifos, devices, sockets and unknown kinds are refused", async (t) => {
  const kinds: [number, RegExp][] = [
    [0o010644, /"x" is a fifo/],
    [0o020644, /"x" is a character device/],
    [0o060644, /"x" is a block device/],
    [0o140644, /"x" is a socket/],
    [0o150644, /"x" is of an unknown kind/],
  ];
  for (const [mode, expected] of kinds) {
    assert.match(await refusal(t, makeZip([{ name: "x", mode }])), expected);
  }
});

test("a name with two meanings is refused", async (t) => {
  assert.match(
    await refusal(t, makeZip([file("a", "1"), file("a", "2")])),
    /"a" is in the zip twice/,
  );
  assert.match(await refusal(t, makeZip([file("a"), file("./a")])), /"a" is in the zip twice/);
  assert.match(
    await refusal(t, makeZip([file("a"), file("a/b")])),
    /"a" is a file, and a directory/,
  );
  assert.match(
    await refusal(t, makeZip([file("a/b"), file("a")])),
    /"a" is a file, and a directory/,
  );
  assert.match(await refusal(t, makeZip([file("x/./")])), /"x\/.\/" is a directory with content/);
});

test("nothing is written through a link", async (t) => {
  const zip = makeZip([file("real/x"), link("a", "real"), file("a/x", "replaced")]);
  assert.match(await refusal(t, zip), /"a" is a link, and a directory/);
});

test("links that leave the package are refused, through other links too", async (t) => {
  const attacks: ZipEntry[][] = [
    [link("a", "/etc/passwd")],
    [link("a", "..")],
    [link("a/b", "../../x")],
    [file("d/e/f"), link("a", "d/e"), link("b", "a/../../..")],
    [link("a", "."), link("b", "a/../x")],
    [link("A", "d/e"), link("b", "A/../../../x"), link("d/e", "../f")],
    [link("up", "d/x"), link("d/x", ".."), link("b", "up/..")],
  ];
  for (const entries of attacks) {
    assert.match(await refusal(t, makeZip(entries)), /which is outside of the package/);
  }
  assert.match(await refusal(t, makeZip([link("a", "b"), link("b", "a")])), /leads in a circle/);
  assert.match(await refusal(t, makeZip([link("a", "")])), /is a link to nothing/);
  assert.match(
    await refusal(t, makeZip([link("a", "x".repeat(5000))])),
    /whose target is too long/,
  );
});

/** Each leads through the one before, many times over: followed one by one it takes minutes. */
const chains: Record<string, (count: number) => ZipEntry[]> = {
  "through the one before": (count) => [
    link("l0", "d"),
    ...Array.from({ length: count }, (_, n) =>
      link(`l${n + 1}`, `${`l${n}/../`.repeat(400)}l${n}`),
    ),
  ],
  "through one of forty": (count) => [
    ...Array.from({ length: 40 }, (_, n) => link(`a${n}`, n === 0 ? "d" : `a${n - 1}`)),
    ...Array.from({ length: count }, (_, n) => link(`b${n}`, `${"a30/../".repeat(500)}x`)),
  ],
  "to long paths": (count) =>
    Array.from({ length: count }, (_, n) => link(`c${n}`, `${"y/".repeat(2000)}${n}`)),
  "up and down": (count) =>
    Array.from({ length: count }, (_, n) => link(`e/f/g${n}`, `${"../f/".repeat(800)}h`)),
};
for (const [how, chain] of Object.entries(chains)) {
  test(`thousands of links ${how} are decided on at once`, async (t) => {
    const zip = makeZip(chain(1000));
    const startedAt = performance.now();
    await unpack(zip, join(temporaryDirectory(t), "package")).catch((error: Error) => {
      assert.match(error.message, /leads in a circle/);
    });
    assert.ok(performance.now() - startedAt < 5000, `${performance.now() - startedAt} ms`);
  });
}

test("more links than any package has are refused", async (t) => {
  const many = Array.from({ length: 20_001 }, (_, n) => link(`l${n}`, "x"));
  assert.match(await refusal(t, makeZip(many)), /It has 20001 links; at most 20000 are unpacked/);
  const long = Array.from({ length: 1100 }, (_, n) => link(`l${n}`, "x".repeat(4000)));
  assert.match(await refusal(t, makeZip(long)), /targets of its links have 4400000 bytes/);
});

test("a chain of forty links is followed, as the kernel does, and no longer one", async (t) => {
  const chain = (count: number) => [
    file("d"),
    ...Array.from({ length: count }, (_, n) => link(`l${n}`, n === 0 ? "d" : `l${n - 1}`)),
  ];
  await unpacked(t, chain(40));
  assert.match(await refusal(t, makeZip(chain(41))), /leads in a circle/);
});

test("folders within folders are counted, and their paths bounded", async (t) => {
  const deep = Array.from({ length: 60 }, (_, n) => file(`${n}/${"d/".repeat(1900)}x`));
  const startedAt = performance.now();
  assert.match(await refusal(t, makeZip(deep)), /more than 100000 folders/);
  assert.match(
    await refusal(t, makeZip([file(`${"x/".repeat(30_000)}y`)])),
    /a path that is too long/,
  );
  assert.ok(performance.now() - startedAt < 5000);
});

test("a link counts where a disk that ignores case would follow it", async (t) => {
  const zip = makeZip([link("d/up", ".."), link("b", "D/UP/../x")]);
  assert.match(await refusal(t, zip), /"b" is a link to "D\/UP\/..\/x", which is outside/);
});

test("no link of a package that is let in leads out of it", async (t) => {
  const names = fc.constantFrom("a", "b", "c", "a/a", "a/b", "b/a", "b/c/a", "c/a/b");
  const targets = fc
    .array(fc.constantFrom("..", ".", "a", "b", "c", "a/b"), { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join("/"));
  const packages = fc.uniqueArray(fc.tuple(names, targets), {
    minLength: 1,
    maxLength: 6,
    selector: ([name]) => name,
  });
  const directory = temporaryDirectory(t);
  let runs = 0;
  let letIn = 0;
  await fc.assert(
    fc.asyncProperty(packages, async (links) => {
      const target = join(directory, String(runs++));
      const entries = [file("a/x/file"), file("b/y"), ...links.map(([name, to]) => link(name, to))];
      try {
        await unpack(makeZip(entries), target);
      } catch {
        return; // Refused; nothing to look at.
      }
      letIn++;
      for (const [name] of links) {
        const place = await realpath(join(target, name)).catch(() => target); // Leads to nothing.
        assert.ok(place === target || place.startsWith(`${target}/`), `${name} -> ${place}`);
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(letIn > 10, `only ${letIn} packages were let in`);
});

test("sizes, checksums and methods that lie are refused by the entry's name", async (t) => {
  const honest = { name: "liar", content: "content", mode: 0o100644 };
  const lies: [ZipEntry, RegExp][] = [
    [{ ...honest, declared: { size: 3 } }, /"liar" is larger than the 3 bytes it declares/],
    [{ ...honest, declared: { size: 99 } }, /"liar" has 7 bytes and not the 99/],
    [{ ...honest, method: 0, declared: { size: 3 } }, /"liar" is larger than the 3 bytes/],
    [{ ...honest, declared: { checksum: 1 } }, /"liar" is damaged: its checksum/],
    [{ ...honest, raw: Buffer.from("no deflate") }, /"liar" is damaged: /],
    [{ ...honest, raw: deflateRawSync("content").subarray(0, 4) }, /"liar" is damaged: /],
    [{ ...honest, flags: 0x801 }, /"liar" is encrypted/],
    [{ ...honest, method: 12, flags: 0x800 }, /"liar" is compressed by method 12; use deflate/],
    [{ ...link("liar", "x"), declared: { size: 0 } }, /"liar" is larger than the 0 bytes/],
  ];
  for (const [entry, expected] of lies) {
    assert.match(await refusal(t, makeZip([file("index.js"), entry])), expected);
  }
});

test("more than 250 MB are refused by what the zip declares, before a byte is written", async (t) => {
  const half = { content: "x", mode: 0o100644, declared: { size: 131_072_000 } };
  const zip = makeZip([
    { name: "a", ...half },
    { name: "b", ...half },
  ]);
  assert.equal(await refusal(t, zip), "Unzipped size must be smaller than 262144000 bytes");
});

test("a bomb that declares little is stopped at what it declares", async (t) => {
  const bomb = deflateRawSync(Buffer.alloc(50_000_000));
  const zip = makeZip([{ name: "bomb", mode: 0o100644, raw: bomb, declared: { size: 1000 } }]);
  assert.match(await refusal(t, zip), /"bomb" is larger than the 1000 bytes it declares/);
});

test("a name the disk cannot take is refused, and what is in its way is not replaced", async (t) => {
  assert.match(
    await refusal(t, makeZip([file("x".repeat(300))])),
    /a name that is too long for this disk/,
  );
  const target = join(temporaryDirectory(t), "package");
  await mkdir(target);
  await assert.rejects(unpack(makeZip([file("a")]), target), /ServiceException|EEXIST/);
});

test("names that differ only in case are both there, or refused where the disk has one", async (t) => {
  const target = join(temporaryDirectory(t), "package");
  try {
    await unpack(makeZip([file("Read.me", "1"), file("read.me", "2")]), target);
  } catch (error) {
    assert.match((error as Error).message, /cannot tell from another entry's/);
    return;
  }
  assert.equal(await readFile(join(target, "Read.me"), "utf8"), "1");
  assert.equal(await readFile(join(target, "read.me"), "utf8"), "2");
  assert.ok((await lstat(join(target, "read.me"))).isFile());
});

test("any bytes are unpacked or refused, never anything else", async (t) => {
  const directory = temporaryDirectory(t);
  const zip = makeZip([file("index.js", "x".repeat(50)), link("l", "index.js"), file("d/e")]);
  let runs = 0;
  const change = fc.tuple(fc.nat({ max: zip.length - 1 }), fc.integer({ min: 0, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(zip);
      for (const [at, byte] of changes) bytes[at] = byte;
      try {
        await unpack(bytes, join(directory, String(runs++)));
      } catch (error) {
        assert.equal((error as { type?: string }).type, "InvalidParameterValueException");
      }
    }),
    { numRuns: 500 },
  );
});
