"""`account.passkey_added|removed`, on 18 and 19. Their model comes with a module of its own that need not be there, so it is not
inherited: the registry's class is completed when the registry is loaded, and goes with it."""
from odoo import api

_MODEL = "auth.passkey.key"


def install(registry):
    """Tell of passkeys that come and go, where the model exists. Idempotent."""
    model = registry.models.get(_MODEL)
    if model is None or getattr(model, "_vigil_told", False):
        return
    created, unlinked = model.create, model.unlink

    @api.model_create_multi
    def create(self, vals_list):
        passkeys = created(self, vals_list)
        _tell(passkeys, "passkey_added")
        return passkeys

    def unlink(self):
        _tell(self, "passkey_removed")
        return unlinked(self)

    model.create, model.unlink, model._vigil_told = create, unlink, True


def _tell(passkeys, what):
    for passkey in passkeys.sudo():
        passkey.create_uid._vigil_account(what, passkey={"id": passkey.id, "name": passkey.name})
