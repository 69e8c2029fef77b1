"""Every branch on Odoo's version lives here: 17.0, 18.0 and 19.0 from one source.

Nothing in this module imports another module of the addon.
"""
import odoo
from odoo import SUPERUSER_ID, _, api
from odoo.release import version_info

SERIES = version_info[0]
IS_17 = SERIES == 17
IS_18 = SERIES == 18
IS_19 = SERIES >= 19

#: names of the two many2many fields between users and groups
USER_GROUPS_FIELD = "group_ids" if IS_19 else "groups_id"
GROUP_USERS_FIELD = "user_ids" if IS_19 else "users"

#: the type of Odoo's own JSON-RPC routes
JSON_ROUTE_TYPE = "jsonrpc" if IS_19 else "json"

#: 17 keeps company-dependent values in rows of ir.property, 18 and 19 in a jsonb column
HAS_IR_PROPERTY = IS_17


def series():
    """The running series as Odoo writes it: "17.0"."""
    return f"{version_info[0]}.{version_info[1]}"


def get_registry(dbname):
    """The registry of a database, loaded if need be."""
    if IS_17:
        return odoo.registry(dbname)
    from odoo.modules.registry import Registry

    return Registry(dbname)


def superuser_env(cr):
    """An environment of the superuser on a cursor."""
    return api.Environment(cr, SUPERUSER_ID, {})


def model_fields(model):
    """name -> field of a model: items() is stable in all three series."""
    return dict(model._fields)


def translate(env, text):
    """The text in the user's language: 17 has no env._"""
    return env._(text) if hasattr(env, "_") else _(text)


def loaded_registries():
    """The registries of this process, by whatever name 17, 18 and 19 keep them; loads none."""
    from odoo.modules.registry import Registry

    kept = Registry.registries
    return list(kept.d.values() if hasattr(kept, "d") else kept.values())


def in_readonly_test():
    """Whether a test's read-only cursor is open: opening another then raises, and keeps the test's lock for good."""
    import sys

    module = sys.modules.get("odoo.tests.test_cursor") if IS_19 else odoo.sql_db
    stack = getattr(getattr(module, "TestCursor", None), "_cursors_stack", None)
    return bool(stack and getattr(stack[-1], "readonly", False))


#: the view that 17 calls tree and later series call list
LIST_VIEW = "tree" if IS_17 else "list"
