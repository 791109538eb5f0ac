// The commands of a Markdown page: its fenced `sh` blocks, each with the output that follows it.

export interface Block {
  /** Of the opening fence, from 1. */
  line: number;
  command: string;
  /** The `output` block directly below, if there is one. */
  output?: string;
  /** Why it is not run: the words after `sh no-test`. */
  noTest?: string;
  /** `sh serve`: it runs on while the blocks below it are run. */
  serves?: true;
}

/** Finds every fenced block whose language is `sh`; throws on a `no-test` without a reason. */
export function shellBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  const fences = markdown.matchAll(
    /^```(.*)\n([\s\S]*?)^```$(?=(\n*```output\n([\s\S]*?)^```$)?)/gm,
  );
  for (const { index, 1: info = "", 2: command = "", 3: follows, 4: output = "" } of fences) {
    const [language, flag, ...reason] = info.split(" ");
    if (language !== "sh") continue;
    const line = markdown.slice(0, index).split("\n").length;
    const block: Block = { line, command };
    if (follows) block.output = output;
    if (flag === "no-test") {
      if (reason.length === 0) throw new Error(`line ${line}: say why after \`\`\`sh no-test`);
      block.noTest = reason.join(" ");
    } else if (flag === "serve" && reason.length === 0) {
      block.serves = true;
    } else if (flag !== undefined) {
      throw new Error(`line ${line}: only "serve", or "no-test" and a reason, may follow \`\`\`sh`);
    }
    blocks.push(block);
  }
  return blocks;
}
