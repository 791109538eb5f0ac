const greetings = { de: "Hallo", en: "Hello", fr: "Bonjour" };

export function greetingIn(language) {
  return greetings[language] ?? greetings.en;
}
