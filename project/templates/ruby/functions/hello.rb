require "json"
require "logger"

LOGGER = Logger.new($stdout)

def lambda_handler(event:, context:)
  name = event.fetch("name", "World")
  LOGGER.info("greeting #{name}") if context
  { greeting: "Hello, #{name}!" }
end

puts lambda_handler(event: JSON.parse($stdin.read), context: nil).to_json if __FILE__ == $PROGRAM_NAME
