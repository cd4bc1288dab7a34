"""`python -m tartip COMMAND`."""

from tartip.base.commands import main

raise SystemExit(main())
