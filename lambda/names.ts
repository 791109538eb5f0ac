// Which names Lambda allows, as its service model has them.

/** The characters of a name, as part of a pattern. */
export const nameCharacter = "[a-zA-Z0-9-_]";

/** Of a function and of a layer. */
export const namePattern = new RegExp(`^${nameCharacter}{1,64}$`);
export const maximumNameLength = 64;
/** For messages: what `namePattern` asks for. */
export const nameForm = "up to 64 letters, digits, - and _";
export const aliasPattern = new RegExp(`^(?!\\d+$)${nameCharacter}{1,128}$`);
export const aliasForm = "a name of letters, digits, - and _, not only digits";
/** A version, an alias or $LATEST, as Invoke takes it. */
export const qualifierPattern = /^[a-zA-Z0-9$_.-]{1,128}$/;
export const tenantPattern = /^[a-zA-Z0-9._:/=+\-@ ]{1,256}$/;
/** Of an environment variable. */
export const variablePattern = /^[a-zA-Z][a-zA-Z0-9_]+$/;
export const accountPattern = /^\d{12}$/;

/** `text` with a dash for each character that a name cannot have. */
export function asName(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9-_]+/g, "-");
}

/** `text` as the value of a tag. https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
export function asTagValue(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} _.:/=+\-@]/gu, "-").slice(0, 256);
}
