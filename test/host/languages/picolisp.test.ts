// What functions of PicoLisp get and give: alists, JSON, files that load others.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { temporaryFiles } from "../temporary-files.ts";

const root = temporaryFiles({
  "example.l": `(de main (Event Headers)
   (println (json-decode "{\\"Hello\\":\\"World\\"}"))
   (prinl (json-encode '(("Hello" . "World"))))
   (prinl "Headers: " (cdr (assoc "lambda-runtime-aws-request-id" Headers)))
   (json-encode Event) )
`,
  "kinds.l": `(de handler (Event)
   (case (cdr (assoc "give" Event))
      ("nil" NIL)
      ("text" "a \\"text\\"")
      ("number" 42)
      ("list" '(1 "two" (a . b)))
      ("bye" (bye))
      ("bye 4" (bye 4))
      ("undefined" (no-such-function 1))
      ("error" (quit "refused" 7))
      ("type" (+ 1 "a"))
      ("number of misc" (pad 5 (hex 255)))
      (T (list (cdr (assoc "list" Event)) (cdr (assoc "half" Event)) (cdr (assoc "text" Event)))) ) )
`,
  "loads.l": '(load "helper.l" "example.l")\n',
  "helper.l": '(de helped () "helped")\n',
});

async function answers(handler: string, events: readonly (string | object)[]) {
  await using host = await startHost({ handler, root });
  const given = [];
  for (const event of events) {
    const { status, body, log, requestId } = await host.invoke(event);
    given.push({ status, body: body.toString(), log, requestId });
  }
  return given;
}

describe("functions of PicoLisp", { skip: missingTool(["picolisp"]) }, () => {
  it("get alists and have JSON; what they print is log", async () => {
    for (const handler of ["example.main", "loads.main", "loads.l#helped"]) {
      const event = {
        text: 'é\u{1F600} "q" \\ \n\t\u0001',
        list: [1, -2, 1.5, 2e3, null, true, []],
        none: {},
      };
      const [answer] = await answers(handler, [event]);
      assert.equal(answer?.status, "response", answer?.body);
      if (handler === "loads.l#helped") {
        assert.equal(answer.body, "helped");
        continue;
      }
      // An empty object and the end of a list are both NIL.
      assert.deepEqual(JSON.parse(answer.body), event);
      assert.match(answer.log, /^\(\("Hello" \. "World"\)\)\n\{"Hello":"World"\}\n/);
      assert.ok(answer.log.includes(`Headers: ${answer.requestId}`));
    }
  });

  it("give any kind of data", async () => {
    const names = ["nil", "text", "number", "list", "bye", "number of misc"];
    const given = await answers(
      "kinds.handler",
      names.map((give) => ({ give })),
    );
    assert.deepEqual(
      given.map(({ body }) => body),
      ["", 'a "text"', "42", '(1 "two" (a . b))', "", "000FF"],
    );
    const [mixed] = await answers("kinds.handler", [{ list: ["x", 2], half: 0.5, text: "1.5" }]);
    assert.equal(mixed?.body, '((T "x" 2) 0.5 "1.5")');
  });

  it("report errors with their expression", async () => {
    const names = ["bye 4", "undefined", "error", "type"];
    const given = await answers(
      "kinds.handler",
      names.map((give) => ({ give })),
    );
    assert.deepEqual(
      given
        .map(({ body }) => JSON.parse(body))
        .map(({ errorType, errorMessage, stackTrace }) => [errorType, errorMessage, ...stackTrace]),
      [
        ["Function.Exit4", "exit status 4"],
        ["Error", "no-such-function -- Undefined", "!? (no-such-function 1)"],
        ["Error", "refused"],
        ["Error", "Number expected", '!? (+ 1 "a")'],
      ],
    );
  });

  it("refuse an event that is not JSON, and say where", async () => {
    for (const bad of ["{", "[1,", '{"a" 1}', "nul", "1 2", '"\\ux"', '{"a":}']) {
      const [answer] = await answers("kinds.handler", [bad]);
      assert.equal(JSON.parse(answer?.body ?? "").errorType, "Runtime.UnmarshalError", bad);
    }
  });
});
