// Makes the response of a script's whole stdout (docs/conventions.md, section 2, "Out").
import { isUtf8 } from "node:buffer";
import type { Settings } from "../settings.ts";
import { hostFailure } from "./failure.ts";
import { failed, type Outcome, response } from "./outcome.ts";

/** `bytes` is everything that the script wrote. */
export function answerFromStdout(bytes: Buffer, policy: Settings["stdout"]): Outcome {
  return policy === "json" ? jsonAnswer(bytes) : response(bytes);
}

// JSON stays byte for byte; text becomes a JSON string; nothing becomes null.
function jsonAnswer(bytes: Buffer): Outcome {
  if (!isUtf8(bytes)) {
    return failed(
      hostFailure(
        "Function.InvalidOutput",
        `stdout holds bytes that are not UTF-8, and STDLAMBDA_STDOUT=json can answer text only. Encode them (base64), or set STDLAMBDA_STDOUT=raw.`,
      ),
    );
  }
  const text = bytes.toString("utf8");
  if (text === "") return response(Buffer.from("null"));
  try {
    JSON.parse(text);
    return response(bytes);
  } catch {
    return response(Buffer.from(JSON.stringify(text.replace(/\r?\n$/, ""))));
  }
}
