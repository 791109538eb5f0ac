// process.exitCode of the event that the running code belongs to, where events run side by side.
// Node's own property cannot be redefined, so the global `process` is replaced by an object that is
// the same except for it; an import of node:process gets that object, too.
import { registerHooks } from "node:module";
import { currentScope } from "../in-process/event-scope.ts";

const url = "stdlambda:process";

/** Call it before the user's code is loaded. */
export function bindExitCode(): void {
  const real = process;
  const names = Object.keys(real).filter((name) => /^[A-Za-z]\w*$/.test(name));
  globalThis.process = new Proxy(real, {
    get: (_, name) =>
      name === "exitCode" ? currentScope()?.exitCode : (Reflect.get(real, name) as unknown),
    set(_, name, value) {
      if (name !== "exitCode") return Reflect.set(real, name, value);
      const scope = currentScope();
      if (scope !== undefined) scope.exitCode = value;
      return true;
    },
  });
  registerHooks({
    resolve(specifier, context, next) {
      if (!/^(?:node:)?process$/.test(specifier)) return next(specifier, context);
      const format = context.conditions.includes("require") ? "commonjs" : "module";
      return { url: `${url}.${format}`, format, shortCircuit: true };
    },
    load(asked, context, next) {
      if (!asked.startsWith(url)) return next(asked, context);
      const { format } = context;
      const source =
        format === "commonjs"
          ? "module.exports = process;"
          : `export default process; export const { ${names.join(", ")} } = process;`;
      return { format, source, shortCircuit: true };
    },
  });
}
