// How a command is told which project it is about, beside the folder.
import type { SamCommand } from "./template/sam-config.ts";

/** What a command is told beside the folder. */
export interface ProjectOptions {
  /** A template in the place of what the folder has, relative to the working directory. */
  readonly template?: string | undefined;
  /** In each form of SAM's option of that name. */
  readonly parameterOverrides?: readonly string[] | undefined;
  /** `--env-vars`: a file of variables by function. */
  readonly envVars?: string | undefined;
  /** Whose section of samconfig.toml is read after the global one. */
  readonly command?: SamCommand;
}
