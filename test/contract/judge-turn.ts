// Whether what was posted for an event is what its row expects.
import type { ErrorExpected, Expected, Sent } from "./case.ts";
import { contentProblem } from "./content.ts";
import { bodyOf, type RecordedRequest } from "./fake/recorded-request.ts";

/** The problems found, as sentences. */
export function judgeTurn(sent: Sent, posts: RecordedRequest[]): string[] {
  const { atLeast, atMost } = countExpected(sent);
  if (posts.length < atLeast || posts.length > atMost) {
    const wanted = atLeast === atMost ? `${atMost}` : `${atLeast} to ${atMost}`;
    return [`${posts.length} posts instead of ${wanted}: ${posts.map(summary).join(", ")}`];
  }
  const post = posts.findLast((candidate) => candidate.complete);
  if (post) return judgePost(sent.expect, post);
  return posts.map((begun) => `the post has no end: ${summary(begun)}`);
}

function countExpected({ expect, posts, postCount }: Sent): { atLeast: number; atMost: number } {
  if (postCount) return { atLeast: 1, ...postCount };
  if ("nothing" in expect) return { atLeast: 0, atMost: 0 };
  if ("anyOf" in expect && expect.anyOf.some((one) => "nothing" in one)) {
    return { atLeast: 0, atMost: 1 };
  }
  const count = Math.max(1, posts?.length ?? 0);
  return { atLeast: count, atMost: count };
}

function judgePost(expect: Expected, post: RecordedRequest): string[] {
  if ("anyOf" in expect) {
    const tried = expect.anyOf.map((one) => judgePost(one, post));
    return tried.some((problems) => problems.length === 0) ? [] : tried.flat();
  }
  if ("nothing" in expect) return [`nothing was expected, but ${summary(post)} came`];
  if ("error" in expect && !("stream" in expect)) {
    if (!post.path.endsWith("/error")) return [`an error was expected, but ${summary(post)} came`];
    return judgeError(expect.error, bodyOf(post), header(post, "Error-Type"));
  }
  if (!post.path.endsWith("/response")) {
    return [`a response was expected, but ${summary(post)} came`];
  }
  return "stream" in expect ? judgeStream(expect, post) : judgeResponse(expect.response, post);
}

function judgeResponse(
  expected: Extract<Expected, { response: unknown }>["response"],
  post: RecordedRequest,
) {
  const problem = contentProblem(bodyOf(post), expected);
  return problem ? [`response: ${problem}`] : [];
}

function judgeStream(
  expect: Extract<Expected, { stream: unknown }>,
  post: RecordedRequest,
): string[] {
  const problems: string[] = [];
  const say = (wrong: boolean, text: string) => void (wrong && problems.push(text));
  const trailerNames = (post.headers.trailer ?? "").toLowerCase();
  say(header(post, "Response-Mode") !== "streaming", "no response mode header of streaming");
  say(post.headers["transfer-encoding"] !== "chunked", "the streaming post is not chunked");
  for (const name of ["error-type", "error-body"]) {
    const trailer = `lambda-runtime-function-${name}`;
    say(!trailerNames.includes(trailer), `the Trailer header does not declare ${trailer}`);
  }
  say(post.headers["content-type"] === undefined, "the streaming post has no Content-Type");
  if (expect.contentType !== undefined) {
    const actual = post.headers["content-type"];
    say(actual !== expect.contentType, `Content-Type is ${actual}, not ${expect.contentType}`);
  }
  const problem = contentProblem(bodyOf(post), expect.stream);
  say(problem !== undefined, `streamed body: ${problem}`);
  const type = post.trailers["lambda-runtime-function-error-type"];
  const body = post.trailers["lambda-runtime-function-error-body"];
  if (expect.error) {
    say(type === undefined || body === undefined, "the two error trailers are not both there");
    problems.push(...judgeError(expect.error, Buffer.from(body ?? "", "base64"), type));
  } else {
    say(type !== undefined || body !== undefined, `error trailers came: ${type} ${body}`);
  }
  return problems;
}

/** Also for init/error, and for the trailers of a stream. */
export function judgeError(
  { type, message, header = /./ }: ErrorExpected,
  body: Buffer,
  typeHeader: string | undefined,
): string[] {
  const problems: string[] = [];
  let parsed: { errorType?: unknown; errorMessage?: unknown } = {};
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    return [`the error's body is not JSON: ${body.toString().slice(0, 200)}`];
  }
  const match = (name: string, value: unknown, pattern: RegExp | undefined) => {
    if (!pattern) return;
    if (typeof value !== "string") problems.push(`${name} is missing`);
    else if (!pattern.test(value))
      problems.push(`${name} ${JSON.stringify(value)} is not ${pattern}`);
  };
  match("errorType", parsed.errorType, type ?? /./);
  match("errorMessage", parsed.errorMessage, message ?? /^/);
  if (header !== "any") match("Lambda-Runtime-Function-Error-Type", typeHeader, header);
  return problems;
}

function header(post: RecordedRequest, name: string): string | undefined {
  return post.headers[`lambda-runtime-function-${name.toLowerCase()}`];
}

function summary(post: RecordedRequest): string {
  const kind = post.path.split("/").at(-1);
  return `${kind} ${JSON.stringify(bodyOf(post).subarray(0, 160).toString())}`;
}
