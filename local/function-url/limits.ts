// What a function URL takes and gives at most, in bytes.
import { maximumResponseBytes } from "../../host/answer/limit.ts";

/** The event made of a request; Lambda has one limit for both ways. */
export const maximumEventBytes = maximumResponseBytes;

/** The status, headers and cookies before a streamed body, delimiter included. */
export const maximumPreludeBytes = 16 * 1024;
