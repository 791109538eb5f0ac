// The table of conformance cases: what the Runtime API sends, and what a runtime must do.
//
// A row's number is that of runtime-api's table of cases, 60 and above are cases of our own. Each
// row says which handler it uses for which kind of runtime, so a runtime of another make is held
// to those that apply to it. Unless a row says `exit`, it ends with a plain echo in the same
// process.
import type { ContractCase } from "./case.ts";
import { contextCases } from "./cases/context.ts";
import { eventCases } from "./cases/events.ts";
import { handlerCases } from "./cases/handlers.ts";
import { initCases } from "./cases/init.ts";
import { lifecycleCases } from "./cases/lifecycle.ts";
import { logCases } from "./cases/logs.ts";
import { outcomeCases } from "./cases/outcomes.ts";
import { refusedCallCases } from "./cases/refused-calls.ts";
import { streamingCases } from "./cases/streaming.ts";
import { wireCases } from "./cases/wire.ts";

/** In the order of their numbers. */
export const cases: readonly ContractCase[] = [
  ...eventCases,
  ...contextCases,
  ...outcomeCases,
  ...initCases,
  ...refusedCallCases,
  ...wireCases,
  ...streamingCases,
  ...lifecycleCases,
  ...logCases,
  ...handlerCases,
].sort((one, other) => one.number - other.number);
