// The bench: our host in each mode, its peer and the floors in one interleaved run, one table, and
// the targets checked against it; or a soak of one host.
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { conditions } from "./conditions.ts";
import { pin } from "./pin.ts";
import { reasons, rowTable, targetTable } from "./report.ts";
import { type Row, rows } from "./rows.ts";
import { type RowResult, run } from "./run.ts";
import { bundledBootstrap } from "./runtimes.ts";
import { soak } from "./soak.ts";
import { isStale } from "./stale.ts";
import { type Judgement, judge } from "./targets.ts";

type Options = {
  only?: Row[];
  rounds: number;
  quick?: boolean;
  check?: boolean;
  json?: boolean;
  bootstrap: string;
  soak?: number;
  mode: string[];
};

type Report = { conditions: string; rows: RowResult[]; targets: Judgement[] };

const names = rows.map((row) => row.name).join(", ");

const program = new Command("bench")
  .description("Compares the host with its peer and the floors in one interleaved run.")
  .option("--only <row>", `run this row and its floor; may be repeated (${names})`, chooseRow)
  .option("--rounds <number>", "rounds to interleave", wholeNumber, 5)
  .option("--quick", "a smoke run: one round, few events; its figures mean nothing")
  .option("--check", "exit with 1 when a target is not met")
  .option("--json", "print the measurements as JSON")
  .option("--bootstrap <file>", "the host's bootstrap", (file) => resolve(file), bundledBootstrap)
  .option("--soak <events>", "send that many events through one host and watch it", wholeNumber)
  .addOption(new Option("--mode <row...>", "hosts to soak, by row").default(["function", "spawn"]))
  .action(main);

await program.parseAsync();

async function main(options: Options): Promise<void> {
  const where = conditions(pin());
  if (isStale(options.bootstrap)) {
    process.stderr.write(`${options.bootstrap} is older than host/: npm run build renews it.\n`);
  }
  process.exitCode = await (options.soak === undefined
    ? compare(options, where)
    : soak(options.mode, options.soak, options.bootstrap));
}

async function compare(options: Options, where: string): Promise<number> {
  const results = await run({
    rows: options.only ?? rows,
    rounds: options.quick ? 1 : options.rounds,
    colds: options.quick ? 1 : 3,
    share: options.quick ? 0.02 : 1,
    bootstrap: options.bootstrap,
    progress,
  });
  const report: Report = { conditions: where, rows: results, targets: judge(results) };
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : text(report));
  const unmet = options.check === true && report.targets.some(({ met }) => met === false);
  return unmet || results.some(isBroken) ? 1 : 0;
}

// A peer may be missing; our own host may not.
function isBroken({ row, absent, failed }: RowResult): boolean {
  return failed !== undefined || (absent !== undefined && row.runtime === "host");
}

function text({ conditions, rows, targets }: Report): string {
  const judged = targets.length > 0 ? targetTable(targets) : "";
  return `${[conditions, rowTable(rows), reasons(rows), judged].filter(Boolean).join("\n\n")}\n`;
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}

function chooseRow(name: string, chosen: Row[] = []): Row[] {
  const row = findRow(name);
  const floor = row.floor === undefined ? [] : [findRow(row.floor)];
  return [...new Set([...chosen, ...floor, row])];
}

function findRow(name: string): Row {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new InvalidArgumentError(`There is no such row. Rows: ${names}.`);
  return row;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError("Give a whole number of at least 1.");
  }
  return number;
}
