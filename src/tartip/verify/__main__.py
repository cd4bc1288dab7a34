"""`python -m tartip.verify FILE [--key VKEY] [--lang kk|ru|en]`."""

from tartip.verify.command import main

raise SystemExit(main())
