// What the fake is told to do: one turn for each poll, and an answer for each post of its event.
export interface Reply {
  status: number;
  errorType?: string;
}

/**
 * How a call goes wrong on the wire.
 *
 * - `reset`: the request is read whole, then the connection is reset
 * - `reset at head`: the connection is reset when the head has come
 * - `end`: the request is read whole, then the connection is closed without a byte
 * - `half a head`: the connection is closed within the status line and headers
 * - `down`: as `reset`, and from then on nothing listens
 */
export type Fault = "reset" | "reset at head" | "end" | "half a head" | "down";

/** How the bytes of a good answer come. */
export interface Delivery {
  /** The body is sent chunked, in several chunks. */
  chunked?: boolean;
  /** Each byte of the head is a write of its own, and head and body come apart. */
  splitHead?: boolean;
  /** Header names in lower case only. */
  lowerCase?: boolean;
  /** The answer says `Connection: close`, and the connection is closed after it. */
  close?: boolean;
  /** A `102 Processing` and a `103 Early Hints` come before the answer. */
  interim?: boolean;
  /** The connection is reset as soon as the answer is sent, so the next call finds it dead. */
  thenReset?: boolean;
}

export interface EventTurn {
  requestId: string;
  event: Buffer;
  /** Sent as they stand, in order; values are sent as UTF-8. Asked for when the event goes out. */
  headers(): [name: string, value: string][];
  /** How long the poll is held, in milliseconds. */
  holdMs: number;
  delivery: Delivery;
  /** The answer to the first post, the second and so on; then the states decide. */
  posts: (Reply | Fault)[];
  /** How the answers to posts are delivered. */
  postDelivery: Delivery;
  /** Awaited after the poll came, before the event is sent. */
  before?(): void | Promise<void>;
  /** Called when the event has been sent. */
  during?(): void;
}

/** A poll that gets no event. */
export interface FaultTurn {
  fault: Reply | Fault;
}

export type FakeTurn = EventTurn | FaultTurn;
