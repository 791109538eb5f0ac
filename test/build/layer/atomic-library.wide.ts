// The library for Node 26 does what its one function promises, and is found by name and version.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readElf } from "../../../build/function/checks/elf.ts";
import { atomicLibrary } from "../../../build/layer/atomic-library.ts";
import { missingTool } from "../../helpers/missing-tool.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-atomic-"));
after(() => rmSync(root, { recursive: true, force: true }));

function write(architecture: "x86_64" | "arm64"): string {
  const file = join(root, `${architecture}.so`);
  writeFileSync(file, atomicLibrary(architecture));
  return file;
}

const machine = { x64: "x86_64", arm64: "arm64" }[process.arch as string] as "x86_64" | "arm64";

test("a value is exchanged when it is the expected one, and else told", {
  skip: process.platform === "linux" ? missingTool(["python3"]) : "Linux alone loads it",
}, () => {
  const script = `
import ctypes, sys
exchange = ctypes.CDLL(sys.argv[1])["__atomic_compare_exchange"]
exchange.restype = ctypes.c_bool
value, expected, desired = (ctypes.c_uint64(n) for n in (2**63 + 7, 2**63 + 7, 5))
call = lambda: exchange(ctypes.c_size_t(8), ctypes.byref(value), ctypes.byref(expected), ctypes.byref(desired), 5, 5)
print(call(), value.value, expected.value == 2**63 + 7)
print(call(), value.value, expected.value)
print(call(), value.value)`;
  const output = execFileSync("python3", ["-c", script, write(machine)]).toString();
  assert.equal(output, "True 5 True\nFalse 5 5\nTrue 5\n");
});

test("threads that count with it lose nothing", {
  skip: process.platform === "linux" ? missingTool(["gcc"]) : "Linux alone loads it",
}, () => {
  const source = join(root, "count.c");
  writeFileSync(
    source,
    `#include <pthread.h>
#include <stdio.h>
#include <stdbool.h>
#include <dlfcn.h>
typedef bool exchange(size_t, void *, void *, void *, int, int);
static exchange *call;
static unsigned long total;
static void *count(void *unused) {
  for (int i = 0; i < 200000; i++) {
    unsigned long expected = total, desired;
    do desired = expected + 1; while (!call(8, &total, &expected, &desired, 5, 5));
  }
  return unused;
}
int main(int argc, char **argv) {
  void *library = dlopen(argv[argc - 1], RTLD_NOW);
  if (!library) return puts(dlerror()), 1;
  call = (exchange *)dlvsym(library, "__atomic_compare_exchange", "LIBATOMIC_1.0");
  if (!call) return puts(dlerror()), 1;
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(threads + i, 0, count, 0);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
  printf("%lu", total);
}
`,
  );
  const program = join(root, "count");
  execFileSync("gcc", ["-D_GNU_SOURCE", "-pthread", "-o", program, source, "-ldl"]);
  assert.equal(execFileSync(program, [write(machine)]).toString(), "600000");
});

for (const architecture of ["x86_64", "arm64"] as const) {
  test(`the library for ${architecture} needs nothing itself`, () => {
    assert.deepEqual(readElf(write(architecture)), {
      machine: architecture,
      interpreter: undefined,
      needed: [],
      glibc: undefined,
    });
  });
}
