import getStream from "get-stream";
import { median } from "./median.ts";

const { samples }: { samples: number[] } = JSON.parse(await getStream(process.stdin));
console.log(JSON.stringify({ count: samples.length, median: median(samples) }));
