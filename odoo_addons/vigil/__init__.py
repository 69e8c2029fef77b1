from . import compat
from . import outbox
from . import capture

from . import attribution
from . import remote_calls
from . import sessions
from . import models
from . import controllers
from .hooks import post_init_hook, uninstall_hook
