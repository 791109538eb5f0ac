// Finds where a JSON object ends without parsing it, however its text is split into pieces.

export interface ObjectScanner {
  /** `closed`: the object has ended, and nothing but white space follows; `over`: more than one value. */
  push(piece: Uint8Array): "open" | "closed" | "over";
}

const quote = 0x22;
const backslash = 0x5c;

/** For text that begins with `{`, white space before it apart. */
export function createObjectScanner(): ObjectScanner {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let state: "open" | "closed" | "over" = "open";

  function take(byte: number): void {
    if (isEscaped) isEscaped = false;
    else if (isInString) {
      if (byte === quote) isInString = false;
      else if (byte === backslash) isEscaped = true;
    } else if (byte === quote) isInString = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      if (depth <= 0) state = "closed";
    }
  }

  return {
    push(piece) {
      for (const byte of piece) {
        if (state === "open") take(byte);
        else if (byte !== 0x20 && !(byte >= 0x09 && byte <= 0x0d)) state = "over";
        if (state === "over") break;
      }
      return state;
    },
  };
}
