// A function's answer as a client of its URL gets it, in the form of `curl -i`.
import { STATUS_CODES } from "node:http";
import { ExpectedError } from "../../host/expected-error.ts";
import { type AnswerHead, InvalidAnswer } from "../../local/function-url/answer.ts";
import { bufferedAnswer } from "../../local/function-url/buffered-answer.ts";
import { readPrelude } from "../../local/function-url/prelude.ts";
import type { FunctionError, InvocationResult } from "../../local/runtime-api/invocation.ts";
import { write } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

const badGateway: AnswerHead = { status: 502, headers: [["Content-Type", "application/json"]] };

/** @throws ExpectedError for an answer that a function URL refuses. */
export async function writeHttpResult(
  result: InvocationResult,
  { stdout, signal }: Surroundings,
): Promise<FunctionError | undefined> {
  if (signal?.aborted) return undefined;
  try {
    if (result.kind === "error") {
      await write(
        stdout,
        Buffer.concat([headLines(badGateway), Buffer.from("Internal Server Error\n")]),
      );
      return result;
    }
    if (result.kind === "response") {
      const answer = bufferedAnswer(result.body);
      await write(stdout, Buffer.concat([headLines(answer), answer.body]));
      return undefined;
    }
    const chunks = (result.chunks as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    const { head, rest } = await readPrelude(chunks);
    await write(stdout, Buffer.concat([headLines(head), rest ?? Buffer.alloc(0)]));
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      await write(stdout, next.value);
    }
    return await result.ended;
  } catch (error) {
    if (!(error instanceof InvalidAnswer)) throw error;
    throw new ExpectedError(
      `the answer cannot be sent, and a client would get 502: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

function headLines({ status, headers }: AnswerHead): Buffer {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd(),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "",
    "",
  ];
  return Buffer.from(lines.join("\n"), "latin1");
}
