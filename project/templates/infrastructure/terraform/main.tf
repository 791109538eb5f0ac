terraform {
  required_version = ">= 1.5.7"
  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The first with invoked_via_function_url.
      version = ">= 6.29"
    }
  }
}

variable "region" {
  type    = string
  default = "us-east-1"
}

provider "aws" {
  region = var.region
}

locals {
  configuration = jsondecode(file("${path.module}/stdlambda.config.json"))
  function      = local.configuration.functions["{{function}}"]
  architecture  = local.configuration.defaults.architecture
}

module "runtime_layer" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  create_layer             = true
  layer_name               = "{{project}}-runtime"
  compatible_runtimes      = ["{{runtime}}"]
  compatible_architectures = [local.architecture]

  create_package         = false
  local_existing_package = "${path.module}/dist/layer-full-${local.architecture}.zip"
}

module "{{function}}" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  function_name = "{{function}}"
  handler       = local.function.handler
  memory_size   = local.function.memory
  timeout       = local.function.timeout
  runtime       = "{{runtime}}"
  architectures = [local.architecture]
  # {{#host}}
  layers        = [module.runtime_layer.lambda_layer_arn]
  # {{/host}}

  create_package         = false
  local_existing_package = "${path.module}/dist/{{function}}.zip"

  # {{#url}}
  create_lambda_function_url = true
  # {{/url}}
  # {{#queue}}
  environment_variables = local.function.environment
  event_source_mapping = {
    orders = {
      event_source_arn        = aws_sqs_queue.orders.arn
      batch_size              = 10
      function_response_types = ["ReportBatchItemFailures"]
    }
  }
  attach_policies    = true
  number_of_policies = 1
  policies           = ["arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"]
  # {{/queue}}
  # {{#schedule}}
  create_current_version_allowed_triggers = false
  allowed_triggers = {
    nightly = {
      principal  = "events.amazonaws.com"
      source_arn = aws_cloudwatch_event_rule.nightly.arn
    }
  }
  # {{/schedule}}
}
# {{#language}}

module "shout" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  function_name = "shout"
  handler       = local.configuration.functions["shout"].handler
  memory_size   = local.configuration.functions["shout"].memory
  timeout       = local.configuration.functions["shout"].timeout
  runtime       = "{{runtime}}"
  architectures = [local.architecture]
  layers        = [module.runtime_layer.lambda_layer_arn]

  environment_variables = {
    AWS_LAMBDA_EXEC_WRAPPER = "/opt/bootstrap"
  }

  create_package         = false
  local_existing_package = "${path.module}/dist/shout.zip"
}
# {{/language}}
# {{#url}}

# A function URL needs this permission beside the one that comes with it.
resource "aws_lambda_permission" "url" {
  statement_id             = "UrlPermission"
  function_name            = module.{{function}}.lambda_function_name
  action                   = "lambda:InvokeFunction"
  principal                = "*"
  invoked_via_function_url = true
}

output "url" {
  value = module.{{function}}.lambda_function_url
}
# {{/url}}
# {{#queue}}

resource "aws_sqs_queue" "orders" {
  name = "{{project}}-orders"
  # Six times the function's timeout, as AWS advises.
  visibility_timeout_seconds = 6 * local.function.timeout
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed_orders.arn
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue" "failed_orders" {
  name                      = "{{project}}-failed-orders"
  message_retention_seconds = 1209600
}

output "queue_url" {
  value = aws_sqs_queue.orders.url
}
# {{/queue}}
# {{#schedule}}

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "{{project}}-nightly"
  schedule_expression = "cron(0 3 * * ? *)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = module.{{function}}.lambda_function_arn
}
# {{/schedule}}

output "function_arn" {
  value = module.{{function}}.lambda_function_arn
}
