// One function from what is declared to what runs: read, build, compare, change.

import type { Architecture } from "../lambda/architectures.ts";
import { lambdaDefaults } from "../lambda/defaults.ts";
import type { DeclaredFunction } from "../project/declared-function.ts";
import { type Applied, applyPlan } from "./apply-plan.ts";
import { chooseLayers, type LayerOptions } from "./choose-layers.ts";
import { requireRole } from "./create-function.ts";
import { type CurrentFunction, readCurrentFunction } from "./current-function.ts";
import { makePlan, type Plan } from "./plan.ts";
import type { Session } from "./session.ts";
import { type CodeZip, requireUploadable } from "./upload.ts";
import type { WantedFunction } from "./wanted-function.ts";

export interface PackagedFunction {
  readonly zip: CodeZip;
  /** Bundling may name it otherwise than the function was declared. */
  readonly handler: string;
  /** Whether the package is its own runtime, and no layer has to bring one. */
  readonly bringsBootstrap: boolean;
}

export interface DeployOptions extends LayerOptions {
  readonly makePackage: (
    declared: DeclaredFunction,
    architecture: Architecture,
  ) => Promise<PackagedFunction>;
  /** Told before anything of the function is changed. */
  readonly onPlan: (plan: Plan, current: CurrentFunction | undefined) => Promise<void>;
}

/** Undefined `applied`: nothing was to be changed, or nothing may be. */
export interface Deployment {
  readonly plan: Plan;
  readonly current: CurrentFunction | undefined;
  readonly applied: Applied | undefined;
}

export async function deployFunction(
  declared: DeclaredFunction,
  wanted: WantedFunction,
  options: DeployOptions,
  session: Session,
): Promise<Deployment> {
  const { steps } = session;
  steps.step(`Reading ${wanted.name}`);
  const current = await readCurrentFunction(wanted.name, wanted.alias, session);
  const architecture =
    wanted.architecture ?? current?.configuration.Architectures?.[0] ?? lambdaDefaults.architecture;
  const settings = { ...(current === undefined && wanted.atCreation), ...wanted.settings };
  requireRole(wanted.name, current !== undefined, settings.Role);
  steps.step(`Building ${wanted.name}`);
  const packaged = await options.makePackage(declared, architecture);
  requireUploadable(packaged.zip, options.target);
  const runtime = settings.Runtime ?? current?.configuration.Runtime ?? "";
  const { bringsBootstrap, handler } = packaged;
  const layers = await chooseLayers(
    wanted,
    { runtime, architecture, bringsBootstrap, current },
    options,
    session,
  );
  const plan = makePlan({
    wanted,
    configuration: {
      settings: { ...settings, Handler: handler },
      environment: wanted.environment,
      host: layers.host,
      layers: layers.arns,
    },
    architecture,
    package: packaged.zip,
    current,
  });
  await options.onPlan(plan, current);
  if (options.dryRun || plan.action === "none") return { plan, current, applied: undefined };
  const applied = await applyPlan(plan, current, options.target, session);
  return { plan, current, applied };
}
