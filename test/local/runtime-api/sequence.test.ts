// Any sequence of calls: the server and a model of four states agree on each answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  createInvocation,
  fail,
  failInit,
  next,
  respond,
  startApi,
  type TestedApi,
} from "./runtime-client.ts";

type Call = "next" | "respond" | "fail" | "respond to another" | "fail init";

interface Model {
  state: "started" | "init failed" | "running" | "answered";
  id: string;
}

/** The status a runtime must get, and where it stands afterwards. */
function expect(model: Model, call: Call): number {
  const { state } = model;
  switch (call) {
    case "next":
      if (state === "init failed") return 403;
      model.state = "running";
      return 200;
    case "fail init":
      if (state !== "started") return 403;
      model.state = "init failed";
      return 202;
    case "respond to another":
      return 400;
    default:
      if (state === "started" || state === "init failed") return 400;
      if (state === "answered") return 403;
      model.state = "answered";
      return 202;
  }
}

async function make(api: TestedApi, model: Model, call: Call): Promise<number> {
  switch (call) {
    case "next": {
      // There is always an event, or the poll would stay open.
      if (model.state === "started" || model.state === "answered") {
        const invocation = createInvocation();
        model.id = invocation.requestId;
        void api.invoke(invocation);
      }
      return (await next(api)).status;
    }
    case "fail init":
      return (await failInit(api, "{}", "Runtime.Bad")).status;
    case "respond to another":
      return (await respond(api, "another", "x")).status;
    case "respond":
      return (await respond(api, model.id, "x")).status;
    case "fail":
      return (await fail(api, model.id, "{}")).status;
  }
}

test("every call in every state is answered as the state machine says", async (t) => {
  const call = fc.constantFrom<Call>(
    "next",
    "next",
    "respond",
    "fail",
    "respond to another",
    "fail init",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      const api = await startApi(t);
      const model: Model = { state: "started", id: "none" };
      for (const made of calls) {
        const status = await make(api, model, made);
        assert.equal(status, expect(model, made), `${made} in ${calls.join(", ")}`);
      }
      await api.close();
    }),
    { numRuns: 100 },
  );
});
