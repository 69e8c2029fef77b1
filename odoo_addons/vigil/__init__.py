import importlib.util

from . import compat
from . import outbox
from . import capture

if importlib.util.find_spec(f"{__name__}.attribution"):
    from . import attribution
from . import models
from .hooks import post_init_hook, uninstall_hook
