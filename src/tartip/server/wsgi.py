"""Pages and API."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tartip.server.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from tartip.server.database.base import use_pool  # noqa: E402

use_pool(settings.DB_POOL)

from tartip.server.database_roles import refuse_owner  # noqa: E402

refuse_owner()

from tartip.server.apps import stop_on_contradictions  # noqa: E402

# Here and not in every process: only this one answers by path.
stop_on_contradictions("paths")
