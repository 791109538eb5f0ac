// Finds where the head of an answer ends, in pieces of stdout as they come.

import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { endOfBlock, type HttpHead, readHead } from "./http-answer.ts";
import { createObjectScanner } from "./object-scanner.ts";
import { parseProxyAnswer } from "./proxy-answer.ts";

export interface FoundHead {
  /** The head of a CGI answer, or of a proxy answer as the script wrote it. */
  readonly head: HttpHead | ProxyHead;
  /** The part of the body that has come. */
  readonly body: Buffer;
}

type ProxyHead = Readonly<Record<string, unknown>> & { readonly statusCode: unknown };

export interface HeadFinder {
  /**
   * Undefined until the head is complete; not called again after it returned a head with a body.
   */
  push(piece: Buffer): FoundHead | undefined;
  /** The head at the end of the output. */
  end(): FoundHead;
}

/** A longer header block counts as body, so that output is not held back forever. */
const maximumBlockBytes = 64 * 1024;

const plain: HttpHead = { status: 200, reason: undefined, headers: [] };
const lineFeed = 0x0a;

export function createHeadFinder(): HeadFinder {
  let pieces: Buffer[] = [];
  let length = 0;
  const scanner = createObjectScanner();
  let isJson: boolean | undefined;

  function held(): Buffer {
    const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    pieces = [all];
    return all;
  }

  /**
   * A JSON object may be a proxy answer, which is known only when it is complete and nothing
   * follows.
   */
  function findJson(piece: Buffer): FoundHead | undefined {
    const seen = scanner.push(piece);
    if (seen === "open" && length <= maximumPayloadBytes) return undefined;
    if (seen === "closed" && parseProxyAnswer(held()) !== undefined) return undefined;
    return { head: plain, body: held() };
  }

  function findBlock(): FoundHead | undefined {
    const all = held();
    const end = endOfBlock(all);
    if (end !== undefined) return ofBlock(all, end);
    return length > maximumBlockBytes || !mayBeBlock(all) ? { head: plain, body: all } : undefined;
  }

  return {
    push(piece) {
      pieces.push(piece);
      length += piece.length;
      isJson ??= startsObject(held());
      if (isJson === undefined) return undefined;
      return isJson ? findJson(piece) : findBlock();
    },
    end() {
      const all = held();
      const answer = parseProxyAnswer(all);
      return answer === undefined ? ofBlock(all, endOfBlock(all) ?? all.length) : ofProxy(answer);
    },
  };
}

function ofBlock(all: Buffer, end: number): FoundHead {
  const head = readHead(all.subarray(0, end));
  return head === undefined ? { head: plain, body: all } : { head, body: all.subarray(end) };
}

function ofProxy({ body, isBase64Encoded, ...head }: Readonly<Record<string, unknown>>): FoundHead {
  const text = typeof body === "string" ? body : "";
  const bytes = Buffer.from(text, isBase64Encoded === true ? "base64" : "utf8");
  return { head: head as ProxyHead, body: bytes };
}

/** Undefined while there is only white space. */
function startsObject(bytes: Buffer): boolean | undefined {
  const first = bytes.find((byte) => byte !== 0x20 && !(byte >= 0x09 && byte <= 0x0d));
  return first === undefined ? undefined : first === 0x7b;
}

/** Whether each complete line is a field, and the last one can still become one. */
function mayBeBlock(all: Buffer): boolean {
  const lastLine = all.lastIndexOf(lineFeed) + 1;
  const line = all.toString("latin1", lastLine);
  if (!/^(?:\r|[!#$%&'*+.^_`|~0-9A-Za-z-]*(?::|$))/.test(line)) return false;
  return lastLine === 0 || areFields(all.toString("latin1", 0, lastLine));
}

function areFields(lines: string): boolean {
  return /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0\r\n]*\r?\n)+$/.test(lines);
}
