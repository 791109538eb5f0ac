// Makes log messages from the bytes of a runtime's stdout or stderr: a line is a message.

/**
 * CloudWatch Logs takes 256 KiB for an event and counts 26 bytes for the event itself.
 * See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 */
const longestMessageBytes = 256 * 1024 - 26;

const newline = 0x0a;
const carriageReturn = 0x0d;

export interface LogLines {
  push(chunk: Buffer): void;
  /** Passes on the rest, a last line without its newline. */
  flush(): void;
}

/**
 * A line that is too long for one message becomes several; nothing is lost. Empty lines are
 * messages too, as on Lambda; a carriage return inside a line stays, one before the newline goes.
 */
export function createLogLines(
  onMessage: (message: string) => void,
  maximumBytes: number = longestMessageBytes,
): LogLines {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  /** Holds less than `maximumBytes`, so that a line without an end cannot fill the memory. */
  function wait(piece: Buffer): void {
    if (piece.length === 0) return;
    waiting.push(piece);
    waitingBytes += piece.length;
    // One byte more: the carriage return of a line that just fits.
    if (waitingBytes <= maximumBytes + 1) return;
    let bytes = take();
    while (bytes.length > maximumBytes + 1) {
      const end = cutAt(bytes, maximumBytes);
      onMessage(bytes.toString("utf8", 0, end));
      bytes = bytes.subarray(end);
    }
    waiting = [bytes];
    waitingBytes = bytes.length;
  }

  function take(): Buffer {
    const bytes = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    return bytes;
  }

  function hand(line: Buffer, start: number, end: number): void {
    const stop = end > start && line[end - 1] === carriageReturn ? end - 1 : end;
    let begin = start;
    while (stop - begin > maximumBytes) {
      const cut = cutAt(line, begin + maximumBytes);
      onMessage(line.toString("utf8", begin, cut));
      begin = cut;
    }
    // Decoded one by one: a slice of a long string would keep the whole of it alive in a store.
    onMessage(line.toString("utf8", begin, stop));
  }

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        if (waitingBytes === 0) {
          hand(chunk, start, end);
        } else {
          waiting.push(chunk.subarray(start, end));
          const line = take();
          hand(line, 0, line.length);
        }
        start = end + 1;
      }
      wait(start === 0 ? chunk : chunk.subarray(start));
    },
    flush() {
      if (waitingBytes === 0) return;
      const line = take();
      hand(line, 0, line.length);
    },
  };
}

/** The greatest position up to `limit` that does not stand inside a character of UTF-8. */
function cutAt(bytes: Buffer, limit: number): number {
  let position = limit;
  // A character has at most three continuation bytes; more of them are not UTF-8 anyway.
  while (position > limit - 3 && ((bytes[position] ?? 0) & 0xc0) === 0x80) position -= 1;
  return ((bytes[position] ?? 0) & 0xc0) === 0x80 ? limit : position;
}
