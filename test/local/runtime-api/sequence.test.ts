// Any sequence of calls: the server and a model of four states agree on each answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  call,
  callByFetch,
  createInvocation,
  fail,
  failInit,
  next,
  respond,
  startApi,
  type TestedApi,
} from "./runtime-client.ts";

type Operation = "next" | "respond" | "fail" | "respond to another" | "fail init";

interface Model {
  state: "started" | "init failed" | "running" | "answered";
  id: string;
}

/** The status a runtime must get, and where it stands afterwards. */
function expect(model: Model, operation: Operation): number {
  const { state } = model;
  switch (operation) {
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

async function make(api: TestedApi, model: Model, operation: Operation): Promise<number> {
  switch (operation) {
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

const transports = { "plain calls": call, "calls by fetch": callByFetch };
for (const [how, transport] of Object.entries(transports)) {
  test(`every call in every state is answered as the state machine says: ${how}`, async (t) => {
    const operation = fc.constantFrom<Operation>(
      "next",
      "next",
      "respond",
      "fail",
      "respond to another",
      "fail init",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async (operations) => {
        const api = await startApi(t, {}, transport);
        const model: Model = { state: "started", id: "none" };
        for (const made of operations) {
          const status = await make(api, model, made);
          assert.equal(status, expect(model, made), `${made} in ${operations.join(", ")}`);
        }
        await api.close();
      }),
      { numRuns: 100 },
    );
  });
}
