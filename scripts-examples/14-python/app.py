"""A function as on AWS's Python runtimes: the event and the context in, plain data out."""

import logging
from collections import Counter

logger = logging.getLogger()
logger.setLevel("INFO")


def lambda_handler(event, context):
    words = event["words"]
    logger.info("counting %d words for request %s", len(words), context.aws_request_id)
    return dict(Counter(words))
