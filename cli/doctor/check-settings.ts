// The host's settings in this shell, which `stdlambda invoke` and `dev` pass to functions.
import { HostError } from "../../host/errors.ts";
import { readSettings, settings } from "../../host/settings.ts";
import type { Finding } from "./finding.ts";

export function checkSettings(env: NodeJS.ProcessEnv): Finding[] {
  const given = Object.entries(env).filter(([name]) => name.startsWith("STDLAMBDA_"));
  if (given.length === 0) {
    const names = settings.map(({ name }) => name).join(", ");
    return [{ status: "ok", what: "settings", detail: `none is set here; there are ${names}` }];
  }
  return given.map(([name, value]): Finding => {
    try {
      readSettings({ [name]: value });
      return { status: "ok", what: name, detail: `${value}: ${meaningOf(name)}` };
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const remedy = `Correct it, or take it away: unset ${name}`;
      return { status: "fail", what: name, detail: error.message, remedy };
    }
  });
}

function meaningOf(name: string): string {
  return settings.find((setting) => setting.name === name)?.meaning ?? "";
}
