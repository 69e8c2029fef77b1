from . import vigil_bridge
from . import vigil_tracking
from . import vigil_digest
