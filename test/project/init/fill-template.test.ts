// Words and sections of a template, and what is wrong with one.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fillTemplate } from "../../../project/init/fill-template.ts";

const fill = (text: string, values = {}, ...sections: string[]) =>
  fillTemplate(text, values, new Set(sections));

describe("a template", () => {
  it("has its words filled in, however often they stand in a line", () => {
    assert.equal(fill("{{a}}-{{b}}-{{a}}", { a: "1", b: "{{a}}" }), "1-{{a}}-1");
  });

  it("leaves other braces alone", () => {
    const text = "$" + "{self:x} {{ a }} {} }}";
    assert.equal(fill(text, { a: "1" }), text);
  });

  it("keeps the lines of the sections that are wanted, without the markers", () => {
    const text = "1\n# {{#x}}\n2\n# {{/x}}\n  // {{#y}}\n3\n  // {{/y}}\n4\n";
    assert.equal(fill(text, {}, "y"), "1\n3\n4\n");
    assert.equal(fill(text), "1\n4\n");
  });

  it("does not look for words in what is left out", () => {
    assert.equal(fill("{{#x}}\n{{unknown}}\n{{/x}}\n"), "");
  });

  it("loses a line that is a word without a value, but no empty line", () => {
    assert.equal(fill("1\n{{a}}\n\n2", { a: "" }), "1\n\n2");
  });

  it("is refused with a word that has no value, and with sections that do not match", () => {
    assert.throws(() => fill("{{a}}"), /\{\{a\}\} has no value/);
    assert.throws(() => fill("{{#x}}\n"), /\{\{#x\}\} does not end/);
    assert.throws(() => fill("{{/x}}\n"), /\{\{\/x\}\} ends what has not begun/);
    assert.throws(() => fill("{{#x}}\n{{#y}}\n"), /\{\{#y\}\} stands inside of \{\{#x\}\}/);
  });
});
