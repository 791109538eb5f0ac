// Starts the bundled host from its compiled code: compiling its 70 KB costs 2 ms of a 20 ms start.
// Node's own compile cache would not do: it is made before the functions are compiled, and its
// names hold the user id and the path. V8 refuses code of another version; then it is compiled.
// The build puts host/require-node.cjs before it: dist/host/main.cjs is both.
// @ts-check
"use strict";

const { readFileSync } = require("node:fs");
const vm = require("node:vm");

const filename = `${__dirname}/host.js`;

/** @returns {Buffer | undefined} */
function compiledCode() {
  try {
    return readFileSync(`${__dirname}/host.code`);
  } catch {
    // Not shipped, or not readable: only slower.
    return undefined;
  }
}

const cachedData = compiledCode();
const script = new vm.Script(readFileSync(filename, "latin1"), {
  filename,
  ...(cachedData === undefined ? {} : { cachedData }),
});
/** @param {string} url */
const importModule = (url) => import(url);
script.runInThisContext()(require, module, exports, filename, __dirname, importModule);

module.exports = { script };
