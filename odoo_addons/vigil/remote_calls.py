"""Calls over /jsonrpc and /xmlrpc: their user, model and method are in the body, where no route or session tells them."""
from odoo.service import model as service

from . import context, failures, reads


def _execute_cr(cr, uid, obj, method, *args, **kw):
    # 17, 18: the method's own arguments follow; 19: args and kw as two values
    given, named = (args[0], args[1]) if _takes_pair() and len(args) == 2 else (args, kw)
    from .compat import superuser_env

    with context.frame(uid=uid, call=(obj, method)):
        registry = None
        try:
            env = superuser_env(cr)(user=uid)
            registry = env.registry
            if "vigil.event" not in registry.models:
                return _execute_cr.origin(cr, uid, obj, method, *args, **kw)
            # before the call, which commits: events of the commit's callbacks still stand in this frame
            result = _execute_cr.origin(cr, uid, obj, method, *args, **kw)
            _note_read(env, obj, method, given, named, result)
            return result
        except Exception as exception:
            if registry is not None:
                failures.record(registry, exception, obj, method, given)
            raise


def _note_read(env, obj, method, args, kw, result):
    """The call has committed already: what it has read is written at once."""
    if method == "export_data" or method not in reads.READ_METHODS:
        return
    try:
        reads.of_call(env, obj, method, list(args), kw, result)
        env.cr.postcommit.run()
    except Exception:  # noqa: BLE001 - counted; the answer goes out
        reads._count(env)


def _takes_pair():
    from .compat import IS_19

    return IS_19


def install():
    """Stand around the service's own function; idempotent."""
    if service.execute_cr is not _execute_cr:
        _execute_cr.origin = service.execute_cr
        service.execute_cr = _execute_cr


def uninstall():
    """Give the function back."""
    if service.execute_cr is _execute_cr:
        service.execute_cr = _execute_cr.origin


install()
