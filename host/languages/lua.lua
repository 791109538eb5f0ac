-- The adapter of Lua: loads a file once and calls its function for each event.
-- (The protocol: docs/languages.md.)
local source, sink, convention, path, export = arg[1], arg[2], arg[3], arg[4], arg[5]
local arguments = { table.unpack(arg, 6) }
local self = arg[0]
local requests = assert(io.open(source, "rb"))
local replies = assert(io.open(sink, "wb"))
replies:setvbuf("full")
io.stdout:setvbuf("line")

local variables = {}
local unset = {}
local files

local function reply(...)
  replies:write(...)
  replies:flush()
end

local function fail(id, kind, message, stack)
  reply("error ", id, " ", #kind, " ", #message, " ", #stack, "\n", kind, message, stack)
end

-- Lua can neither set a variable nor put a file at a descriptor: what it starts gets both from its shell.
local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local getenv, execute, popen = os.getenv, os.execute, io.popen

function os.getenv(name)
  if unset[name] then return nil end
  return variables[name] or getenv(name)
end

local function command(text, input, output)
  local lines = {}
  for name in pairs(unset) do lines[#lines + 1] = "unset " .. name end
  for name, value in pairs(variables) do lines[#lines + 1] = "export " .. name .. "=" .. quoted(value) end
  -- The two pipes, and what the function keeps open, are not for others.
  lines[#lines + 1] = "exec 3>&- 4>&- 5>&- 6>&-"
  if files then
    io.output():flush()
    if input then lines[#lines + 1] = "exec <" .. quoted(files["<"]) end
    if output then lines[#lines + 1] = "exec >" .. quoted(files[">"]) end
  end
  lines[#lines + 1] = text
  return table.concat(lines, "\n")
end

function os.execute(text)
  if text == nil then return execute() end
  return execute(command(text, true, true))
end

function io.popen(text, mode)
  local writes = mode and mode:sub(1, 1) == "w"
  return popen(command(text, not writes, writes), mode)
end

-- JSON, for results that are tables and for the convention `json`.
local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function encode(value, depth)
  local kind = type(value)
  if kind == "nil" then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" then
    if value ~= value or value == math.huge or value == -math.huge then error("a number that JSON cannot hold: " .. tostring(value), 0) end
    if math.type and math.type(value) == "integer" then return tostring(value) end
    return (string.format("%.17g", value) + 0 == value and value == math.floor(value) and math.abs(value) < 1e15) and string.format("%d", value) or string.format("%.14g", value) + 0 == value and string.format("%.14g", value) or string.format("%.17g", value)
  end
  if kind == "string" then
    return '"' .. value:gsub('[%c"\\]', function(c) return escapes[c] or string.format("\\u%04x", c:byte()) end) .. '"'
  end
  if kind ~= "table" then error("a " .. kind .. " cannot be written as JSON", 0) end
  if depth > 200 then error("a table that is too deep, or holds itself", 0) end
  local parts = {}
  if #value > 0 then
    for index = 1, #value do parts[index] = encode(value[index], depth + 1) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  if getmetatable(value) and getmetatable(value).__jsontype == "array" then return "[]" end
  local names = {}
  for name in pairs(value) do names[#names + 1] = name end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  for _, name in ipairs(names) do parts[#parts + 1] = encode(tostring(name), depth) .. ":" .. encode(value[name], depth + 1) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function utf8_of(code)
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then return string.char(0xC0 + code // 0x40, 0x80 + code % 0x40) end
  if code < 0x10000 then return string.char(0xE0 + code // 0x1000, 0x80 + code // 0x40 % 0x40, 0x80 + code % 0x40) end
  return string.char(0xF0 + code // 0x40000, 0x80 + code // 0x1000 % 0x40, 0x80 + code // 0x40 % 0x40, 0x80 + code % 0x40)
end

local unescapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }
local array = { __jsontype = "array" }

local function decode(text)
  local at = 1
  local function bad() error({ kind = "Runtime.UnmarshalError", message = "The event is not valid JSON at byte " .. at .. "." }, 0) end
  local function skip() at = text:find("[^ \t\r\n]", at) or #text + 1 end
  local value
  local function text_value()
    local parts = {}
    at = at + 1
    while true do
      local stop = text:find('["\\%c]', at) or bad()
      parts[#parts + 1] = text:sub(at, stop - 1)
      at = stop + 1
      local mark = text:sub(stop, stop)
      if mark == '"' then return table.concat(parts) end
      if mark ~= "\\" then bad() end
      local code = text:sub(at, at)
      at = at + 1
      if code == "u" then
        local number = tonumber(text:match("^%x%x%x%x", at) or bad(), 16)
        at = at + 4
        local low = number >= 0xD800 and number < 0xDC00 and text:match("^\\u([dD][c-fC-F]%x%x)", at)
        if low then
          number = 0x10000 + (number - 0xD800) * 0x400 + tonumber(low, 16) - 0xDC00
          at = at + 6
        end
        parts[#parts + 1] = utf8_of(number)
      else
        parts[#parts + 1] = unescapes[code] or bad()
      end
    end
  end
  local function members(close, read)
    at = at + 1
    skip()
    if text:sub(at, at) == close then at = at + 1 return end
    while true do
      read()
      skip()
      local mark = text:sub(at, at)
      at = at + 1
      if mark == close then return end
      if mark ~= "," then at = at - 1 bad() end
      skip()
    end
  end
  function value()
    skip()
    local mark = text:sub(at, at)
    if mark == '"' then return text_value() end
    if mark == "{" then
      local object = {}
      members("}", function()
        if text:sub(at, at) ~= '"' then bad() end
        local name = text_value()
        skip()
        if text:sub(at, at) ~= ":" then bad() end
        at = at + 1
        object[name] = value()
      end)
      return object
    end
    if mark == "[" then
      local list, count = setmetatable({}, array), 0
      members("]", function()
        count = count + 1
        list[count] = value()
      end)
      return list
    end
    for word, result in pairs({ ["true"] = true, ["false"] = false }) do
      if text:sub(at, at + #word - 1) == word then at = at + #word return result end
    end
    if text:sub(at, at + 3) == "null" then at = at + 4 return nil end
    local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at)
    if not number or not tonumber(number) then bad() end
    at = at + #number
    return tonumber(number)
  end
  skip()
  if at > #text then return nil end
  local result = value()
  skip()
  if at <= #text then bad() end
  return result
end

-- In the handler of xpcall the stack is still there.
local function explain(message)
  local lines = {}
  for line in debug.traceback("", 2):gmatch("[^\n]+") do
    line = line:match("^%s*(.-)%s*$")
    if line:find(self, 1, true) or line == "[C]: in function 'xpcall'" then
      if #lines > 0 then break end
    elseif line ~= "stack traceback:" then
      lines[#lines + 1] = line
    end
  end
  return { message = message, stack = table.concat(lines, "\n") }
end

local function report(id, failure)
  local message = failure.message
  if type(message) == "table" and message.kind then return fail(id, message.kind, message.message, "") end
  local kind = "Error"
  if type(message) == "table" then
    kind = type(message.errorType) == "string" and message.errorType or kind
    message = message.errorMessage or message.message or tostring(message)
  end
  fail(id, kind, tostring(message), failure.stack)
end

local function load_function()
  local root = getenv("LAMBDA_TASK_ROOT") or "."
  package.path = root .. "/?.lua;" .. root .. "/?/init.lua;/opt/lua/?.lua;/opt/lua/?/init.lua;" .. package.path
  package.cpath = root .. "/?.so;/opt/lua/?.so;" .. package.cpath
  arg = { [0] = path, table.unpack(arguments) }
  local chunk, problem = loadfile(path)
  if not chunk then error({ kind = "Runtime.UserCodeSyntaxError", message = problem }, 0) end
  local module = chunk(table.unpack(arguments))
  local value = type(module) == "table" and module or _G
  for name in export:gmatch("[^.]+") do value = type(value) == "table" and value[name] or nil end
  if value == nil and type(module) == "function" and convention ~= "main" then value = module end
  if type(value) == "function" or type(value) == "table" and (getmetatable(value) or {}).__call then return value end
  local names = {}
  for name, each in pairs(type(module) == "table" and module or {}) do
    if type(each) == "function" then names[#names + 1] = tostring(name) end
  end
  table.sort(names)
  local list = #names == 0 and "no function." or table.concat(names, ", ")
  error({ kind = "Runtime.HandlerNotFound", message = path .. " does not return a table with the function " .. export .. ". It has: " .. list }, 0)
end

local function prepare(head)
  local headers = {}
  files = nil
  for line in head:gmatch("[^\n]+") do
    local first = line:sub(1, 1)
    if first == "<" or first == ">" then
      files = files or {}
      files[first] = line:sub(2)
    elseif first:match("%l") then
      local name, value = line:match("^([^:]*): (.*)$")
      headers[name] = value
    else
      local name, value = line:match("^([^=]*)=(.*)$")
      if name then
        variables[name], unset[name] = value, nil
      else
        variables[line], unset[line] = nil, true
      end
    end
  end
  return headers
end

local standard_input, standard_output, standard_print = io.stdin, io.stdout, print

local function call_with_files(callee)
  local input, output = assert(io.open(files["<"], "rb")), assert(io.open(files[">"], "wb"))
  output:setvbuf("line")
  io.input(input)
  io.output(output)
  io.stdin, io.stdout = input, output
  print = function(...)
    local parts = table.pack(...)
    for index = 1, parts.n do parts[index] = tostring(parts[index]) end
    output:write(table.concat(parts, "\t"), "\n")
  end
  local ok, failure = xpcall(callee, explain, table.unpack(convention == "main" and arguments or {}))
  io.stdin, io.stdout, print = standard_input, standard_output, standard_print
  io.input(standard_input)
  io.output(standard_output)
  pcall(input.close, input)
  pcall(output.close, output)
  files = nil
  if not ok then error(failure, 0) end
end

local function answer(id, callee, headers, body)
  if convention == "stdio" or convention == "main" then
    call_with_files(callee)
    return reply("done ", id, " 0\n")
  end
  local result
  if convention == "json" then result = callee(decode(body), headers) else result = callee(body, headers) end
  local data = type(result) == "string" and result or encode(result, 0)
  reply("response ", id, " ", #data, "\n", data)
end

local function serve()
  local ok, callee = xpcall(load_function, explain)
  if not ok then return report("0", callee) end
  reply("ready\n")
  for line in requests:lines() do
    local id, head, length = line:match("^event (%S+) (%d+) (%d+)$")
    local headers = prepare(requests:read(tonumber(head)) or "")
    local body = length == "0" and "" or requests:read(tonumber(length))
    local answered, failure = xpcall(answer, explain, id, callee, headers, body)
    if not answered then
      io.stdout:flush()
      report(id, type(failure.message) == "table" and failure.message.stack and failure.message or failure)
    end
  end
end

serve()
