// Asks questions with a few possible answers on a terminal.
import { createInterface } from "node:readline/promises";
import type { Surroundings } from "./surroundings.ts";

export interface Questions extends Disposable {
  /**
   * The chosen name: by its number, by itself, or the first one for an empty line. Asks again after
   * anything else; rejects with the signal's reason when it is stopped.
   */
  ask<Name extends string>(
    question: string,
    answers: Readonly<Record<Name, string>>,
  ): Promise<Name>;
}

/** One reader for all questions, because it reads ahead. */
export function openQuestions({ stdin, stderr, signal }: Surroundings): Questions {
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  const waiting: ((line: string) => void)[] = [];
  const read: string[] = [];
  let isAtEnd = false;
  lines.on("line", (line) => {
    const take = waiting.shift();
    if (take === undefined) read.push(line);
    else take(line);
  });
  lines.once("close", () => {
    isAtEnd = true;
    for (const take of waiting) take("");
  });

  function nextLine(): Promise<string> {
    const line = read.shift();
    // The end of the input counts as an empty answer, because asking again would be useless.
    if (line !== undefined || isAtEnd) return Promise.resolve(line ?? "");
    return new Promise((resolve, reject) => {
      waiting.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  return {
    async ask(question, answers) {
      const names = Object.keys(answers) as (keyof typeof answers)[];
      const first = names[0] as keyof typeof answers;
      const width = Math.max(...names.map((name) => name.length)) + 2;
      const list = names.map((name, at) => `  ${at + 1}  ${name.padEnd(width)}${answers[name]}\n`);
      stderr.write(`${question}\n${list.join("")}`);
      while (true) {
        stderr.write(`1-${names.length} or a name (${first}): `);
        const answer = (await nextLine()).trim();
        const wanted = names[Number(answer) - 1] ?? answer;
        const chosen = answer === "" ? first : names.find((name) => name === wanted);
        if (chosen !== undefined) return chosen;
        stderr.write(`${JSON.stringify(answer)} is not one of the choices.\n`);
      }
    },
    [Symbol.dispose]() {
      lines.close();
    },
  };
}
