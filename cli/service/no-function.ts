// What is said when a function is not there.
import { DeployError } from "../../deploy/deploy-error.ts";
import type { DeploySession } from "./deploy-session.ts";

export function noFunction(name: string, { endpoint, region }: DeploySession): DeployError {
  const place = endpoint.url === undefined ? region : `${endpoint.url} (${region})`;
  return new DeployError(
    `there is no function ${name} in ${place}\nstdlambda list --all shows what there is; another account or region: --profile, --region`,
  );
}
