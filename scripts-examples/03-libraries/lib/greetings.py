GREETINGS = {"de": "Hallo", "en": "Hello", "fr": "Bonjour"}


def greeting_in(language):
    return GREETINGS.get(language, GREETINGS["en"])
