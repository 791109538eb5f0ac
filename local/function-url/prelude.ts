// The beginning of a streamed HTTP answer: JSON with status, headers and cookies, 8 NUL bytes, and
// then the body. https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
import { type AnswerHead, answerHead, InvalidAnswer, withContentType } from "./answer.ts";
import { maximumPreludeBytes } from "./limits.ts";

/** The content type of a post that begins like this. */
export const integrationType = "application/vnd.awslambda.http-integration-response";

const delimiter = Buffer.alloc(8);
const emptyHead: AnswerHead = {
  status: 200,
  headers: [["Content-Type", "application/octet-stream"]],
};

/**
 * Reads chunks up to the delimiter; returns what the prelude says and the part of the body that
 * came with it; undefined when nothing came at all.
 * @throws InvalidAnswer
 */
export async function readPrelude(
  chunks: AsyncIterator<Buffer>,
): Promise<{ head: AnswerHead; rest: Buffer | undefined }> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const next = await chunks.next();
    // AWS sends an empty answer if nothing was written.
    if (next.done && bytes.length === 0) return { head: emptyHead, rest: undefined };
    if (next.done) throw new InvalidAnswer("its prelude is not followed by 8 NUL bytes");
    // The delimiter may have begun in the chunk before.
    const from = Math.max(0, bytes.length - delimiter.length + 1);
    bytes = Buffer.concat([bytes, next.value]);
    const end = bytes.indexOf(delimiter, from);
    if ((end === -1 ? bytes.length : end + delimiter.length) > maximumPreludeBytes) {
      throw new InvalidAnswer(`its prelude has more than ${maximumPreludeBytes} bytes`);
    }
    if (end === -1) continue;
    const head = preludeHead(bytes.subarray(0, end).toString());
    return { head, rest: bytes.subarray(end + delimiter.length) };
  }
}

function preludeHead(text: string): AnswerHead {
  let prelude: unknown;
  try {
    prelude = JSON.parse(text);
  } catch (error) {
    throw new InvalidAnswer(`its prelude is not JSON: ${(error as Error).message}`);
  }
  if (typeof prelude !== "object" || prelude === null || Array.isArray(prelude)) {
    throw new InvalidAnswer("its prelude is not a JSON object");
  }
  return withContentType(answerHead({ statusCode: 200, ...prelude }), "application/octet-stream");
}
