# frozen_string_literal: true

# The adapter of Ruby: loads a file once and calls its method for each event. It behaves as AWS's
# runtime does under `aws`. (The protocol: docs/languages.md.)
require "json"
require "logger"
require "stringio"

class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name,
              :function_name, :memory_limit_in_mb, :function_version, :identity, :tenant_id,
              :client_context, :deadline_ms

  def initialize(headers)
    @deadline_ms = headers["lambda-runtime-deadline-ms"].to_i
    @aws_request_id = headers["lambda-runtime-aws-request-id"]
    @invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
    @log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
    @log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
    @function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
    @memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    @function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
    @identity = parsed(headers["lambda-runtime-cognito-identity"])
    @client_context = parsed(headers["lambda-runtime-client-context"])
    @tenant_id = headers["lambda-runtime-aws-tenant-id"] unless headers["lambda-runtime-aws-tenant-id"].to_s.empty?
  end

  def get_remaining_time_in_millis
    [0, deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)].max
  end

  private

  def parsed(text)
    JSON.parse(text) unless text.to_s.empty?
  end
end

module Stdlambda
  class Fault < StandardError
    attr_reader :type

    def initialize(type, message)
      super(message)
      @type = type
    end
  end

  class << self
    attr_reader :request_id

    def serve(source, sink, convention, path, export, *arguments)
      @requests = File.open(source, "rb")
      @replies = File.open(sink, "wb")
      @replies.sync = true
      @convention = convention
      @arguments = arguments
      @own_process = Process.pid
      STDOUT.sync = true
      ARGV.replace(arguments)
      begin
        call = load_function(path, export)
      rescue Fault => e
        return fail_with("0", e.type, e.message)
      rescue SystemExit, SignalException
        raise
      rescue Exception => e
        return fail_by("0", e, "Init")
      end
      reply("ready")
      answer_all(call)
    end

    private

    def answer_all(call)
      while (line = @requests.gets)
        _, id, head, length = line.split
        headers, files = prepare(@requests.read(head.to_i).force_encoding("UTF-8"))
        body = @requests.read(length.to_i)
        @request_id = headers["lambda-runtime-aws-request-id"]
        begin
          answer(id, call, headers, files, body)
        rescue Fault => e
          fail_with(id, e.type, e.message)
        rescue SystemExit, SignalException
          raise
        rescue Exception => e
          fail_by(id, e, "Function")
        end
      end
    end

    def answer(id, call, headers, files, body)
      case @convention
      when "stdio", "main"
        return reply("done #{id} #{with_files(files) { call.call }}")
      when "string"
        result = call.call(body.force_encoding("UTF-8"), headers)
      when "json"
        result = call.call(parse(body), headers)
      else
        result = call.call(event: parse(body), context: LambdaContext.new(headers))
      end
      if result.is_a?(StringIO) || result.is_a?(IO)
        data = result.read.to_s
      elsif @convention != "aws" && result.is_a?(String)
        data = result
      else
        data = result.to_json
      end
      reply("response #{id} #{data.bytesize}", data)
    end

    def with_files(files)
      log = STDOUT.dup
      STDIN.reopen(files["<"], "r")
      STDOUT.reopen(files[">"], "w")
      STDOUT.sync = true
      begin
        yield
        0
      rescue SystemExit => e
        e.status
      ensure
        $stdout.flush
        STDOUT.reopen(log)
        STDOUT.sync = true
        log.close
        STDIN.reopen(File::NULL)
      end
    end

    def parse(body)
      body.empty? ? nil : JSON.parse(body.force_encoding("UTF-8"))
    rescue JSON::ParserError => e
      raise Fault.new("Runtime.UnmarshalError", "The event is not valid JSON: #{e.message}")
    end

    def prepare(head)
      headers = {}
      files = {}
      head.each_line(chomp: true) do |line|
        case line
        when /\A[<>]/ then files[line[0]] = line[1..]
        when /\A[a-z]/
          name, value = line.split(": ", 2)
          headers[name] = value.to_s
        else
          name, value = line.split("=", 2)
          ENV[name] = value
        end
      end
      [headers, files]
    end

    def load_function(path, export)
      root = ENV["LAMBDA_TASK_ROOT"] || Dir.pwd
      add_places(root)
      before = Object.private_instance_methods(false)
      constants = Object.constants
      require path
      *owner, name = export.split(".")
      if owner.empty?
        method = TOPLEVEL_BINDING.receiver.method(name) if TOPLEVEL_BINDING.receiver.respond_to?(name, true)
        # Kernel's own, such as print, are nobody's handler.
        method = nil if method && method.owner == Kernel
      else
        holder = owner.join("::").split("::").reduce(Object) { |place, part| place&.const_defined?(part, false) ? place.const_get(part) : nil }
        method = holder.method(name) if holder.respond_to?(name, true)
      end
      unless method
        defined = Object.private_instance_methods(false) - before
        (Object.constants - constants).each do |constant|
          # What would be loaded only now may fail, and is not the file's own.
          next if Object.autoload?(constant)

          value = Object.const_get(constant)
          next unless value.is_a?(Module)

          defined.concat(value.singleton_methods(false).map { |each| "#{constant}.#{each}" })
        end
        list = defined.empty? ? "no method." : defined.join(", ")
        raise Fault.new("Runtime.HandlerNotFound", "#{path} does not define #{export}. It defines: #{list}")
      end
      return method unless @convention == "main"

      method.arity.zero? ? method : -> { method.call(*@arguments) }
    end

    # As AWS's runtime looks for gems: the function's own by Bundler, then a layer's.
    def add_places(root)
      layers = ["/opt/ruby", *ENV["RUBYLIB"].to_s.split(":").filter_map { |place| place[%r{\A(.*/ruby)/lib\z}, 1] }].uniq
      version = RbConfig::CONFIG["ruby_version"]
      $LOAD_PATH.unshift(root, *layers.map { |layer| "#{layer}/lib" })
      gems = ["#{root}/vendor/bundle/ruby/#{version}", *layers.map { |layer| "#{layer}/gems/#{version}" }]
      gems.select! { |place| Dir.exist?(place) }
      Gem.paths = { "GEM_PATH" => [*gems, *Gem.path].join(":") } unless gems.empty? || !defined?(Gem)
    end

    def fail_by(id, error, origin)
      type = @convention == "aws" ? "#{origin}<#{error.class}>" : error.class.to_s
      frames = (error.backtrace || []).map(&:to_s)
      own = frames.index { |frame| frame.start_with?("#{__FILE__}:") }
      # What loads files stands between the file and this one.
      frames = frames.first(own).reject { |frame| frame.match?(/\A<internal:/) } if own
      message = "#{error.message}#{advice(error) if origin == "Init"}"
      fail_with(id, type, message, frames.first(100))
    end

    # What to do about a gem that is not there; Ruby's own words stand before it.
    def advice(error)
      name = error.path if error.is_a?(LoadError)
      return if name.nil? || name.start_with?("/")

      gem = name.tr("/", "-")
      return ". Lambda's own Ruby runtimes bring the AWS SDK; here it is missing: gem install #{gem}, or put it into the function or a layer." if gem.start_with?("aws-sdk")

      ". Install it (gem install #{gem}, or bundle install), or put it into the function or a layer."
    end

    def fail_with(id, type, message, frames = [])
      parts = [type, message, frames.join("\n")].map { |text| text.dup.force_encoding("BINARY") }
      reply("error #{id} #{parts.map(&:bytesize).join(" ")}", *parts)
    end

    def reply(line, *parts)
      # A process that the function has forked is not the one that was asked.
      exit!(1) if Process.pid != @own_process
      @replies.write("#{line}\n".b, *parts)
    end
  end

  # Logger as on Lambda: the request id in each line, a record of JSON where the function logs JSON.
  module LoggerPatch
    def initialize(logdev, *arguments, formatter: nil, **options)
      formatter ||= LogFormatter.new if logdev.nil? || logdev == $stdout || logdev == $stderr
      super(logdev, *arguments, formatter: formatter, **options)
    end
  end

  class LogFormatter < Logger::Formatter
    NAMES = { "WARN" => "WARN", "ANY" => "INFO" }.freeze

    def call(severity, time, progname, message)
      if ENV["AWS_LAMBDA_LOG_FORMAT"].to_s.upcase == "JSON"
        record = { timestamp: time.utc.strftime("%Y-%m-%dT%H:%M:%S.%LZ"), level: NAMES.fetch(severity, severity),
                   requestId: Stdlambda.request_id, progname: progname }.compact
        if message.is_a?(Exception)
          record.update({ message: message.message, errorType: message.class, stackTrace: message.backtrace }.compact)
        else
          record[:message] = message.is_a?(Hash) ? message : msg2str(message)
        end
        return "#{record.to_json}\n"
      end
      text = format("%s, [%s #%d] %5s %s -- %s: %s", severity[0], format_datetime(time), Process.pid, severity,
                    Stdlambda.request_id, progname, msg2str(message))
      "#{text.gsub(/\r?\n/, "\r")}\n"
    end
  end
end

Logger.prepend(Stdlambda::LoggerPatch)
Stdlambda.serve(*ARGV)
