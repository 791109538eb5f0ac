// Who may call the service: programs on this machine, and no web page (DNS rebinding, forms,
// scripts of other sites); on a wider address only callers that know the token.

import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { lambdaError, type ServiceError } from "../service-error.ts";
import { isLoopback } from "./loopback.ts";
import { readTarget } from "./target.ts";

/** The parts of a request that show who sends it. */
type GuardedRequest = Pick<IncomingMessage, "headers" | "url">;

/** Which web pages may do what; nothing without it. */
interface Pages {
  /** Whether a page of this origin may send the request. */
  readonly allowsOrigin: (origin: string) => boolean;
  /** Whether any page may lead its visitor here, by a link or a form: the answer is the next page. */
  readonly allowsNavigation: boolean;
}

export type Guard = (request: GuardedRequest, pages?: Pages) => void;

const noPages: Pages = { allowsOrigin: () => false, allowsNavigation: false };

/**
 * A guard throws ServiceError AccessDeniedException (403) for what is refused.
 * @param token demanded of every request when the service is bound beyond loopback.
 * @param anyHost takes every Host header: in a container, whose author chose which port to publish.
 */
export function createGuard(token: string | undefined, anyHost = false): Guard {
  // The same client sends the same header again and again.
  let knownHost: string | undefined;
  return (request, { allowsOrigin, allowsNavigation } = noPages) => {
    const { origin } = request.headers;
    const host = readTarget(request.url).authority ?? request.headers.host;
    if (token !== undefined) {
      if (!carriesToken(request, token)) throw refusal(needsToken);
    } else if (!anyHost && (host !== knownHost || host === undefined)) {
      if (!namesThisMachine(host)) throw refusal(foreignHost(host));
      knownHost = host;
    }
    if (allowsNavigation && isNavigation(request)) return;
    if (origin !== undefined && !isOwnOrigin(origin, host) && !allowsOrigin(origin)) {
      throw refusal(
        `A page of ${origin} may not call this service. For a function URL, allow the origin in its Cors settings, or start the service with --allow-origin ${origin}`,
      );
    }
    // Sent by browsers even where Origin is not: links, images, forms with GET.
    const site = request.headers["sec-fetch-site"];
    const isForeign = site === "cross-site" || site === "same-site";
    if (isForeign && (origin === undefined || !allowsOrigin(origin))) {
      throw refusal("Another site's page may not call this service");
    }
  };
}

/**
 * A page in a window of its own, which no script of another site can read. Pages cannot set these
 * headers.
 */
function isNavigation({ headers }: GuardedRequest): boolean {
  return headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}

const needsToken =
  "This service is open to other machines and requires its token: as AWS access key id (AWS_ACCESS_KEY_ID), as `Authorization: Bearer TOKEN`, or as `X-Stdlambda-Token: TOKEN`";

function foreignHost(host: string | undefined): string {
  return `The Host header names ${host ?? "nothing"}; this service answers to localhost and loopback addresses only`;
}

function refusal(message: string): ServiceError {
  return lambdaError("AccessDeniedException", message);
}

/**
 * With DNS rebinding the attacker's own name is here: he can make his name point to us, but cannot
 * use another one.
 */
function namesThisMachine(host: string | undefined): boolean {
  return isLoopback((host ?? "").replace(/:\d+$/, ""));
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}`;
}

function carriesToken({ headers, url = "" }: GuardedRequest, token: string): boolean {
  const { authorization = "" } = headers;
  const given = [
    headers["x-stdlambda-token"],
    /^Bearer +(\S+)$/i.exec(authorization)?.[1],
    // Signature Version 4: the access key id is not encrypted.
    /\bCredential=([^/,\s]+)\//.exec(authorization)?.[1],
    /[?&]X-Amz-Credential=([^%/&]+)(?:%2F|\/)/i.exec(url)?.[1],
  ];
  return given.some((text) => typeof text === "string" && isEqual(text, token));
}

function isEqual(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
