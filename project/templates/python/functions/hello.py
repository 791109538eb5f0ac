import json
import logging
import sys

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def lambda_handler(event, context):
    name = event.get("name", "World")
    logger.info("greeting %s", name)
    return {"greeting": f"Hello, {name}!"}


if __name__ == "__main__":
    print(json.dumps(lambda_handler(json.load(sys.stdin), None)))
