// The end of one invocation's log, for X-Amz-Log-Result.
import { maximumLogTailBytes } from "../../lambda/limits.ts";

export interface LogTail {
  add(message: string): void;
  /** At most 4 KB; a line may begin in its middle. */
  read(): Buffer;
  /** No more is added. */
  close(): void;
}

/** Messages are kept until they can no longer belong to the last 4 KB. */
export function openLogTail(onClose: () => void): LogTail {
  let messages: string[] = [];
  let size = 0;
  return {
    add(message) {
      messages.push(message);
      size += message.length + 1;
      // Dropped in one go now and then: a shift for each message would move the whole list.
      if (size < 4 * maximumLogTailBytes || messages.length < 64) return;
      messages = lastMessages(messages);
      size = messages.reduce((sum, { length }) => sum + length + 1, 0);
    },
    read() {
      const bytes = Buffer.from(messages.map((message) => `${message}\n`).join(""));
      return bytes.subarray(-maximumLogTailBytes);
    },
    close: onClose,
  };
}

function lastMessages(messages: readonly string[]): string[] {
  let size = 0;
  let first = messages.length;
  while (first > 0 && size < maximumLogTailBytes) {
    first -= 1;
    size += (messages[first] as string).length + 1;
  }
  return messages.slice(first);
}
