export function counter({ minimum }: { minimum: number }) {
  return ({ text }: { text: string }) => ({
    words: text.split(/\s+/).filter((word) => word.length >= minimum).length,
  });
}
