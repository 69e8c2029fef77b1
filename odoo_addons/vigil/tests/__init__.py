from . import test_capture_protection
from . import test_capture_rules
from . import test_capture_values
from . import test_pull_cursor
