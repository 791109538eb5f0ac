// A streamed answer to a request: the part before the body becomes the prelude from which function
// URLs and REST APIs make a response (AWS: "Response streaming", HTTP integration).
import type { HttpSource } from "../event/http-request.ts";
import { createHeadFinder, type FoundHead } from "./find-head.ts";
import { withContentType } from "./http-answer.ts";
import { failed, type Outcome, type Pump } from "./outcome.ts";
import { httpContentType, preludeOf } from "./prelude.ts";
import { proxyHead } from "./proxy-answer.ts";

/**
 * Decided at the first byte of the body, or at the end: until then a failure is a function error.
 */
export function httpStream(pump: Pump, source: HttpSource): Promise<Outcome> {
  const finder = createHeadFinder();
  let send: Parameters<Pump>[0] | undefined;
  let onSend = (): void => {};
  const attached = new Promise<void>((resolve) => {
    onSend = resolve;
  });

  return new Promise((resolve, reject) => {
    let begun = false;

    /** From here on the answer is the platform's; the first pieces go before all others. */
    function begin(found: FoundHead): void {
      begun = true;
      resolve({
        kind: "stream",
        contentType: httpContentType,
        async pump(write) {
          const first = Buffer.concat([preludeOf(headOf(found, source)), found.body]);
          send = (await write(first)) ? write : async () => false;
          onSend();
          return ended;
        },
      });
    }

    async function pass(piece: Uint8Array): Promise<boolean> {
      await attached;
      return send?.(piece) ?? false;
    }

    const ended = pump((piece) => {
      if (begun) return send === undefined ? pass(piece) : send(piece);
      const found = finder.push(Buffer.from(piece));
      if (found !== undefined && found.body.length > 0) begin(found);
      return true;
    });
    ended.then((failure) => {
      if (begun) return;
      if (failure === undefined) begin(finder.end());
      else resolve(failed(failure));
    }, reject);
  });
}

function headOf({ head, body }: FoundHead, source: HttpSource): object {
  return "statusCode" in head ? head : proxyHead(withContentType(head, body), source);
}
