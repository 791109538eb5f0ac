// Deploys one function: reads, builds, compares, changes.
import { ExpectedError, withSubject } from "../host/expected-error.ts";
import { lambdaDefaults } from "../lambda/defaults.ts";
import type { DeclaredFunction } from "../project/declared-function.ts";
import { type Applied, applyPlan } from "./apply-plan.ts";
import { chooseLayers, type LayerSettings } from "./choose-layers.ts";
import { requireRole } from "./create-function.ts";
import { type CurrentFunction, readCurrentFunction } from "./current-function.ts";
import { type PackageSettings, packageFunction } from "./package-function.ts";
import { makePlan, type Plan } from "./plan.ts";
import type { Session } from "./session.ts";
import { requireUploadable } from "./upload.ts";
import type { WantedFunction } from "./wanted-function.ts";
import { compareCode, listCode } from "./zip-difference.ts";

export interface DeploySettings extends LayerSettings {
  readonly package: PackageSettings;
}

/** Undefined `applied`: there was nothing to change, or it was a dry run. */
export interface Deployment {
  readonly plan: Plan;
  readonly current: CurrentFunction | undefined;
  readonly applied: Applied | undefined;
}

export async function deployFunction(
  declared: DeclaredFunction,
  wanted: WantedFunction,
  settings: DeploySettings,
  session: Session,
): Promise<Deployment> {
  const { steps } = session;
  steps.step(`Reading ${wanted.name}`);
  const current = await readCurrentFunction(wanted.name, wanted.alias, session);
  const plan = await planFunction(declared, wanted, current, settings, session);
  for (const warning of plan.warnings) steps.warn(warning);
  if (settings.dryRun) {
    return { plan: await withFiles(plan, current, session), current, applied: undefined };
  }
  if (plan.action === "none") return { plan, current, applied: undefined };
  return { plan, current, applied: await applyPlan(plan, current, settings.target, session) };
}

async function planFunction(
  declared: DeclaredFunction,
  wanted: WantedFunction,
  current: CurrentFunction | undefined,
  options: DeploySettings,
  session: Session,
): Promise<Plan> {
  const architecture =
    wanted.architecture ?? current?.configuration.Architectures?.[0] ?? lambdaDefaults.architecture;
  const settings = { ...(current === undefined && wanted.atCreation), ...wanted.settings };
  requireRole(wanted.name, current !== undefined, settings.Role);
  session.steps.step(`Building ${wanted.name}`);
  const runtime = wanted.settings.Runtime as DeclaredFunction["runtime"] | undefined;
  const packaged = await packageFunction(
    { ...declared, ...(runtime && { runtime }) },
    architecture,
    options.package,
    session,
  ).catch((error: unknown) => {
    throw error instanceof ExpectedError ? withSubject(declared.name, error) : error;
  });
  requireUploadable(packaged.zip, options.target);
  const { bringsBootstrap, isForHost, handler } = packaged;
  const layers = await chooseLayers(
    wanted,
    {
      runtime: settings.Runtime ?? current?.configuration.Runtime ?? "",
      architecture,
      bringsBootstrap,
      isForHost,
      current,
    },
    options,
    session,
  );
  return makePlan({
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
}

/** The files that differ, after the hash that shows that some do. */
async function withFiles(
  plan: Plan,
  current: CurrentFunction | undefined,
  { steps, signal }: Session,
): Promise<Plan> {
  if (!plan.changes.some(({ field }) => field === "CodeSha256")) return plan;
  steps.step(`Comparing the code of ${plan.name}`);
  const { path } = plan.package;
  const files =
    current === undefined
      ? await listCode(path)
      : await compareCode(current.codeLocation, path, signal);
  return { ...plan, changes: [...plan.changes, ...(files ?? [])] };
}
