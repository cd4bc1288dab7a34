"""`python -m tartip COMMAND`."""

from tartip.server.commands import main

raise SystemExit(main())
