// What a source imports.
import assert from "node:assert/strict";
import { it } from "node:test";
import { blank } from "../../../host/source/blank.ts";
import { importsOf } from "../../../host/source/imports.ts";

function read(source: string) {
  return [...importsOf(source, blank(source))];
}

function specifiers(source: string): string[] {
  return read(source).map(({ specifier }) => specifier);
}

it("finds every statement with a source", () => {
  const source = `
    import a from "1"; import b, { c } from '2'
    import * as d from "3"
    import{e}from"4"
    import {
      f,
      g as h,
    } from "5";
    export { i } from "6"
    export * from "7"
    export * as j from "8"
    import type from "9";
    import "10"
  `;
  assert.deepEqual(
    specifiers(source).sort((x, y) => Number(x) - Number(y)),
    [..."123456789", "10"],
  );
});

it("finds calls that name what they load", () => {
  assert.deepEqual(specifiers('const a = await import("./a"), b = require( "./b" )'), [
    "./a",
    "./b",
  ]);
  assert.ok(read('await import("./a")').every(({ isStatement }) => !isStatement));
});

it("leaves types out", () => {
  const types = `
    import type { A } from "1"
    import type B from "2"
    export type { C } from "3"
    export type * from "4"
    let d: import("5").D | import("6").E;
    type F = typeof import("7");
    const g = h as import("8").I;
  `;
  assert.deepEqual(specifiers(types), []);
});

it("is not misled by a type before a value's import", () => {
  assert.deepEqual(specifiers('export type A = string\nexport { b } from "./b.ts"'), ["./b.ts"]);
  assert.deepEqual(specifiers('import type { A } from "1"\nimport { b } from "2"'), ["2"]);
});

it("is not misled by methods, properties, strings and comments", () => {
  const source = `
    Buffer.from("1"); Array.from('2'); a.import("3"); b.require("4");
    // import "5"
    const c = 'import "6"'; const d = { from: "7", import: "8" };
  `;
  assert.deepEqual(specifiers(source), []);
});

it("gives the names in braces that are not marked as types", () => {
  assert.deepEqual(read('import a, { b, type C, d as e, type, } from "x"')[0]?.names, [
    "b",
    "d",
    "type",
  ]);
  assert.deepEqual(read('export { a } from "x"')[0]?.names, []);
});

it("tells attributes", () => {
  assert.equal(read('import a from "./a.json" with { type: "json" }')[0]?.hasAttributes, true);
  assert.equal(read('import a from "./a.json"')[0]?.hasAttributes, false);
});
