from odoo.addons.base.models import ir_qweb

from . import test_access
from . import test_activity
from . import test_attribution
from . import test_capture_protection
from . import test_capture_rules
from . import test_capture_values
from . import test_failures
from . import test_pull_cursor
from . import test_pull_moved
from . import test_reads
from . import test_security
from . import test_limits
from . import test_session_policy
from . import test_session_trouble
from . import test_sessions

# no test here fetches a page's assets: Odoo would make every bundle first, half a minute
(getattr(ir_qweb, "IrQWeb", None) or ir_qweb.IrQweb)._pregenerate_assets_bundles = lambda self: []
