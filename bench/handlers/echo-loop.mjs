// A script for loop mode: a line with the event in, a line with the response out.
let rest = "";

process.stdin.setEncoding("utf8");
process.stdin.on("data", (text) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) process.stdout.write(`${JSON.stringify(JSON.parse(line).event)}\n`);
});
