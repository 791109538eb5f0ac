// The filter patterns of CloudWatch Logs.
// See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
import { takeDelimitedPattern } from "./delimited-pattern.ts";
import { takeJsonPattern } from "./json-pattern.ts";
import { createScanner, type Scanner } from "./scanner.ts";
import { takeTermPattern } from "./term-pattern.ts";

/**
 * Returns whether the pattern matches a message; an empty pattern matches all.
 * @throws ServiceError that names the place
 */
export function compileFilterPattern(pattern: string): (message: string) => boolean {
  const scanner = createScanner(pattern);
  scanner.skipSpace();
  const matches = kindOf(scanner)(scanner);
  scanner.skipSpace();
  if (!scanner.atEnd()) scanner.fail("nothing may follow the closing bracket");
  return matches;
}

function kindOf(scanner: Scanner): (scanner: Scanner) => (message: string) => boolean {
  const next = scanner.text[scanner.position];
  if (next === "{") return takeJsonPattern;
  return next === "[" ? takeDelimitedPattern : takeTermPattern;
}
