# A function as on AWS's Ruby runtimes, by itself and as a method of a class in a module.
require "logger"

LOGGER = Logger.new($stderr)

module Orders
  class Handler
    def self.process(event:, context:)
      LOGGER.info("an order for request #{context.aws_request_id}")
      total = event["items"].sum { |item| item["price"] * item["count"] }
      { total: total }
    end
  end
end

def total(event:, context:)
  Orders::Handler.process(event: event, context: context)
end
