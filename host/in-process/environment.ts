// process.env with the variables of the running event. They are made when one is first read: a dozen
// assignments to the real environment would cost more than the event's answer.
import { type Environment, eventEnvironment, isEventName } from "../event/environment.ts";
import type { Platform } from "../settings.ts";
import { currentScope } from "./event-scope.ts";

/**
 * Replaces process.env by a view: an event's variables come from the event, all others from the
 * real environment, from which everything that is not in `environment` is removed first.
 */
export function bindEnvironment(environment: Environment, platform: Platform): void {
  const real = process.env;
  for (const name of Object.keys(real)) if (!(name in environment)) delete real[name];
  Object.assign(real, environment);

  function variables(): Environment {
    const scope = currentScope();
    if (scope === undefined) return {};
    scope.environment ??= eventEnvironment(scope.invocation, platform);
    return scope.environment;
  }

  function holderOf(name: string | symbol): object {
    if (typeof name !== "string") return real;
    const isOfEvent = isEventName(name) || isRequestName(name);
    return isOfEvent ? variables() : real;
  }

  function isRequestName(name: string): boolean {
    const request = currentScope()?.invocation.variables;
    return request !== undefined && Object.hasOwn(request, name);
  }

  process.env = new Proxy(real, {
    get: (_, name) => Reflect.get(holderOf(name), name),
    has: (_, name) => Reflect.has(holderOf(name), name),
    set: (_, name, value) => Reflect.set(holderOf(name), name, String(value)),
    deleteProperty: (_, name) => Reflect.deleteProperty(holderOf(name), name),
    ownKeys: () => [...Reflect.ownKeys(real), ...Object.keys(variables())],
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(holderOf(name), name),
    defineProperty: (_, name, descriptor) =>
      Reflect.defineProperty(holderOf(name), name, descriptor),
  });
}
