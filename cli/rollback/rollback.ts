// `stdlambda rollback`: moves an alias back to what was deployed before.
import { rollback as moveBack, type Rollback } from "../../deploy/rollback.ts";
import { type ServiceOptions, withSession } from "../service/deploy-session.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

export interface RollbackOptions extends ServiceOptions {
  readonly alias: string;
  /** A version. */
  readonly to?: string;
  readonly dryRun?: boolean;
}

export function rollback(
  name: string,
  { alias, to, dryRun = false, ...options }: RollbackOptions,
  surroundings: Surroundings,
): Promise<number> {
  return withSession(options, surroundings, async (session) => {
    const result = await moveBack(name, { alias, to, dryRun }, session);
    const line = options.json ? JSON.stringify({ ...result, dryRun }) : describe(result, dryRun);
    await session.print(`${line}\n`);
    return 0;
  });
}

function describe({ name, alias, before, after }: Rollback, dryRun: boolean): string {
  if (before === after) return `${name}: ${alias} already points to version ${after}`;
  return `${name}: ${alias} ${dryRun ? "would be moved" : "moved"} from version ${before} to ${after}`;
}
