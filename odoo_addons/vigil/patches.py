"""Functions of Odoo that Vigil stands around where no model can be inherited: put there once, and taken back.

A patch is (owner, name, function); the original is kept as `function.origin`.
"""
from . import compat

_installed = []


def install(patches):
    """Stand around the originals. Idempotent, one for all databases of the process."""
    for owner, name, patch in patches:
        if getattr(owner, name) is not patch:
            patch.origin = getattr(owner, name)
            setattr(owner, name, patch)
        if (owner, name, patch) not in _installed:
            _installed.append((owner, name, patch))


def uninstall(leaving=None):
    """Give everything back, unless a database of this process still needs it; what somebody patched over stays.

    :param str leaving: name of a database that Vigil is just being removed from
    :return: True when given back
    """
    if any("vigil.event" in registry.models and registry.db_name != leaving for registry in compat.loaded_registries()):
        return False
    for owner, name, patch in _installed:
        if getattr(owner, name) is patch:
            setattr(owner, name, patch.origin)
    _installed.clear()
    return True
