// What a command knows about the project beside its folder.
import type { SamCommand } from "./template/sam-config.ts";

/** The options beside the folder. */
export interface ProjectOptions {
  /** A template instead of what the folder has, relative to the working directory. */
  readonly template?: string | undefined;
  /** In every form of SAM's option of that name. */
  readonly parameterOverrides?: readonly string[] | undefined;
  /** `--env-vars`: a file of variables by function. */
  readonly envVars?: string | undefined;
  /** The command whose section of samconfig.toml is read after the global one. */
  readonly command?: SamCommand;
}
