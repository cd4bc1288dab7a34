"""`./run lint`: ruff, mypy strict, import contracts and circles, templates, missing translations."""

from __future__ import annotations

import subprocess
import sys

CHECKS = {
    "ruff": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": [sys.executable, "-m", "mypy", "src/tartip", "bench", "tools"],
    "import contracts": ["lint-imports"],
    "import circles": [sys.executable, "tools/circles.py"],
    "templates": [sys.executable, "tools/templates.py"],
    "translations": [sys.executable, "tools/messages.py", "check"],
}


def main() -> int:
    failed = []
    for name, command in CHECKS.items():
        print(f"── {name}", flush=True)
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print("lint: " + (f"failed: {', '.join(failed)}" if failed else "all clean"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
