// A function of Python as people have it: a package of modules, and packages that pip laid beside it.
import { join } from "node:path";
import type { RuntimeSource } from "../../../build/function/runtime-files.ts";

const checkout = join(import.meta.dirname, "../../..");

export const runtimeSource: RuntimeSource = {
  bootstrap: join(checkout, "host/bootstrap"),
  packages: { cache: join(checkout, "node_modules/.cache/stdlambda-tests"), env: process.env },
};

export const pythonFunction: Readonly<Record<string, string>> = {
  "src/__init__.py": "",
  "src/app.py": [
    "import app_words, vendored",
    "from src.helper import help",
    "count = 0",
    "def lambda_handler(event, context):",
    "    global count",
    "    count += 1",
    "    return [event['name'], app_words.words, help(), vendored.text, count]",
  ].join("\n"),
  "src/helper.py": 'def help():\n    return "helper"\n',
  "app_words.py": 'words = "words"\n',
  "vendored/__init__.py":
    'from pathlib import Path\ntext = "vendored " + (Path(__file__).parent / "data.txt").read_text()\n',
  "vendored/credentials.py": "",
  "vendored/data.txt": "data",
  "vendored/.libs/libx.so": "",
  "vendored/__pycache__/x.pyc": "",
  "vendored-1.0.dist-info/METADATA": "",
};
